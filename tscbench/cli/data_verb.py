"""tscbench data: datasets on this machine, and the lock of a suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tscbench.cli import say
from tscbench.cli.options import json_option, offline_option, plugin_option, table
from tscbench.contracts.errors import SuiteError, TscbenchError
from tscbench.contracts.spec import Spec, parse
from tscbench.registry import Registry, discover


@click.group("data")
def verb() -> None:
    """Datasets on this machine; the only verb, besides run and plan, that may download."""


@verb.command("list")
@plugin_option
@json_option
def list_data(plugins: tuple[str, ...], as_json: bool) -> None:
    """What is at hand of each dataset that needs no parameter; nothing is downloaded."""
    registry = discover([Path(p) for p in plugins])
    rows = [_state(name, registry, offline=True) for name in _names(registry)]
    headers = ["dataset", "rows", "columns", "classes", "test", "state"]
    if as_json:
        click.echo(json.dumps([dict(zip(headers, row, strict=True)) for row in rows], indent=1))
    else:
        click.echo(table(rows, headers))


@verb.command("fetch")
@click.argument("names", nargs=-1, required=True)
@plugin_option
@offline_option
def fetch(names: tuple[str, ...], plugins: tuple[str, ...], offline: bool) -> None:
    """Reads datasets (names or specs), downloading what is not at hand."""
    registry = discover([Path(p) for p in plugins])
    for name in names:  # a name that nobody has is a mistake, not a state
        registry.entry("dataset", parse(name).name)
    rows = [_state(name, registry, offline=offline) for name in names]
    click.echo(table(rows, ["dataset", "rows", "columns", "classes", "test", "state"]))
    if any(row[5] != "ready" for row in rows):
        raise SystemExit(2)


@verb.command("lock")
@click.argument("suite")
@click.option("--out", metavar="FILE", help="Where to write it (default: beside the suite's file).")
@plugin_option
def lock(suite: str, out: str | None, plugins: tuple[str, ...]) -> None:
    """Writes SUITE's lock: digests of the suite, its datasets and splits that are at hand."""
    from dataclasses import replace

    from tscbench.harness.session import make_lock, open_session
    from tscbench.harness.suite import read_suite
    from tscbench.line.store import write_whole

    where = None if out is None else Path(out)
    if where is None and not suite.endswith(".toml"):
        raise SuiteError(
            f"data lock {suite}: an installed suite is not locked anew where it lies; "
            "name the file, such as benchmarks/quick.toml, or write elsewhere with --out FILE"
        )
    source = read_suite(suite, discover([Path(p) for p in plugins]))
    session = open_session(replace(source, lock={}), plugins=plugins, notice=say)
    # What is not at hand keeps the digest it was locked with.
    found: dict[str, Any] = make_lock(session)
    if source.lock and source.lock["suite"] == found["suite"]:
        for part in ("datasets", "splits"):
            found[part] = {**source.lock[part], **found[part]}
    path = where or source.file.with_suffix(".lock")
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    write_whole(path, lambda file: file.write(text.encode()))
    click.echo(f"{path}: {len(found['datasets'])} datasets, {len(found['splits'])} splits")


@verb.command("show")
@click.argument("data")
@click.option("--target", metavar="COLUMN", help="The column to learn, where DATA is a file.")
@click.option("--full", is_flag=True, help="Every column and every warning.")
@plugin_option
@offline_option
@json_option
def show_data(
    data: str,
    target: str | None,
    full: bool,
    plugins: tuple[str, ...],
    offline: bool,
    as_json: bool,
) -> None:
    """How DATA, a file or a dataset's spec, is read: columns, classes, and what may be misread."""
    from tscbench.cli.data_screen import screen, without_target
    from tscbench.harness.resolve import located
    from tscbench.harness.specs import cap_of
    from tscbench.line.fetch import Fetch, locate
    from tscbench.line.load import load_data
    from tscbench.tabular.described import describe
    from tscbench.tabular.read import columns_of, is_file_name

    if is_file_name(data):
        target = target or ("target" if "target" in columns_of(locate(data)) else None)
        if target is None:
            click.echo(without_target(data, columns_of(locate(data))))
            return
        spec = Spec("file", (("path", data), ("target", target)))
    else:
        spec = parse(data)
        if target is not None:
            params = tuple(sorted({**dict(spec.params), "target": target}.items()))
            spelled = tuple(both for both in spec.spelled if both[0] != "target")
            spec = Spec(spec.name, params, spelled)
    bound = discover([Path(p) for p in plugins]).bind("dataset", cap_of(spec)[0])
    read = load_data(located(bound), Fetch(offline, say))
    table = describe(read)
    if as_json:
        click.echo(json.dumps({"spec": str(spec), **table.as_json()}, indent=1))
    else:
        click.echo(screen(str(spec), table, read, full=full))


def _names(registry: Registry) -> list[str]:
    """Datasets that can be asked for by their names alone, and those that do not load."""
    found = []
    for entry in registry.entries:
        if entry.kind != "dataset":
            continue
        name = entry.name if len(registry.called("dataset", entry.name)) == 1 else entry.qualified
        try:
            parameters = registry.load("dataset", name).parameters.values()
        except TscbenchError:
            found.append(name)
        else:
            found += [name] if all(p.default is not p.empty for p in parameters) else []
    return sorted(dict.fromkeys(found))


def _state(name: str, registry: Registry, *, offline: bool) -> list[Any]:
    """A dataset's row of the table; one that does not load or read is told with its reason."""
    from tscbench.harness.resolve import located
    from tscbench.line.fetch import Fetch
    from tscbench.line.load import load_data

    try:
        bound = registry.bind("dataset", name)
        data = load_data(located(bound), Fetch(offline, say))
    except TscbenchError as error:
        return [name, "", "", "", "", str(error)]
    d = int(data.rows.x[0].size)
    test = "official" if data.test is not None else "drawn"
    return [name, len(data.rows), d, int(data.schema.outputs[0]), test, "ready"]
