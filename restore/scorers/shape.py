"""Plain facts about spans and options."""

from __future__ import annotations

from restore.scorers.evidence import Evidence, Scores
from restore.surface import words_of


def bias(evidence: Evidence) -> Scores:
    """1: its weight says how rarely a span is garbled at all."""
    return evidence.by_slot(lambda slot: 1.0)


def more_words(evidence: Evidence) -> Scores:
    """How many more words the option has than the span (each costs fluency that it should not)."""
    return evidence.by_option(lambda slot, o: float(len(words_of(o.text)) - len(slot.words)))


def phrase(evidence: Evidence) -> Scores:
    """1 if the span has several words: less likely to stand in honest prose by chance."""
    return evidence.by_slot(lambda slot: float(len(slot.words) > 1))
