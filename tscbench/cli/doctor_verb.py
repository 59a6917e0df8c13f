"""tscbench doctor: this machine and installation, as text to paste into a bug report."""

from __future__ import annotations

import json
import os
import platform
import shutil
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import click
from packaging.requirements import Requirement

from tscbench.cli.options import json_option, table

GIB = 1 << 30


@click.command("doctor")
@json_option
def verb(as_json: bool) -> None:
    """Environment, libraries, plugins, threads, timer, disk and GPU. It names no user, no host and
    no path. Exit code 1 where something here is broken."""
    facts = {name: say() for name, say in SECTIONS.items()}
    if as_json:
        click.echo(json.dumps(facts, indent=1))
    else:
        rows = [[name, key, said] for name, of in facts.items() for key, said in of.items()]
        click.echo(table(rows, ["of", "what", "is"]))
    broken = [said for said in facts["plugins"].values() if said.startswith("broken")]
    raise SystemExit(1 if broken else 0)


def _environment() -> dict[str, str]:
    from tscbench.results.surroundings import surroundings

    found = surroundings()
    return {
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {found['python']}",
        "processor": f"{found['cpu']} ({found['machine']})",
    }


def _libraries() -> dict[str, str]:
    """Installed versions of what tscbench asks for; of extras, those that are there."""
    found = {"tscbench": version("tscbench")}
    for text in requires("tscbench") or ():
        need = Requirement(text)
        extra = need.marker is not None and "extra" in str(need.marker)
        if need.marker is not None and not extra and not need.marker.evaluate():
            continue
        try:
            there = version(need.name)
        except PackageNotFoundError:
            if not extra:
                found[need.name] = f"broken: not installed, and {need} is needed"
            continue
        fits = extra or need.specifier.contains(there, prereleases=True)
        found[need.name] = there if fits else f"broken: {there}, and {need} is needed"
    return found


def _plugins() -> dict[str, str]:
    from tscbench.registry import discover

    states = discover([]).states()
    sound = sum(state.state == "ok" for state in states.values())
    found = {"sound": f"{sound} of {len(states)}"}
    for entry, state in states.items():
        if state.state != "ok":
            found[f"{entry.kind} {entry.name}"] = f"{state.state}: {_placeless(state.cause)}"
    return found


def _placeless(text: str) -> str:
    """A sentence without the folders of this machine."""
    for folder in {str(Path.cwd()), str(Path.home()), *map(str, Path(__file__).parents[2:3])}:
        text = text.replace(folder, "…")
    return text


def _threads() -> dict[str, str]:
    from tscbench.harness.executors import cores

    given = {k: v for k, v in os.environ.items() if k.endswith("_NUM_THREADS")}
    return {
        "cores": f"{cores()} of {os.cpu_count()}",
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "set": ", ".join(f"{k}={v}" for k, v in sorted(given.items())) or "nothing",
    }


def _timer() -> dict[str, str]:
    steps = []
    for _ in range(1000):
        start = time.perf_counter()
        while (now := time.perf_counter()) == start:
            pass
        steps.append(now - start)
    return {"smallest step": f"{1e9 * min(steps):.0f} ns"}


def _disk() -> dict[str, str]:
    import psutil

    from tscbench.contracts.places import data_folder, default_store

    memory = psutil.virtual_memory()
    found = {"memory": f"{memory.available / GIB:.1f} of {memory.total / GIB:.1f} GiB are free"}
    for name, folder in {"store": default_store(), "data": data_folder(), "here": Path()}.items():
        place = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
        free = shutil.disk_usage(place).free / GIB
        writable = "" if os.access(place, os.W_OK) else ", and may not be written"
        found[name] = f"{free:.1f} GiB are free{writable}"
    return found


def _gpu() -> dict[str, str]:
    import torch

    device = os.environ.get("TSCBENCH_DEVICE", "not set")
    found = {"TSCBENCH_DEVICE": device, "built for": torch.version.cuda or "no GPU"}
    for nth in range(torch.cuda.device_count()):
        memory = torch.cuda.get_device_properties(nth).total_memory / GIB
        found[f"GPU {nth}"] = f"{torch.cuda.get_device_name(nth)}, {memory:.0f} GiB"
    return found


SECTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "environment": _environment,
    "libraries": _libraries,
    "plugins": _plugins,
    "threads": _threads,
    "timer": _timer,
    "space": _disk,
    "gpu": _gpu,
}
