"""How often authors write the phrases that spinners write: "as a result of" is no sign of spinning, "on the off chance
that" is. What a bigram model makes of a phrase says little: it takes an idiom for a rare sequence of frequent words.

The file is made by `restore train idioms` from clean prose.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from restore.errors import DataError
from restore.reference import Phrase, base_forms

PATH = Path(__file__).parent / "data" / "idioms.tsv.gz"


class Idioms:
    """Counts of phrases, in base forms, in so many words of clean prose."""

    def __init__(self, counts: Mapping[Phrase, int], words: int) -> None:
        self._counts, self._words = counts, words

    def __len__(self) -> int:
        return len(self._counts)

    def chance(self, words: Sequence[str]) -> float:
        """ln of the phrase's share of prose, whatever its inflection; minus infinity for one seen seldom or never."""
        count = self._counts.get(base_forms(words), 0) if len(words) > 1 else 0
        return math.log(count / self._words) if count else -math.inf

    @classmethod
    def load(cls, path: Path = PATH) -> Idioms:
        """Read the file that ships. Raises DataError if it is missing or damaged."""
        try:
            total, *lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
            pairs = (line.split("\t") for line in lines)
            return cls({tuple(phrase.split(" ")): int(count) for phrase, count in pairs}, int(total))
        except (OSError, EOFError, ValueError) as error:
            raise DataError(f"{path}: cannot read the idioms: {error}", "run `restore train idioms`") from error
