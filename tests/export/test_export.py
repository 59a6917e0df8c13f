"""tscbench export: real students of real runs, written, read back, and used without tscbench."""

import hashlib
import json
import re

import numpy as np
import onnxruntime
import pytest
from made_records import alter

import tscbench
from tscbench import to_probabilities
from tscbench.export import formats

TREES = ["forest(n_trees=3)", "tree(max_leaf_nodes=20)", "boosting(n_iterations=4)"]
NETS = ["mlp(epochs=2)", "mlp(epochs=2, numeric=rank_gauss)"]
OTHERS = [
    'sklearn(estimator="sklearn.linear_model.LogisticRegression", max_iter=5000)',
    'sklearn(estimator="sklearn.ensemble.HistGradientBoostingClassifier", max_iter=3)',
]


def write(path, *columns):
    names, values = zip(*columns, strict=True)
    lines = [",".join(map(str, row)) for row in zip(*values, strict=True)]
    path.write_text("\n".join([",".join(names), *lines]) + "\n")
    return path


def mixed(folder):
    """Numbers, two kinds of text, gaps in both; three classes."""
    rng, n = np.random.default_rng(0), 240
    colour = rng.choice(["red", "green", "blue", "grey"], n, p=[0.4, 0.3, 0.25, 0.05])
    size, weight = rng.choice(["s", "m", ""], n), rng.normal(size=n)
    kind = np.digitize(weight + (colour == "red") + (size == "m"), [0.0, 1.0])
    gaps = np.where(rng.random(n) < 0.1, "", np.char.mod("%.17g", weight))
    columns = [("weight", gaps), ("colour", colour), ("size", size), ("kind", kind)]
    return f"file(path={write(folder / 'mixed.csv', *columns)}, target=kind)"


def tags(folder):
    """Three labels a row."""
    rng, n = np.random.default_rng(1), 150
    x = rng.normal(size=(4, n))
    y = (x[:3] + 0.5 * rng.normal(size=(3, n)) > 0).astype(int)
    columns = [*((f"x{i}", c) for i, c in enumerate(x)), *zip("abc", y, strict=True)]
    return f"file(path={write(folder / 'tags.csv', *columns)}, labels=[a, b, c])"


@pytest.fixture
def run(cli, lab):
    """The folder of a run of one dataset."""

    def go(dataset, students, **axes):
        made = {"mixed": mixed, "tags": tags}
        spec = made[dataset](lab.folder) if dataset in made else dataset
        grid = {"teacher": ["forest(n_trees=5)"], "objective": ["probabilities"], **axes}
        keys = {"headline": "accuracy", "metrics": ["accuracy"], "n_train": 120}
        suite = lab.suite({"dataset": [spec], "student": students, **grid}, **keys)
        done = cli("run", suite, "--out", lab.folder / "run", "--json")  # no board is looked at
        assert done.code == 0, done.err
        return lab.folder / "run"

    return go


def parts_of(folder):
    from tscbench.harness.reopen import reopen
    from tscbench.line.evaluator import Evaluator

    session = reopen(folder)
    return Evaluator(session.store).get(session.plan.lines[0].parts)


def student_of(folder):
    results = tscbench.load(folder)
    (cell,) = (r["cell"] for r in results.records() if r["cell"]["student"] != "teacher")
    return results.student(cell)


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("dataset", "student"),
    [
        *(("breast_cancer", student) for student in [*TREES, NETS[0]]),
        *(("mixed", student) for student in [*TREES, NETS[0]]),
        *(("digits", student) for student in TREES[::2]),
        ("tags", TREES[2]),
    ],
)
def test_every_student_in_every_format(cli, run, lab, dataset, student):
    folder = run(dataset, [student])
    parts, net = parts_of(folder), student in NETS
    for to in ("onnx", "skops"):
        out = lab.folder / to
        said = cli("export", folder, "--to", to, "--out", out)
        if net and to == "skops":
            assert said.code == 2 and "torch module" in said.err and "it has onnx" in said.err
            assert not out.exists()
            continue
        assert said.code == 0, said.err
        assert f"0 of {len(parts.test)} test rows decided otherwise" in said.out
        parity = read_json(out / "card.json")["parity"]
        assert parity["other_decisions"] == 0 and parity["rows"] == len(parts.test)
        assert parity["largest_difference"] < (1e-6 if net else 1e-14)
    z = student_of(folder).predict(parts.test)
    session = onnxruntime.InferenceSession(lab.folder / "onnx" / "student.onnx")
    logits, p, decision = session.run(None, {"x": parts.test.x})
    np.testing.assert_allclose(p, to_probabilities(z, parts.schema), atol=1e-6)
    np.testing.assert_allclose(logits, z, rtol=1e-5, atol=1e-5)
    alone = [session.run(["decision"], {"x": parts.test.x[i : i + 1]})[0] for i in range(5)]
    np.testing.assert_array_equal(np.concatenate(alone), decision[:5])


