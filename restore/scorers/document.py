"""Evidence from beyond the sentence: the rest of the article, and reference articles on the same events."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from restore.combination import belief
from restore.datamodels import Slot
from restore.reference import Phrase, Phrases, base_forms
from restore.scorers.evidence import Evidence, Scores
from restore.surface import words_of

#: ln of a word's share of clean prose: at the first it is too common to say anything, at the second it says all
_COMMON, _RARE = -6.0, -11.0


def agreement(evidence: Evidence) -> Scores:
    """ln(1 + how many spans of the text that read otherwise speak for the same original): a spinner varies."""
    mass: dict[Phrase, dict[Phrase, float]] = defaultdict(lambda: defaultdict(float))  # original -> spun -> share
    for slot in evidence.slots:
        spun = base_forms(slot.words)
        for option, share in zip(slot.options, _shares(slot), strict=True):
            by_spun = mass[base_forms(words_of(option.text.lower()))]
            by_spun[spun] = max(by_spun[spun], share)
    totals = {original: sum(by_spun.values()) for original, by_spun in mass.items()}

    def others(slot: Slot, text: str) -> float:
        original, spun = base_forms(words_of(text.lower())), base_forms(slot.words)
        return math.log1p(max(totals[original] - mass[original][spun], 0.0))

    return evidence.by_option(lambda slot, o: others(slot, o.text))


def _shares(slot: Slot) -> Sequence[float]:
    weights = [math.exp(belief(o)) for o in slot.options]
    total = sum(weights)
    return [w / max(total, 1.0) for w in weights]


def in_article(evidence: Evidence) -> Scores:
    """ln(1 + how often the option stands in the article as it is), at most ln 4."""
    sentences = {s.sentence.start: s.sentence for s in evidence.slots}
    article = Phrases([t.norm for t in s.tokens] for s in sentences.values())
    return evidence.by_option(lambda slot, o: math.log1p(min(article.count(words_of(o.text.lower())), 3)))


def reference(evidence: Evidence) -> Scores:
    """1 if a reference article has the option and not the span, -1 if it is the other way round; less for words
    that stand in any article. 0 without a reference."""
    phrases = evidence.resources.reference
    if not phrases:
        return evidence.by_slot(lambda slot: 0.0)

    def told(slot: Slot, text: str) -> float:
        words = words_of(text.lower())
        return _told(words, phrases, evidence) - _told(slot.words, phrases, evidence)

    return evidence.by_option(lambda slot, o: told(slot, o.text))


def _told(words: Phrase, phrases: Phrases, evidence: Evidence) -> float:
    if not phrases.count(words):
        return 0.0
    rarest = min(evidence.resources.collocations.frequency(w) for w in words)
    return min(max((_COMMON - rarest) / (_COMMON - _RARE), 0.0), 1.0)
