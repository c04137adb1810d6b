"""Thesaurus relations from WordNet and Moby: what a word may have been, when no lexicon knows.

The compact file is made by `restore train thesaurus` from WordNet 3's database files; its licence is in
`data/LICENSE.wordnet`.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from restore.errors import DataError

PATH = Path(__file__).parent / "data" / "thesaurus.tsv.gz"


class Related(NamedTuple):
    """A word related to another, and how: synonym, similar, broader, narrower or sister."""

    word: str
    relation: str
    #: estimated share among all that the file lists for the word
    probability: float


RELATIONS = {"=": "synonym", "~": "similar", "^": "broader", "v": "narrower", "|": "sister", "*": "related"}
#: the table keeps an order only; a share falls with the place in it (Zipf 1935; Mandelbrot 1953), slowly at first
_LEVEL = 4


class Thesaurus:
    """Related words by word and part of speech."""

    def __init__(self, lines: dict[tuple[str, str], str]) -> None:
        """`lines` maps (word, part of speech) to space-separated `relation word` items, the likeliest first."""
        self._lines = lines
        self.related = lru_cache(maxsize=20_000)(self._related)

    def __len__(self) -> int:
        return len(self._lines)

    def _related(self, word: str, pos: str) -> tuple[Related, ...]:
        items = self._lines.get((word, pos), "").split()
        total = sum(1 / (place + _LEVEL) for place in range(len(items)))
        return tuple(
            Related(item[1:].replace("_", " "), RELATIONS[item[0]], 1 / (place + _LEVEL) / total)
            for place, item in enumerate(items)
        )

    @classmethod
    def load(cls, path: Path = PATH) -> Thesaurus:
        """Read the file that ships. Raises DataError if it is missing or damaged."""
        lines: dict[tuple[str, str], str] = {}
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for line in file:
                    word, pos, items = line.rstrip("\n").split("\t")
                    lines[word, pos] = items
        except (OSError, ValueError) as error:
            raise DataError(f"{path}: cannot read the thesaurus: {error}", "run `restore train thesaurus`") from error
        return cls(lines)