@pytest.mark.parametrize("student", [TREES[0], TREES[2], NETS[1]])
def test_students_that_regress_logits(cli, run, lab, student):
    folder = run("breast_cancer", [student], objective=["logits"])
    said = cli("export", folder, "--to", "onnx", "--out", lab.folder / "out")
    assert said.code == 0 and "0 of 171 test rows decided otherwise" in said.out
    if student in TREES:
        assert cli("export", folder, "--to", "skops", "--out", lab.folder / "skops").code == 0
        outputs = read_json(lab.folder / "skops" / "schema.json")["outputs"]
        assert outputs["scale"] == "logit" and "at least 0" in outputs["decision"]


@pytest.mark.parametrize("student", [TREES[0], NETS[1]])
def test_students_that_regress_log_probabilities(cli, run, lab, student):
    folder = run("breast_cancer", [student], objective=["semiparametric(scale=logp)"])
    said = cli("export", folder, "--to", "onnx", "--out", lab.folder / "out")
    assert said.code == 0 and "0 of 171 test rows decided otherwise" in said.out, said.err
    if student in TREES:
        assert cli("export", folder, "--to", "skops", "--out", lab.folder / "skops").code == 0
        outputs = read_json(lab.folder / "skops" / "schema.json")["outputs"]
        assert outputs["scale"] == "log_probability" and outputs["decision"].endswith(
            "at least log 0.5, else the first"
        )


@pytest.mark.parametrize("student", OTHERS)
def test_any_estimator_of_scikit_learn(cli, run, lab, student):
    folder = run("digits", [student], objective=["labels"])
    for to in ("onnx", "skops"):
        said = cli("export", folder, "--to", to, "--out", lab.folder / to)
        assert said.code == 0 and "0 of 539 test rows decided otherwise" in said.out, said.err
    assert read_json(lab.folder / "skops" / "schema.json")["outputs"]["call"] == "predict_proba"


def test_a_forest_of_a_prefix_is_exported_alone(cli, run, lab):
    folder = run("breast_cancer", ["forest(n_trees=1)", "forest(n_trees=12)"])
    sizes = {}
    for n in (1, 12):
        out = lab.folder / f"{n}"
        words = ("--student", f"forest(n_trees={n})", "--to", "onnx", "--out", out)
        assert cli("export", folder, *words).code == 0
        sizes[n] = read_json(out / "card.json")["bytes"]
    assert 4 * sizes[1] < sizes[12]


def test_the_folder_says_all_that_its_user_needs(cli, run, lab):
    folder = run("mixed", [TREES[2]])
    out = lab.folder / "out"
    assert cli("export", folder, "--to", "onnx", "--out", out).code == 0
    assert {f.name for f in out.iterdir()} == {
        "README.md",
        "card.json",
        "schema.json",
        "student.onnx",
    }
    schema = read_json(out / "schema.json")
    assert [column["name"] for column in schema["columns"]] == ["weight", "colour", "size"]
    weight, colour, size = schema["columns"]
    assert weight == {"name": "weight", "kind": "numeric", "dtype": "float64"}
    assert (colour["kind"], len(colour["levels"])) == ("categorical", 4)
    assert size["levels"] == ["m", "s"] and schema["target"] == "kind"
    assert schema["classes"] == ["0", "1", "2"] and schema["link"] == "softmax"
    made = read_json(out / "card.json")
    body = (out / "student.onnx").read_bytes()
    assert made["bytes"] == len(body) and made["sha256"] == hashlib.sha256(body).hexdigest()
    record = next(r for r in tscbench.load(folder).records() if r["cell"] == made["cell"])
    assert made["scores"] == record["scores"] and made["exported_with"]["onnx"]
    again = made["command"].split()[1:]
    assert cli(*again).code == 0 and len(list((folder / "export").iterdir())) == 1


