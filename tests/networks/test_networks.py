"""Networks as plugins: a student, a teacher and a player of a game of each."""

import inspect
import json
import subprocess
import sys
from dataclasses import replace

import cloudpickle
import numpy as np
import pytest
import torch
from torch import nn

from tscbench import (
    CompressionSet,
    ContractError,
    DataError,
    Loss,
    Progress,
    Rows,
    Schema,
    Spec,
    SpecError,
    Targets,
    Training,
    labelled_set,
    network,
    student,
    teacher,
)
from tscbench.contracts.kinds import plugin_of
from tscbench.harness.asked import open_asked
from tscbench.line import keys as line_keys
from tscbench.line.keys import plugin_key
from tscbench.nn import count_parameters, fit_network, untrained
from tscbench.registry import discover
from tscbench.registry.networks import fit_student
from tscbench.testing.data import make

REGISTRY = discover()
MLP = Spec("mlp")
TABLE, IMAGES = make("categorical"), make("images")


def given(tiny):
    targets = Targets(np.eye(*tiny.schema.outputs)[tiny.train.y], Loss.CROSS_ENTROPY)
    return CompressionSet(tiny.train, None, tiny.train.y, (targets,), len(tiny.train))


def offered(tiny, seed=0):
    return {
        "compression_set": given(tiny),
        "train": tiny.train,
        "valid": tiny.valid,
        "schema": tiny.schema,
        "rng": np.random.default_rng(seed),
        "progress": Progress(),
    }


def answers(bound, tiny):
    return bound(**offered(tiny)).predict(tiny.valid).tobytes()


@pytest.mark.parametrize(
    ("spec", "tiny"),
    [("mlp(epochs=2)", TABLE), ("mlp(epochs=2)", IMAGES), ("resnet(depth=8, epochs=1)", IMAGES)],
)
def test_it_teaches_as_supervised_does_and_learns_labels_as_its_student_does(spec, tiny):
    by_name = answers(REGISTRY.bind("teacher", spec), tiny)
    assert by_name == answers(REGISTRY.bind("teacher", f"supervised(student={spec})"), tiny)
    rows = replace(given(tiny), real=np.ones(len(tiny.train), bool))
    fitted = REGISTRY.bind("student", spec)(**{**offered(tiny), "compression_set": rows})
    assert by_name == fitted.predict(tiny.valid).tobytes()


@pytest.mark.parametrize("tiny", [TABLE, IMAGES])
def test_the_untrained_module_goes_from_rows_to_logits_with_the_weights_of_a_fit(tiny):
    bound = REGISTRY.bind("network", "mlp(epochs=1, learning_rate=0)")
    x, rng = tiny.train.x, np.random.default_rng
    module = untrained(bound, x, tiny.schema, rng(0))
    z = module(torch.as_tensor(tiny.valid.x).float())
    assert z.shape == (len(tiny.valid), *tiny.schema.outputs)
    still = REGISTRY.bind("student", str(bound))(**offered(tiny))
    assert still.predict(tiny.valid) == pytest.approx(z.detach().numpy(), abs=1e-5)
    assert still.size == {"parameters": count_parameters(module)}
    same, other = (untrained(bound, x, tiny.schema, rng(seed))[-1] for seed in (0, 1))
    first = [next(net.parameters()) for net in (module[-1], same, other)]
    assert torch.equal(first[0], first[1]) and not torch.equal(first[0], first[2])


def test_a_network_is_known_as_student_and_teacher_and_its_specs_keep_their_spelling():
    for kind in ("network", "student", "teacher"):
        assert "resnet" in REGISTRY.names(kind)
        bound = REGISTRY.bind(kind, "resnet(epochs=30, depth=8, batch=128, learning_rate=0.1)")
        assert str(bound) == "resnet(depth=8, epochs=30)" and bound.plugin.kind == kind
        assert bound.network.plugin.kind == "network"
        assert bound.network.training == Training(
            30, 128, 0.1, "sgd", weight_decay=5e-4, schedule="falling", drops=(0.4, 0.6, 0.8),
            factor=0.2,
        )  # fmt: skip
    assert "dropout" in REGISTRY.bind("teacher", "cnn5").offers
    assert REGISTRY.bind("teacher", "resnet").offers == {"features"}
    assert "features" in REGISTRY.bind("teacher", "supervised(student=resnet)").offers
    assert "features" not in REGISTRY.bind("teacher", "supervised(student=tree)").offers
    assert REGISTRY.bind("student", "tree").network is None


def test_settings_are_checked_as_parameters_are():
    with pytest.raises(SpecError, match="optimiser=lion: must be one of adam, sgd"):
        REGISTRY.bind("student", "mlp(optimiser=lion)")
    with pytest.raises(SpecError, match="no parameter 'numeric'"):
        REGISTRY.bind("student", "cnn5(numeric=rank_gauss)")
    with pytest.raises(SpecError, match="student cnn5: no|no parameter 'epoch'; did you mean"):
        REGISTRY.bind("student", "cnn5(epoch=3)")
    with pytest.raises(SpecError, match="resnet is a student, not a query: --student resnet"):
        REGISTRY.bind("query", "resnet")
    with pytest.raises(SpecError, match="tree is a student, not a network"):
        REGISTRY.bind("network", "tree")


