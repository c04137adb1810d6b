"""Find thousands of phrases in a sentence at once: a trie over tokens, walked by every form a word may have.

The cost of a walk depends on the text, not on how many phrases are stored (Aho and Corasick 1975 give the same
for characters; over tokens a plain trie has it already, as phrases are only a few tokens long).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from restore.datamodels import Token
from restore.surface import lemmas

T = TypeVar("T")
_END = object()


class Match(NamedTuple, Generic[T]):
    """Tokens [first, last) read as a stored phrase."""

    first: int
    last: int
    value: T
    #: index of the one token that stands in another form than the phrase has, or -1
    inflected: int


class PhraseTrie(Generic[T]):
    """Phrases as sequences of normalised tokens, each with any number of values."""

    def __init__(self) -> None:
        self._root: dict[object, object] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, phrase: Sequence[str], value: T) -> None:
        """Store a value under a phrase (which must not be empty)."""
        node = self._root
        for word in phrase:
            node = node.setdefault(word, {})  # type: ignore[assignment]
        node.setdefault(_END, []).append(value)  # type: ignore[attr-defined]
        self._size += 1

    def matches(self, tokens: Sequence[Token]) -> Iterator[Match[T]]:
        """Every occurrence of every phrase, longest first at each position.

        At most one token of an occurrence may be inflected ("local armies" is "local army"); the others must
        read as stored.
        """
        for first in range(len(tokens)):
            yield from sorted(self._walk(tokens, first), key=lambda m: -m.last)

    def _walk(self, tokens: Sequence[Token], first: int) -> Iterator[Match[T]]:
        states: list[tuple[dict[object, object], int]] = [(self._root, -1)]
        for i in range(first, len(tokens)):
            norm = tokens[i].norm
            following: list[tuple[dict[object, object], int]] = []
            for node, inflected in states:
                if norm in node:
                    following.append((node[norm], inflected))  # type: ignore[arg-type]
                if inflected < 0:
                    following += [(node[form], i) for form in lemmas(norm)[1:] if form in node]  # type: ignore[misc]
            if not following:
                return
            for node, inflected in following:
                for value in node.get(_END, ()):  # type: ignore[attr-defined]
                    yield Match(first, i + 1, value, inflected)
            states = following
