"""Tagged truth: constructed images with a text and tags, whose true probabilities are known.

Origin: drawn here. Licence: none needed. Rows: 2,000 by default, as many as `n` says. Labels: k
tags, each positive with a probability that is known.
"""

import numpy as np

from tscbench import Data, Link, Rng, Rows, Schema, dataset
from tscbench.tabular import with_second_view


@dataset(
    source="made up here, after the task of Wang et al., 2018, KDGAN, section 4.2",
    small={"n": 120, "k": 4, "words": 12},
)
def tagged_truth(
    rng: Rng,
    *,
    n: int = 2000,
    k: int = 10,
    d: int = 20,
    words: int = 100,
    noise: float = 1.0,
    length: int = 20,
) -> Data:
    """k tags of n posts: an image of d numbers for everybody, and counts of words for teachers.

    Each post has u ~ N(0, I₅). Tags are Bernoulli(σ(Vu - 1)), the image is Wu + noise·N(0, I), and
    the text has length words, each from the law of one of its tags, or, of a post without any, from
    all alike. So the text says of a tag itself what the image says of its probability only. Metrics
    know the truth of each row, Vu - 1; no tag is left without a row.

    Args:
        n: posts.
        k: tags.
        d: numbers of an image.
        words: in the vocabulary.
        noise: of the image: standard deviation.
        length: words of a text.
    """
    u = rng.normal(size=(n, 5))
    z = u @ rng.normal(size=(5, k)) - 1
    y = (rng.random((n, k)) < 1 / (1 + np.exp(-z))).astype(np.float64)
    y[np.arange(k), np.arange(k)] = 1.0
    x = u @ rng.normal(size=(5, d)) + noise * rng.normal(size=(n, d))
    laws = np.vstack([rng.dirichlet(np.full(words, 0.1), size=k), np.full(words, 1 / words)])
    shares = np.column_stack([y, y.sum(axis=1) == 0])
    p = shares @ laws / shares.sum(axis=1, keepdims=True)
    text = np.stack([rng.multinomial(length, law / law.sum()) for law in p])
    schema = Schema(
        (d,),
        (k,),
        Link.SIGMOID,
        numeric=np.ones(d, bool),
        cardinality=np.zeros(d, int),
        columns=tuple(f"x{j}" for j in range(d)),
        classes=tuple(f"t{j}" for j in range(k)),
    )
    return with_second_view(Data(schema, Rows(x, y, np.arange(n), truth=z)), text, "tagged_truth")
