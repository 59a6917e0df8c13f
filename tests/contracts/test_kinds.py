"""Decorators: a plugin that breaks its contract is refused where it is declared."""

from functools import partial

import pytest

from tscbench import ContractError, Figure, generator, metric, probe, query, student
from tscbench.contracts.kinds import KINDS, OFFERED, place, plugin_of


def test_a_decorator_says_kind_name_arguments_and_parameters():
    @student(nested="n", needs={"tabular"})
    def mine(compression_set, schema, *, n: int = 3):
        """First line.

        More.
        """

    plugin = plugin_of(mine)
    assert (plugin.kind, plugin.name, plugin.takes) == (
        "student",
        "mine",
        ("compression_set", "schema"),
    )
    assert plugin.nested == "n" and plugin.parameters["n"].default == 3
    assert plugin.summary == "First line."
    assert plugin.needs_of({}) == {"tabular"} and plugin.offers_of({}) == {"squared"}


def test_a_decorated_function_is_still_the_function():
    @query()
    def mine(rows):
        return rows

    assert mine(3) == 3
    assert plugin_of(lambda rows: rows) is None


def test_needs_may_depend_on_the_parameters():
    @student(needs=lambda params: {"images"} if params["deep"] else set())
    def mine(compression_set, *, deep: bool = False):
        """."""

    plugin = plugin_of(mine)
    assert plugin.needs_of({"deep": True}) == {"images"}
    assert plugin.needs_of({"deep": False}) == set()


def test_a_metric_says_direction_unit_and_help():
    @metric(direction="lower", unit="nats")
    def mine(labels):
        """First line.

        More.
        """

    plugin = plugin_of(mine)
    assert (plugin.direction, plugin.unit, plugin.help) == ("lower", "nats", "First line.")
    assert plugin_of(metric(help="Short.")(sound_metric)).help == "Short."
    with pytest.raises(ContractError, match="direction='less'; it must be 'higher' or 'lower'"):
        metric(direction="less")(sound_metric)


@pytest.mark.parametrize("name", ["tsc_score", "gain", "difference_auc", "rows_per_second"])
def test_no_metric_has_the_name_of_what_is_worked_out(name):
    def mine(labels):
        """."""

    mine.__name__ = name
    with pytest.raises(ContractError, match=f"{name!r} is worked out from other metrics"):
        metric()(mine)


def sound_metric(labels):
    """."""


def test_a_probe_says_what_each_of_its_numbers_is():
    def mine(rows):
        """."""

    figures = {"share": Figure("lower", "share", "of rows"), "bare": Figure()}
    assert plugin_of(probe(figures=figures)(mine)).figures == figures
    with pytest.raises(ContractError, match="'lower' of 'share'; write Figure"):
        probe(figures={"share": "lower"})(mine)
    with pytest.raises(ContractError, match="direction='less' of 'share'"):
        probe(figures={"share": Figure("less")})(mine)


def sound(train):
    """."""


async def waiting(train):
    """."""


class Callable:
    """Its instances can be called, and have no name."""

    def __call__(self, train):
        """."""


def defaulted(train, schema=None):
    """."""


def stranger(train, teacher):
    """."""


def open_ended(train, **params):
    """."""


def listed(*train):
    """."""


def following(fitted):
    """."""


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (defaulted, "takes 'schema' with a default"),
        (stranger, "takes 'teacher', which a generator is not offered"),
        (following, "takes 'fitted' and has no parameter 'generator'.*add generator: Spec"),
        (open_ended, r"no \*args or \*\*kwargs"),
        (listed, r"no \*args or \*\*kwargs"),
    ],
)
def test_a_wrong_signature_is_refused_with_its_place(function, said):
    with pytest.raises(ContractError, match=said) as caught:
        generator()(function)
    assert place(function) in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lambda train: None, "is a lambda; it must be a function that is written with def"),
        (waiting, r"generator waiting \(.*test_kinds.py:\d+\): is an async function"),
        (Callable, "generator Callable .* is a class"),
        (Callable(), "is an object of type Callable"),
        (partial(sound), "is an object of type partial"),
    ],
)
def test_only_a_function_with_a_name_can_be_a_plugin(given, said):
    with pytest.raises(ContractError, match=said):
        generator()(given)


def test_a_decorator_without_brackets_says_so():
    said = r"generator sound \(.*test_kinds.py:\d+\): write @generator\(\) above it"
    with pytest.raises(ContractError, match=said):
        generator(sound)


@pytest.mark.parametrize(
    ("fact", "cure"),
    [("needs", r"{'numeric'}"), ("offers", r"{'numeric'}"), ("requires", r"\('numeric',\)")],
)
def test_a_bare_text_is_no_collection_of_facts(fact, cure):
    with pytest.raises(
        ContractError, match=f"{fact}='numeric' is a bare text; write {fact}={cure}"
    ):
        generator(**{fact: "numeric"})(sound)


@pytest.mark.parametrize("fact", ["needs", "offers"])
def test_facts_come_from_the_closed_list(fact):
    with pytest.raises(ContractError, match=f"{fact} 'magic' is not a known fact"):
        generator(**{fact: {"magic"}})(sound)


def test_every_kind_says_what_it_offers():
    assert set(OFFERED) == set(KINDS)
    assert "test" not in {name for names in OFFERED.values() for name in names}
