"""The command line: one module per verb, imported when its verb is used."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

VERBS = {
    "list": "plugins and suites in sight",
    "info": "one plugin or suite in full",
    "new": "a plugin's first file, or its first package",
    "check": "what is wrong with a plugin, each mistake with its line and its cure",
    "plan": "what a run would do: cells, skips, cached steps, time, bytes",
    "run": "run a suite; the same command goes on where it stopped",
    "status": "how far a run is, and what failed",
    "board": "tables of a run's results",
    "compare": "two entries of an axis, or two runs, cell against cell",
    "merge": "runs of parts of one suite, made one run",
    "pack": "a run as one file, to be shared",
    "verify": "whether a pack is what it says, as far as this machine can see",
    "migrate": "a pack of an earlier schema, brought to the one that is read now",
    "rescore": "a new metric for a pack, without training",
    "submit": "a pack with its method card, to be added to the leaderboard",
    "time": "rows per second of a run's students and teachers, in a pass of its own",
    "site": "pages about runs that open from a folder, without a server",
    "export": "a student as a file that others open without tscbench",
    "samples": "what the generators of a run make, as pictures",
    "data": "datasets on this machine; lock a suite to them",
    "cache": "what the store holds; made smaller, or checked",
    "doctor": "this machine and installation, to paste into a bug report",
}


class Verbs(click.Group):
    """A group that knows its verbs' one-line help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        verb = import_module(f"tscbench.cli.{name}_verb").verb
        assert isinstance(verb, click.Command)
        return verb

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in VERBS:
            from tscbench.registry import near

            raise click.UsageError(f"no verb {args[0]!r}{near(args[0], VERBS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tscbench", message="tscbench %(version)s")
def group() -> None:
    """Which way of compressing a model gives the best student for its size and speed?"""


def main() -> None:
    """Runs a verb; every error that tscbench knows is one sentence and an exit code."""
    from tscbench.contracts.errors import (
        NothingSelected,
        PluginError,
        PluginTrouble,
        TscbenchError,
    )

    os.environ.setdefault("PYTHONSAFEPATH", "1")  # for the processes that this one starts
    try:
        sys.exit(group(standalone_mode=False))
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        goes_on = bool({"run", "time", "data"} & set(sys.argv[1:2]))
        kept = ": what had ended is kept; the same command goes on from there" if goes_on else ""
        say(f"interrupted{kept}")
        sys.exit(130)
    except NothingSelected as error:
        say(str(error))
        sys.exit(4)
    except PluginError as error:
        say(str(error))
        if error.trace and {"-v", "--verbose"} & set(sys.argv):
            click.echo(error.trace, err=True)
        sys.exit(3 if isinstance(error, PluginTrouble) else 2)
    except TscbenchError as error:
        say(str(error))
        for note in getattr(error, "__notes__", ()):
            say(note)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def say(text: str) -> None:
    """Progress and trouble go to stderr; results alone go to stdout."""
    click.echo(f"tscbench: {text}", err=True)
