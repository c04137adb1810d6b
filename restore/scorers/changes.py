"""What options change in a sentence, word by word, and what the restorer makes of each change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from restore.datamodels import Slot
from restore.restorer import Restorer, aligned
from restore.scorers.rereading import Placed
from restore.surface import words_of

#: ln P under which a word is as unexpected as any
LEAST = -12.0


class Change(NamedTuple):
    """One word that an option puts in the place of another, or leaves out."""

    #: what it puts there; "" for nothing
    word: str
    #: log-odds that the word which stands there does
    stands: float
    #: ln P(the new word stood there | the old one does not stand as written)
    chance: float


def changes_of(slot: Slot, placed: Placed, restorer: Restorer) -> list[list[Change]]:
    """The changes of every option of a slot."""
    options = [list(_changes(slot, option.text)) for option in slot.options]
    words: dict[int, dict[str, None]] = defaultdict(dict)  # each once, in order
    for changes in options:
        for i, word in changes:
            words[i][word] = None
    chances = {i: _chances(placed, i, list(some), restorer) for i, some in words.items()}
    stands = {i: placed.reading.stands[placed.places[i]] for i in words}
    return [[Change(word, stands[i], chances[i][word]) for i, word in changes] for changes in options]


def _changes(slot: Slot, text: str) -> Iterator[tuple[int, str]]:
    """The tokens that an option changes, and what it puts there."""
    words = aligned(words_of(text.lower()), slot.words)
    return ((slot.first + i, word) for i, word in enumerate(words) if word is not None)


def _chances(placed: Placed, i: int, words: Sequence[str], restorer: Restorer) -> Mapping[str, float]:
    found = restorer.log_probabilities(placed.reading, placed.places[i], words)
    return {word: max(chance, LEAST) for word, chance in zip(words, found, strict=True)}
