"""tscbench verify: whether a pack is what it says, as far as this machine can see."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from tscbench.cli.how import limit_options
from tscbench.cli.options import json_option, plugin_option, table
from tscbench.contracts.errors import SpecError


@click.command("verify")
@click.argument("name", metavar="PACK")
@click.option("--rerun", type=click.IntRange(0), default=0, help="Make so many cells again.")
@click.option("--jobs", type=click.IntRange(1), default=1, help="Processes.")
@limit_options
@plugin_option
@json_option
def verb(
    name: str,
    rerun: int,
    jobs: int,
    timeout: float | None,
    memory: float | None,
    plugins: tuple[str, ...],
    as_json: bool,
) -> None:
    """Looks at PACK (a file, or published:SUITE): its layout and digests, its suite, data and
    splits against those here, its scores against the predictions that it stores, and with --rerun
    some of its cells, drawn at random, made again. Nothing that it names is opened or imported.

    The exit code is 1 where something is wrong.
    """
    from tscbench.harness.rerun import rerun as made_again
    from tscbench.harness.verify import planned_here, verify
    from tscbench.results.pack_file import load_pack
    from tscbench.results.sources import sources_of

    source, *others = [source for source in sources_of([name]) if not source.brought]
    if others:
        has = ", ".join(one.called for one in (source, *others))
        raise SpecError(f"{name} is {len(others) + 1} packs: name one of them (has: {has})")
    here = planned_here(load_pack(source.path), plugins)
    allowance = here.session.source.suite.allowance.bound(timeout, memory)
    seen = verify(source.path, here)
    seen += made_again(here, rerun, jobs=jobs, allowance=allowance)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in seen], indent=1))
    else:
        rows = [[one.what, one.state, one.said] for one in seen]
        click.echo(table(rows, ["what", "verdict", "seen"]))
    sys.exit(1 if any(one.state == "wrong" for one in seen) else 0)
