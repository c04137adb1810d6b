"""The slots that scorers judge, with what several scorers need, computed once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from restore.collocations import BOUNDARY, model_word
from restore.context import Context
from restore.datamodels import Option, Slot
from restore.resources import Resources
from restore.scorers.changes import Change, changes_of
from restore.scorers.rereading import Readings
from restore.surface import words_of

#: one row a slot, one number an option
Scores = list[list[float]]

#: bounds of the log-odds that a word was produced by a spinner
_MOST_ODDS = 6.0
_NO_ODDS = -3.0
#: odds from which a word is worth a look in any text
_SUSPICIOUS_ODDS = 1.0
#: weighted share of garbled words from which on a text looks spun: of 66 held-out clean documents one has more (0.051),
#: of the 46 spun passages that weights are fitted on none has less (0.052)
_SIGNS_OF_SPINNING = 0.05


@dataclass(frozen=True)
class Evidence:
    """Slots of one document, where they stand, and what is known."""

    slots: Sequence[Slot]
    context: Context
    resources: Resources
    #: what the restorer makes of the sentences
    readings: Readings = field(default_factory=dict)

    def by_option(self, score: Callable[[Slot, Option], float]) -> Scores:
        """One number an option."""
        return [[score(slot, o) for o in slot.options] for slot in self.slots]

    def by_slot(self, score: Callable[[Slot], float]) -> Scores:
        """One number a slot, the same for all its options."""
        return [[score(slot)] * len(slot.options) for slot in self.slots]

    @cached_property
    def odds(self) -> list[float]:
        """Noisy-channel odds that a spinner produced each slot's span."""
        return [self._odds(slot) for slot in self.slots]

    @cached_property
    def changes(self) -> list[list[list[Change]]]:
        """For every option of every slot what it changes, and what the restorer makes of that."""
        restorer = self.resources.restorer
        if restorer is None:
            raise ValueError("no restorer was loaded")
        return [changes_of(slot, self.readings[slot.sentence.start], restorer) for slot in self.slots]

    @property
    def spun(self) -> bool:
        """Whether the text as a whole shows signs of spinning."""
        weight, words = self.testimony.total
        return weight > _SIGNS_OF_SPINNING * words

    def suspicious(self) -> list[Slot]:
        """The slots that are worth a look even in honest prose."""
        return [
            slot
            for slot, odds in zip(self.slots, self.odds, strict=True)
            if odds > _SUSPICIOUS_ODDS or slot.in_glossary
        ]

    @cached_property
    def testimony(self) -> Testimony:
        """How garbled the text is, as all slots together say."""
        return Testimony(self.slots, self.odds)

    def _odds(self, slot: Slot) -> float:
        known = [(o, usual) for o in slot.options if (usual := forward(o)) > -math.inf]
        if not known:
            return _NO_ODDS
        total = sum(math.exp(self._chance(words_of(o.text)) + usual) for o, usual in known)
        return min(max(math.log(total) - self._chance(slot.words), _NO_ODDS), _MOST_ODDS)

    def _chance(self, words: tuple[str, ...]) -> float:
        """ln P of a phrase by itself: counted, or as a sequence of words if that makes it likelier."""
        model = self.resources.collocations
        return max(model.frequency(words[0]) + model.sequence(words), self.resources.idioms.chance(words))


def forward(option: Option) -> float:
    """ln P(spun | original), as far as a source knows it; else minus infinity."""
    return max((c.forward for c in option.evidence.values() if c.forward is not None), default=-math.inf)


def neighbours(slot: Slot) -> tuple[str, str]:
    """The words left and right of a slot as the collocation model knows them."""
    tokens = slot.sentence.tokens
    left = tokens[slot.first - 1].norm if slot.first else BOUNDARY
    right = tokens[slot.last].norm if slot.last < len(tokens) else BOUNDARY
    return model_word(left), model_word(right)


class Testimony:
    """Weighted garbled words by sentence. A glossary hit testifies fully, a lexicon match by its odds."""

    def __init__(self, slots: Sequence[Slot], odds: Sequence[float]) -> None:
        self._by_word: dict[int, list[float]] = {}
        for slot, own_odds in zip(slots, odds, strict=True):
            row = self._by_word.setdefault(slot.sentence.start, [0.0] * len(slot.sentence.tokens))
            weight = _weight(slot, own_odds)
            for i in range(slot.first, slot.last):
                row[i] = max(row[i], weight)
        self._sums = {start: (sum(row), float(len(row))) for start, row in self._by_word.items()}
        self.total = self.around(self._sums)

    def own(self, slot: Slot) -> float:
        """What the span's own words testify, which must not count for itself."""
        return sum(self._by_word[slot.sentence.start][slot.first : slot.last])

    def around(self, starts: Iterable[int]) -> tuple[float, float]:
        """Testimony and number of words of the sentences that start at these offsets."""
        found = [self._sums[s] for s in starts if s in self._sums]
        return sum(f[0] for f in found), sum(f[1] for f in found)


def _weight(slot: Slot, odds: float) -> float:
    if slot.in_glossary:
        return 1.0
    return 0.5 / (1.0 + math.exp(2.0 - odds))
