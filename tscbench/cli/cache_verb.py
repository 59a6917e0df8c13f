"""tscbench cache: what the store holds and why, made smaller, or checked."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, astuple, dataclass

import click

from tscbench.cli.cache_why import why
from tscbench.cli.options import json_option, table
from tscbench.contracts.places import store_url
from tscbench.line.remote import open_store

GIB = 1 << 30


@dataclass
class Held:
    """What is held of a step."""

    values: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def add(self, size: int, seconds: float) -> None:
        """Counts one more value."""
        self.values += 1
        self.bytes += size
        self.seconds += seconds


@click.group("cache")
def verb() -> None:
    """The store of artefacts, which all runs share (`TSCBENCH_STORE`). What is dropped from it is
    made again when it is needed; records and boards do not rest in it."""


verb.add_command(why)


@verb.command("ls")
@json_option
def ls(as_json: bool) -> None:
    """What the store holds, step by step: values, bytes, and the seconds that they took to make."""
    store = open_store()
    found: dict[str, Held] = defaultdict(Held)
    for key in sorted(store.keys()):
        facts = store.facts(key) or {}
        found[facts.get("step", "other")].add(store.size(key), facts.get("seconds", 0.0))
    steps = sorted(found.items(), key=lambda item: -item[1].bytes)
    if as_json:
        click.echo(json.dumps([{"step": step, **asdict(of)} for step, of in steps], indent=1))
        return
    whole = Held(*(sum(of) for of in zip(*(astuple(held) for _, held in steps), strict=True)))
    rows = [
        [step, f"{held.values:,}", f"{held.bytes / 1e6:,.1f}", f"{held.seconds:,.1f}"]
        for step, held in [*steps, ("all", whole)]
    ]
    click.echo(table(rows, ["step", "values", "MB", "seconds to make"]))
    click.echo(f"in {store_url() or store.root}")


@verb.command("gc")
@click.option("--limit", metavar="GIB", type=click.FloatRange(0), help="What may stay.")
def gc(limit: float | None) -> None:
    """Drops what was unused longest, until no more than the limit is left (by default
    `TSCBENCH_STORE_LIMIT`)."""
    from tscbench.harness.limits import store_limit

    most = store_limit() if limit is None else int(limit * GIB)
    dropped = open_store().trim(most)
    click.echo(f"dropped {dropped / 1e6:,.1f} MB")


@verb.command("verify")
@json_option
def verify(as_json: bool) -> None:
    """Reads every value and holds it against the digest of what was written. A damaged one is set
    aside, to be made again when it is needed; then the exit code is 1."""
    store = open_store()
    keys = sorted(store.keys())
    damaged = [key for key in keys if not store.is_sound(key)]
    for key in damaged:
        store.set_aside(key)
    if as_json:
        click.echo(json.dumps({"values": len(keys), "damaged": damaged}, indent=1))
    else:
        click.echo(f"{len(keys) - len(damaged):,} of {len(keys):,} values are sound")
        for key in damaged:
            click.echo(f"set aside: {key}")
    raise SystemExit(1 if damaged else 0)