def test_an_architecture_has_no_parameter_of_the_training():
    def mine(inputs, outputs, *, epochs: int = 3):
        """Nothing."""

    with pytest.raises(ContractError, match="'epochs' is a setting of its training"):
        network()(mine)


def test_every_setting_is_told_with_its_meaning():
    told = REGISTRY.load("student", "mlp").text
    for name in (*inspect.signature(Training).parameters, "hidden"):
        assert f"    {name}: " in told


@teacher(source="a test")
def game(train, valid, schema, rng, progress, *, network: Spec, discriminator: Spec = MLP):
    """A network that is trained, after another that only looks on.

    Args:
        network: is trained.
        discriminator: looks on.
    """
    critic = untrained(discriminator, train.x, schema, rng)
    fitted = fit_network(network, labelled_set(train, schema), valid, schema, rng, progress)
    return replace(fitted, size={"critic": count_parameters(critic)})


@student(source="a test", offers={"squared", "cross_entropy"})
def pupil(compression_set, valid, schema, rng, progress, *, student: Spec):
    """A student's network, trained by the game itself.

    Args:
        student: whose network it is.
    """
    return fit_student(student.network, compression_set, valid, schema, rng, progress)


def test_a_game_holds_networks_by_the_names_of_their_parts():
    registry = discover(functions=[game, pupil])
    bound = registry.bind("teacher", "game(network=mlp(epochs=1), discriminator=mlp(hidden=[]))")
    assert str(bound) == "game(discriminator=mlp(hidden=[]), network=mlp(epochs=1))"
    held = bound.params["network"], bound.params["discriminator"]
    assert [player.plugin.kind for player in held] == ["network", "network"]
    assert bound(**offered(TABLE)).size == {"critic": (4 + 3) * 2 + 2}
    one = registry.bind("student", "pupil(student=mlp(epochs=2))")
    assert answers(one, TABLE) == answers(REGISTRY.bind("student", "mlp(epochs=2)"), TABLE)
    with pytest.raises(SpecError, match="tree is a student, not a network"):
        registry.bind("teacher", "game(network=tree)")


def test_it_travels_to_workers():
    bound = cloudpickle.loads(cloudpickle.dumps(REGISTRY.bind("student", "mlp(epochs=1)")))
    assert answers(bound, TABLE) == answers(REGISTRY.bind("student", "mlp(epochs=1)"), TABLE)


def test_a_change_of_the_file_or_of_what_trains_it_is_another_key(tmp_path, monkeypatch):
    text = (
        "from tscbench import network\n\n\n@network()\ndef mine(inputs, outputs):\n"
        '    """One layer."""\n    from torch import nn\n\n'
        "    return nn.Sequential(nn.Flatten(), nn.Linear(inputs[0], outputs[0]))\n"
    )

    def keys(text):
        (tmp_path / "mine.py").write_text(text)
        registry = discover([tmp_path / "mine.py"])
        return [plugin_key(registry.bind(kind, "mine")) for kind in ("network", "student")]

    before = keys(text)
    assert keys(text + "# a remark\n") == before
    assert all(a != b for a, b in zip(keys(text.replace("inputs[0]", "inputs[-1]")), before))
    read = line_keys._tree
    changed = {"fit.py": "another loop"}
    monkeypatch.setattr(line_keys, "_tree", lambda p: changed.get(p.name) or read(p))
    monkeypatch.setattr(line_keys, "_FINGERPRINTS", {})
    after = keys(text)
    assert after[1] != before[1] and after[0] == before[0]


def test_a_function_is_handed_over_as_a_network_and_joins_the_students():
    @network(training=Training(epochs=1))
    def handed(inputs, outputs):
        """One layer."""
        return nn.Sequential(nn.Flatten(), nn.Linear(int(np.prod(inputs)), outputs[0]))

    for word in ("networks", "students"):
        session = open_asked(
            "quick", (), True, {"dataset": "breast_cancer", "student": "tree", word: [handed]}
        )
        assert {line.cell.student for line in session.plan.lines} >= {"handed"}
    assert plugin_of(handed).kind == "network"


def test_nothing_imports_torch_before_a_network_is_built(cli):
    code = (
        "import sys; from tscbench.registry import discover\n"
        "bound = discover().bind('teacher', 'supervised(student=resnet)')\n"
        "assert bound.offers and bound.params['student'].network.training\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_list_and_info_tell_a_network_once_and_under_students(cli):
    rows = json.loads(cli("list", "students", "--json").out)
    assert {"kind": "network", "name": "nin"} in [{k: r[k] for k in ("kind", "name")} for r in rows]
    [told] = json.loads(cli("info", "nin", "--json").out)
    assert told["kind"] == "network" and "a student and a teacher" in " ".join(told["notes"])


def test_what_is_no_module_is_said():
    registry = discover(functions=[nothing])
    with pytest.raises(ContractError, match="nothing: returned int; it must return a torch.nn.Mod"):
        registry.bind("student", "nothing")(**offered(TABLE))


@network()
def nothing(schema):
    """No module."""
    return 3


def test_rows_without_labels_teach_nothing():
    with pytest.raises(DataError, match="no labels"):
        labelled_set(Rows(np.zeros((2, 1)), None, np.arange(2)), Schema((1,), (2,)))
