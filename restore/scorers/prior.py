"""What the sources themselves say, before any look at the context."""

from __future__ import annotations

import math

from restore.datamodels import Option, Slot
from restore.scorers.evidence import Evidence, Scores
from restore.scorers.evidence import forward as forward_probability

#: probabilities under this say nothing
_FLOOR = 0.01


def _scaled_prior(evidence: Evidence, source: str) -> Scores:
    """0 where the source is silent or thinks little of the option, 1 where it is certain; logarithmic between."""

    def score(slot: Slot, option: Option) -> float:
        c = option.evidence.get(source)
        return 1 - math.log(max(c.prior, _FLOOR)) / math.log(_FLOOR) if c else 0.0

    return evidence.by_option(score)


def glossary(evidence: Evidence) -> Scores:
    """Whether an entry speaks for the option, and how high the option stands in it."""
    return _scaled_prior(evidence, "glossary")


def written(evidence: Evidence) -> Scores:
    """P(original | spun) in the written lexicon."""
    return _scaled_prior(evidence, "written")


def learned(evidence: Evidence) -> Scores:
    """P(original | spun) in the table learned from known spun phrases."""
    return _scaled_prior(evidence, "learned")


def thesaurus(evidence: Evidence) -> Scores:
    """The option's share of the word's thesaurus relations."""
    return _scaled_prior(evidence, "thesaurus")


def terms(evidence: Evidence) -> Scores:
    """The option's share among the known terms that the span's words can be read as."""
    return _scaled_prior(evidence, "terms")


def forward(evidence: Evidence) -> Scores:
    """0 to 1: how usual a rewriting of this original the span is."""
    return evidence.by_option(lambda slot, o: 1 + max(forward_probability(o), math.log(_FLOOR)) / -math.log(_FLOOR))


def spun_odds(evidence: Evidence) -> Scores:
    """ln sum P(original) P(span | original) - ln P(span): a rare word that spinners put for a frequent one is
    suspicious wherever it stands."""
    return [[odds] * len(slot.options) for slot, odds in zip(evidence.slots, evidence.odds, strict=True)]
