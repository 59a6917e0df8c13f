"""tscbench doctor: all that a bug report needs, and nothing that says whose machine it is."""

import getpass
import json
import socket
from pathlib import Path


def test_it_tells_the_machine_and_nobodys_name(cli):
    done = cli("doctor")
    assert done.code == 0, done.out
    for name in (getpass.getuser(), socket.gethostname()):
        assert f" {name}" not in done.out and f"/{name}" not in done.out
    for folder in (Path.cwd(), Path.home(), Path(__file__).parents[2]):
        assert str(folder) not in done.out
    facts = json.loads(cli("doctor", "--json").out)
    assert set(facts) == {
        "environment", "libraries", "plugins", "threads", "timer", "space", "gpu",
    }  # fmt: skip
    sound, _, of = facts["plugins"]["sound"].partition(" of ")
    assert sound == of and int(of) > 50
    assert facts["libraries"]["numpy"][0].isdigit() and "pandas" in facts["libraries"]


def test_a_library_that_does_not_fit_is_broken(monkeypatch):
    from tscbench.cli import doctor_verb

    monkeypatch.setattr(doctor_verb, "requires", lambda name: ["numpy>=999", "nowhere"])
    found = doctor_verb._libraries()
    assert found["numpy"].startswith("broken: ") and "numpy>=999" in found["numpy"]
    assert found["nowhere"] == "broken: not installed, and nowhere is needed"
