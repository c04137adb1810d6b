"""Clean articles on the same events: what they say is likelier to be what the author wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

from restore.datamodels import Document
from restore.formats.files import ReadOptions, read
from restore.lexicon import base_form
from restore.segmentation import segment

Phrase = tuple[str, ...]

#: the longest phrases that are looked for
_LONGEST = 4


class Phrases:
    """How often every phrase of up to four words stands in some sentences, in base forms."""

    def __init__(self, sentences: Iterable[Sequence[str]] = ()) -> None:
        """`sentences` are normalised tokens."""
        self._counts: Counter[Phrase] = Counter()
        for words in sentences:
            based = base_forms(words)
            for n in range(1, _LONGEST + 1):
                self._counts.update(zip(*(islice(based, k, None) for k in range(n)), strict=False))

    def __bool__(self) -> bool:
        return bool(self._counts)

    def count(self, words: Sequence[str]) -> int:
        """How often the phrase stands there; 0 for one that is too long to be counted."""
        return self._counts[base_forms(words)]


def base_forms(words: Sequence[str]) -> Phrase:
    """A phrase with every word in its base form, hyphens left out."""
    return _base_forms(tuple(words))


@lru_cache(maxsize=65_536)
def _base_forms(words: Phrase) -> Phrase:
    return tuple(base_form(w) for w in words if w != "-")


def load_references(paths: Sequence[Path]) -> Phrases:
    """The phrases of all reference articles. Raises InputError for a file that cannot be read."""
    return phrases_of(d for path in paths for d in read(str(path), ReadOptions()).documents)


def phrases_of(documents: Iterable[Document]) -> Phrases:
    """The phrases of some documents."""
    return Phrases([t.norm for t in s.tokens] for d in documents for s in segment(d))
