"""Rank the options of every slot by a log-linear model over all features.

The options of a slot and "leave it as it is" share the probability: with s = weights . features of an option (and
some products of two, as evidence confirms evidence),
P(option) = exp(s) / (1 + sum exp(s)), the conditional logit of McFadden 1974. One model so gives the
order, the detection (1 - P(as it is)) and, calibrated, the confidence.

With a model, the restorer reads the sentences; what is surest is then put in, and the others are judged by what the
restorer makes of the cleaner sentences, until nothing changes (iterative decoding, as in Ghazvininejad et al.,
"Mask-Predict", EMNLP 2019).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from restore.context import Context
from restore.datamodels import RankedSlot, Slot
from restore.resources import Resources
from restore.scorers import ENCODER_SCORERS, RESTORER_SCORERS, SCORERS, Scorer, weighted_sum
from restore.scorers.evidence import Evidence
from restore.scorers.rereading import Readings, reading_of, reading_with, tokens_of

#: options of a phrase whose embeddings are compared
_SHORTLIST = 4
#: from this probability on an option is put in before the sentence is read again, at most so often
_SURE, _ROUNDS = 0.7, 2

Rows = list[list[dict[str, float]]]


def rerank(slots: Sequence[Slot], context: Context, resources: Resources) -> list[RankedSlot]:
    """All slots with their options in order of probability, the likeliest first."""
    rows = features(slots, context, resources, SCORERS)
    if resources.restorer is None:
        return rank(slots, rows, resources.profiles.cheap.features)
    weights = resources.profiles.full.features
    ranked = rank(slots, with_model(slots, rows, context, resources), weights)
    return settled(ranked, weights, context, resources)


def settled(
    ranked: Sequence[RankedSlot], weights: Mapping[str, float], context: Context, resources: Resources
) -> list[RankedSlot]:
    """The slots ranked again as the surest are restored, until no more of them are sure."""
    number = 0
    for _ in range(_ROUNDS):
        sure = surest(ranked)
        if len(sure) == number:
            break
        number = len(sure)
        ranked = rank(*read_again(ranked, sure, context, resources), weights)
    return list(ranked)


def with_model(slots: Sequence[Slot], rows: Rows, context: Context, resources: Resources) -> Rows:
    """The rows with the features of the restorer, and of the embeddings of phrases."""
    if resources.restorer is None:
        raise ValueError("no model was loaded")
    readings = reading_of([s.sentence for s in slots], resources.restorer)
    told = features(slots, context, resources, RESTORER_SCORERS, readings)
    rows = [[{**a, **b} for a, b in zip(x, y, strict=True)] for x, y in zip(rows, told, strict=True)]
    few = shortlist(rank(slots, rows, resources.profiles.cheap.features))
    dear = features(few, context, resources, ENCODER_SCORERS)
    similar = {
        (slot.start, slot.end, option.text): told
        for slot, row in zip(few, dear, strict=True)
        for option, told in zip(slot.options, row, strict=True)
    }
    return [
        [{**f, **similar.get((s.start, s.end, o.text), {})} for o, f in zip(s.options, row, strict=True)]
        for s, row in zip(slots, rows, strict=True)
    ]


def shortlist(ranked: Sequence[RankedSlot]) -> list[Slot]:
    """The slots of several words with their likeliest options, where the glossary is silent: embeddings tell phrases
    apart, not words, which they compare by looks."""
    return [
        replace(r.slot, options=r.slot.options[:_SHORTLIST])
        for r in ranked
        if len(r.slot.words) > 1 and not r.slot.in_glossary
    ]


def surest(ranked: Sequence[RankedSlot]) -> list[RankedSlot]:
    """The slots that are nearly decided; of those that overlap the likelier."""
    found: list[RankedSlot] = []
    taken: set[tuple[int, int]] = set()
    for r in sorted(ranked, key=lambda r: -r.probabilities[0]):
        if r.probabilities[0] < _SURE:
            break
        if taken.isdisjoint(tokens_of(r.slot)):
            found.append(r)
            taken |= tokens_of(r.slot)
    return found


def read_again(
    ranked: Sequence[RankedSlot], sure: Sequence[RankedSlot], context: Context, resources: Resources
) -> tuple[list[Slot], Rows]:
    """All slots and their features, as the restorer sees them once the sure ones are restored."""
    if resources.restorer is None:
        raise ValueError("no model was loaded")
    changed = {r.slot.sentence.start for r in sure}
    taken = {token for r in sure for token in tokens_of(r.slot)}
    again = [r for r in ranked if r.slot.sentence.start in changed and taken.isdisjoint(tokens_of(r.slot))]
    readings = reading_with(sure, resources.restorer)
    told = features([r.slot for r in again], context, resources, RESTORER_SCORERS, readings)
    news = {id(r): row for r, row in zip(again, told, strict=True)}
    rows = [
        [{**f, **new} for f, new in zip(r.features, news[id(r)], strict=True)] if id(r) in news else list(r.features)
        for r in ranked
    ]
    return [r.slot for r in ranked], [[dict(f) for f in row] for row in rows]


def features(
    slots: Sequence[Slot],
    context: Context,
    resources: Resources,
    scorers: Mapping[str, Scorer],
    readings: Readings | None = None,
) -> Rows:
    """The named features of every option of every slot."""
    evidence = Evidence(slots, context, resources, readings or {})
    columns = {name: scorer(evidence) for name, scorer in scorers.items()}
    return [
        [{name: rows[i][j] for name, rows in columns.items()} for j in range(len(slot.options))]
        for i, slot in enumerate(slots)
    ]


def rank(
    slots: Sequence[Slot], rows: Sequence[Sequence[Mapping[str, float]]], weights: Mapping[str, float]
) -> list[RankedSlot]:
    """Slots with their options sorted by the weighted sum of their features and of products of these."""
    ranked = []
    score = weighted_sum(weights)
    for slot, options in zip(slots, rows, strict=True):
        sums = [score(f) for f in options]
        order = sorted(range(len(sums)), key=lambda j: -sums[j])
        ranked.append(
            RankedSlot(
                replace(slot, options=tuple(slot.options[j] for j in order)),
                tuple(options[j] for j in order),
                tuple(_probabilities([sums[j] for j in order])),
            )
        )
    return ranked


def _probabilities(sums: Sequence[float]) -> list[float]:
    top = max(0.0, *sums)
    shares = [math.exp(s - top) for s in sums]
    total = math.exp(-top) + sum(shares)
    return [s / total for s in shares]
