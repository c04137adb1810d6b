"""Features: what each kind of evidence says of an option. One function a feature, all in the table below.

A scorer is a function of the evidence (slots, context, resources) that gives one row a slot, one number an
option. Numbers are on a scale where 0 says nothing, so that an absent source needs no special case. A number that
is the same for all options of a slot speaks for or against leaving the span as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from restore.scorers import denoising, document, fluency, garble, joint, prior, shape, similarity
from restore.scorers.evidence import Evidence, Scores

Scorer = Callable[[Evidence], Scores]

#: cheap: asked about every option
SCORERS: dict[str, Scorer] = {
    "bias": shape.bias,
    "glossary": prior.glossary,
    "written": prior.written,
    "learned": prior.learned,
    "thesaurus": prior.thesaurus,
    "terms": prior.terms,
    "forward": prior.forward,
    "spun_odds": prior.spun_odds,
    "fluency_gain": fluency.gain,
    "frequency_gain": fluency.frequency_gain,
    "misfit": fluency.misfit,
    "joint": joint.share,
    "agreement": document.agreement,
    "in_article": document.in_article,
    "reference": document.reference,
    "more_words": shape.more_words,
    "phrase": shape.phrase,
    "article_garble": garble.article,
    "nearby_garble": garble.nearby,
}
#: of the restorer, which reads every sentence once
RESTORER_SCORERS: dict[str, Scorer] = {
    "garbled": denoising.garbled,
    "standing_word": denoising.standing_word,
    "expected": denoising.expected,
    "unexpected_word": denoising.unexpected_word,
    "deleted": denoising.deleted,
}
#: evidence that counts more, or less, beside other evidence; weighted as "forward * fluency_gain"
PRODUCTS: tuple[tuple[str, str], ...] = (
    ("forward", "fluency_gain"),
    ("forward", "frequency_gain"),
    ("forward", "forward"),
    ("expected", "expected"),
    ("expected", "joint"),
)
#: dear: asked only about the likeliest options of phrases, and only if there is a model
ENCODER_SCORERS: dict[str, Scorer] = {
    "similarity": similarity.to_span,
}


def with_products(features: Mapping[str, float]) -> dict[str, float]:
    """The features of an option and the products of those that it has."""
    products = {_product(a, b): features[a] * features[b] for a, b in PRODUCTS if a in features and b in features}
    return {**features, **products}


def weighted_sum(weights: Mapping[str, float]) -> Callable[[Mapping[str, float]], float]:
    """The score of an option, as a function of its features: their sum and that of the products, weighted."""
    products = [(a, b, weights[_product(a, b)]) for a, b in PRODUCTS if _product(a, b) in weights]
    single = [(name, w) for name, w in weights.items() if name not in {_product(a, b) for a, b, _ in products}]

    def score(features: Mapping[str, float]) -> float:
        value, total = features.get, 0.0
        for name, weight in single:
            total += weight * value(name, 0.0)
        for a, b, weight in products:
            total += weight * value(a, 0.0) * value(b, 0.0)
        return total

    return score


def _product(a: str, b: str) -> str:
    return f"{a} * {b}"
