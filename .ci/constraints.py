"""The oldest release of each dependency that a pyproject.toml allows, as constraints for pip.

Torch is left out: its oldest wheels are gigabytes of CUDA; they are tried by hand.
"""

import re
import sys
import tomllib
from pathlib import Path

LEFT_OUT = {"torch"}


def oldest(project: dict) -> list[str]:
    """`name==version` of every requirement with a lower bound, those of extras too."""
    found = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    bounds = [re.match(r"([\w.-]+) *>= *([\w.]+)", requirement) for requirement in found]
    return sorted({f"{b[1]}=={b[2]}" for b in bounds if b and b[1] not in LEFT_OUT})


if __name__ == "__main__":
    file = Path(sys.argv[1])
    print("\n".join(oldest(tomllib.loads(file.read_text(encoding="utf-8"))["project"])))
