"""Generator size: its parameters, and how many times as many its teacher has."""

from tscbench import Figure, Sampler, probe


@probe(
    source="the counts and ratios of Aguinaldo et al., 2019, Compressing GANs using knowledge "
    "distillation, Table 1",
    figures={
        "parameters": Figure("lower", help="numbers that training could change"),
        "ratio": Figure("", help="parameters of the generator that it imitates, over its own"),
    },
)
def generator_size(sampler: Sampler) -> dict[str, float]:
    """What a fitted generator says of its size; not defined for one that says nothing.

    A generator that imitates none has no ratio.
    """
    own = float(sampler.size.get("parameters", float("nan")))
    theirs = float(sampler.size.get("teacher_parameters", float("nan")))
    return {"parameters": own, "ratio": theirs / own if own else float("nan")}
