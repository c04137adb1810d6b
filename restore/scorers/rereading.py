"""What the restorer reads: sentences as they stand, or with some of their spans restored already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from restore.datamodels import RankedSlot, Sentence, Slot
from restore.restorer import Reading, Restorer
from restore.surface import words_of


class Placed(NamedTuple):
    """A reading, and where in it each token of the sentence stands; tokens that were replaced stand nowhere."""

    reading: Reading
    places: Mapping[int, int]


#: start of a sentence -> its reading
Readings = Mapping[int, Placed]


def reading_of(sentences: Iterable[Sentence], restorer: Restorer) -> Readings:
    """The readings of sentences as they stand."""
    by_start = {s.start: [t.norm for t in s.tokens] for s in sentences}
    readings = restorer.read(list(by_start.values()))
    return {
        start: Placed(reading, {i: i for i in range(len(words))})
        for (start, words), reading in zip(by_start.items(), readings, strict=True)
    }


def reading_with(restored: Sequence[RankedSlot], restorer: Restorer) -> Readings:
    """The readings of the sentences of some slots, with the first option of each in its place."""
    by_sentence: dict[int, list[RankedSlot]] = defaultdict(list)
    for r in restored:
        by_sentence[r.slot.sentence.start].append(r)
    drafts = {start: _draft(group) for start, group in by_sentence.items()}
    readings = restorer.read([words for words, _ in drafts.values()])
    return {
        start: Placed(reading, places) for (start, (_, places)), reading in zip(drafts.items(), readings, strict=True)
    }


def tokens_of(slot: Slot) -> set[tuple[int, int]]:
    """The tokens of a slot: where their sentence starts, and their place in it."""
    return {(slot.sentence.start, i) for i in range(slot.first, slot.last)}


def _draft(restored: Sequence[RankedSlot]) -> tuple[list[str], dict[int, int]]:
    """A sentence's words with the slots restored, and where the other tokens now stand."""
    tokens = restored[0].slot.sentence.tokens
    by_first = {r.slot.first: r.slot for r in restored}
    words: list[str] = []
    places: dict[int, int] = {}
    i = 0
    while i < len(tokens):
        if slot := by_first.get(i):
            words += words_of(slot.options[0].text.lower())
            i = slot.last
        else:
            places[i] = len(words)
            words.append(tokens[i].norm)
            i += 1
    return words, places
