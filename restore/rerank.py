"""Rank the options of every slot by a log-linear model over all features.

The options of a slot and "leave it as it is" share the probability: with s = weights . features of an option,
P(option) = exp(s) / (1 + sum exp(s)), the conditional logit of McFadden 1974. One model so gives the
order, the detection (1 - P(as it is)) and, calibrated, the confidence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from restore.context import Context
from restore.datamodels import RankedSlot, Slot
from restore.resources import Resources
from restore.scorers import ENCODER_SCORERS, SCORERS, Scorer
from restore.scorers.evidence import Evidence

#: what the cheap features leave to the dear ones
_SHORTLIST = 4
_MIN_PROBABILITY = 0.1


def rerank(slots: Sequence[Slot], context: Context, resources: Resources) -> list[RankedSlot]:
    """All slots with their options in order of probability, the likeliest first.

    With an encoder, the likeliest options of the slots that may be garbled are ranked again with its
    features; the other slots are left out.
    """
    ranked = rank(slots, features(slots, context, resources, SCORERS), resources.profiles.cheap.features)
    if resources.encoder is None:
        return ranked
    return rank(*shortlist(ranked, context, resources), resources.profiles.full.features)


def shortlist(
    ranked: Sequence[RankedSlot], context: Context, resources: Resources
) -> tuple[list[Slot], list[list[dict[str, float]]]]:
    """The slots that may be garbled with their likeliest options, and all features of these."""
    left = [_shortened(r) for r in ranked if r.garbled >= _MIN_PROBABILITY]
    # where the glossary speaks, its cues have looked at the context already
    sure = [r for r in left if r.slot.in_glossary]
    unsure = [r for r in left if not r.slot.in_glossary]
    dear = features([r.slot for r in unsure], context, resources, ENCODER_SCORERS)
    merged = [[{**a, **b} for a, b in zip(r.features, row, strict=True)] for r, row in zip(unsure, dear, strict=True)]
    return [r.slot for r in (*sure, *unsure)], [*([dict(f) for f in r.features] for r in sure), *merged]


def features(
    slots: Sequence[Slot], context: Context, resources: Resources, scorers: Mapping[str, Scorer]
) -> list[list[dict[str, float]]]:
    """The named features of every option of every slot."""
    evidence = Evidence(slots, context, resources)
    columns = {name: scorer(evidence) for name, scorer in scorers.items()}
    return [
        [{name: rows[i][j] for name, rows in columns.items()} for j in range(len(slot.options))]
        for i, slot in enumerate(slots)
    ]


def rank(
    slots: Sequence[Slot], rows: Sequence[Sequence[Mapping[str, float]]], weights: Mapping[str, float]
) -> list[RankedSlot]:
    """Slots with their options sorted by the weighted sum of their features."""
    ranked = []
    for slot, options in zip(slots, rows, strict=True):
        sums = [sum(weights.get(name, 0.0) * value for name, value in f.items()) for f in options]
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


def _shortened(ranked: RankedSlot) -> RankedSlot:
    slot = replace(ranked.slot, options=ranked.slot.options[:_SHORTLIST])
    return RankedSlot(slot, ranked.features[:_SHORTLIST], ranked.probabilities[:_SHORTLIST])
