"""tscbench submit: a pack with its method card, as a folder that a pull request adds."""

from __future__ import annotations

import hashlib
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tscbench.cli import say
from tscbench.cli.how import limit_options
from tscbench.cli.options import plugin_option
from tscbench.contracts.errors import StoreError

if TYPE_CHECKING:
    from tscbench.harness.verify import Seen


@click.command("submit")
@click.argument("pack", type=click.Path(path_type=Path))
@click.option(
    "--rerun",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="Make so many cells again.",
)
@limit_options
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A new folder.")
@plugin_option
def verb(
    pack: Path,
    rerun: int,
    timeout: float | None,
    memory: float | None,
    out: Path,
    plugins: tuple[str, ...],
) -> None:
    """PACK as a folder to be added to this project: the pack, the plugin files, a method card whose
    blanks are to be filled in, and the command that verifies it.

    It is verified first; where something is wrong, nothing is written. What was seen marks it:
    self-reported, rescored or rerun.
    """
    from tscbench.harness.rerun import rerun as made_again
    from tscbench.harness.verify import planned_here, verify
    from tscbench.report.method_card import method_card
    from tscbench.results.pack_file import load_pack
    from tscbench.results.published import SUFFIX

    if out.exists() and any(out.iterdir()):
        raise StoreError(f"{out} is not empty; choose another folder")
    names = [Path(plugin).name for plugin in plugins]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise StoreError(f"two plugin files are called {twice}; in a submission each needs a name")
    found = load_pack(pack)
    here = planned_here(found, plugins)
    allowance = here.session.source.suite.allowance.bound(timeout, memory)
    seen = verify(pack, here)
    seen += made_again(here, rerun, jobs=1, allowance=allowance)
    if wrong := [f"{one.what}: {one.said}" for one in seen if one.state == "wrong"]:
        raise StoreError(f"{pack} is not submitted, for something is wrong: {'; '.join(wrong)}")
    there = out / "leaderboard" / "submissions" / found.suite_name / pack.stem
    there.mkdir(parents=True)
    name = f"{pack.stem}{SUFFIX}"
    shutil.copyfile(pack, there / name)
    for plugin in map(Path, plugins):
        copy = shutil.copytree if plugin.is_dir() else shutil.copyfile
        copy(plugin, there / plugin.name)
    files = [f"--plugin {shlex.quote(name)}" for name in names]
    command = " ".join(["tscbench verify", shlex.quote(name), *files, "--rerun 3"])
    digest = hashlib.sha256(pack.read_bytes()).hexdigest()
    status, again = status_of(seen), sum(one.what == "again" for one in seen)
    card = method_card(found, status, again=again, file=name, sha256=digest, command=command)
    (there / "README.md").write_text(card, encoding="utf-8", newline="\n")
    say(f"{status}; fill in the blanks of {there / 'README.md'}")
    click.echo(there)


def status_of(seen: list[Seen]) -> str:
    """How far an entry has been looked at; see `STATUSES`."""
    right = {one.what for one in seen if one.state == "right"}
    if "again" in right:
        return "rerun"
    return "rescored" if "scores" in right else "self-reported"