@pytest.mark.parametrize("to", ["onnx", "skops"])
def test_the_lines_in_the_readme_work(cli, run, lab, monkeypatch, to):
    folder = run("breast_cancer", [TREES[1]])
    out = lab.folder / "out"
    assert cli("export", folder, "--to", to, "--out", out).code == 0
    parts = parts_of(folder)
    lines = re.search(r"```python\n(.*?)```", (out / "README.md").read_text(), re.DOTALL)[1]
    assert "tscbench" not in lines
    monkeypatch.chdir(out)
    names = {"x": parts.test.x}
    exec(lines, names)
    z = student_of(folder).predict(parts.test)
    decision = names["decision"] if to == "onnx" else names["values"].round(10) >= 0.5
    np.testing.assert_array_equal(decision, z[:, 1] >= z[:, 0])


@pytest.mark.parametrize("student", [TREES[0], NETS[0]])
def test_an_exported_student_can_be_a_teacher(cli, run, lab, student):
    from tscbench_plugins.teachers.pretrained import pretrained

    folder = run("breast_cancer", [student])
    assert cli("export", folder, "--to", "onnx", "--out", lab.folder / "out").code == 0
    parts = parts_of(folder)
    path = lab.folder / "out" / "student.onnx"
    again = pretrained(parts.train, parts.schema, path=path).predict(parts.test)
    np.testing.assert_allclose(again, student_of(folder).predict(parts.test), rtol=1e-5, atol=1e-5)


def test_without_a_format_it_says_which_there_are(cli, run):
    said = cli("export", run("breast_cancer", [TREES[0]]))
    assert said.code == 0 and said.out.splitlines() == [
        "forest(n_trees=3) on breast_cancer: onnx",
        "forest(n_trees=3) on breast_cancer: skops",
    ]


def test_what_cannot_be_done_is_one_sentence(cli, run, lab, monkeypatch):
    folder = run("breast_cancer", [TREES[0], TREES[1]])
    several = cli("export", folder, "--to", "onnx")
    assert several.code == 2 and "2 cells fit" in several.err
    assert "narrow --student" in several.err and "--dataset" not in several.err
    ids = re.findall(r"tscbench: ([0-9a-f]{12})  ", several.err)
    assert len(ids) == 2
    assert (
        "no format 'pmml' (has: onnx, skops)" in cli("export", folder, ids[0], "--to", "pmml").err
    )
    assert "begins with zz" in cli("export", folder, "zz").err
    assert "no result has it" in cli("export", folder, "--student", "mlp").err
    assert "holds no run" in cli("export", lab.folder / "absent").err
    out = lab.folder / "out"
    assert cli("export", folder, ids[1][:7], "--to", "skops", "--out", out).code == 0
    before = (out / "card.json").read_bytes()
    twice = cli("export", folder, ids[0], "--to", "skops", "--out", out)
    assert twice.code == 2 and "is there already" in twice.err
    assert (out / "card.json").read_bytes() == before
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    bare = cli("export", folder, ids[0], "--to", "onnx", "--out", lab.folder / "new")
    assert bare.code == 2 and 'pip install "tscbench[onnx]"' in bare.err
    assert not (lab.folder / "new").exists() and not list(lab.folder.glob(".part*"))


def test_a_student_without_a_model_has_no_format(cli, lab, tiny):
    folder = lab.run({}).folder
    said = cli("export", folder, "--to", "onnx")
    assert said.code == 2 and "hands over no model" in said.err and "it has none" in said.err
    assert "no skops: it hands over no model" in cli("export", folder).out


def test_scores_that_are_out_of_date_are_not_put_on_a_card(cli, run, lab):
    folder = run("breast_cancer", [TREES[0]])
    alter(folder, lambda r: {**r, "key": "zz"} if r["cell"]["student"] == TREES[0] else r)
    said = cli("export", folder, "--to", "skops", "--out", lab.folder / "out")
    assert said.code == 2 and "no up-to-date scores" in said.err
    assert not (lab.folder / "out").exists()


def test_from_python(run, lab):
    results = tscbench.load(run("breast_cancer", [TREES[0]]))
    cell = next(r["cell"] for r in results.records() if r["cell"]["student"] == TREES[0])
    assert results.formats(cell) == {"onnx": "", "skops": ""}
    parity = results.export(cell, to="skops", out=lab.folder / "out")
    assert (parity.rows, parity.other_decisions, parity.largest_difference) == (171, 0, 0.0)
