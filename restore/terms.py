"""How likely words are to stand side by side in a term: what term combination and decoding ask.

A linear interpolation (Jelinek and Mercer 1980) of four sources, each strong where the others are silent: adjacent
words of clean prose (`restore.collocations`), the bigram counts that come with `symspellpy`, the words of known
terms (`data/terms.tsv.gz`, made by `restore train terms`), and word frequencies (`wordfreq`).
"""

from __future__ import annotations

import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import resources as package_files
from itertools import pairwise
from pathlib import Path

from restore.collocations import BOUNDARY, Collocations, model_word
from restore.errors import DataError
from restore.surface import readings

PATH = Path(__file__).parent / "data" / "terms.tsv.gz"
#: shares of the four sources
_PROSE, _SYMSPELL, _TERMS, _ALONE = 0.25, 0.2, 0.3, 0.25
#: ln P of the end of a term after any word
_END = math.log(0.01)
_RAREST = 1e-8

Term = tuple[str, ...]


class TermModel:
    """Log-probabilities (natural) of words after their left neighbour, and an index of known terms."""

    def __init__(
        self, collocations: Collocations, known: Iterable[Term], pairs: Mapping[tuple[str, str], float]
    ) -> None:
        """`known` holds terms in the singular; `pairs` counts adjacent words of terms, in the singular too."""
        self._collocations = collocations
        self._known = frozenset(known)
        self._beginnings = frozenset(t[:n] for t in self._known for n in range(1, len(t) + 1))
        self._pairs = dict(pairs)
        self._heads: dict[str, float] = defaultdict(float)
        for (left, _), count in self._pairs.items():
            self._heads[left] += count
        self.follows = lru_cache(maxsize=400_000)(self._follows)
        self.alone = lru_cache(maxsize=100_000)(self._alone)

    def __len__(self) -> int:
        return len(self._known)

    def knows(self, words: Sequence[str]) -> bool:
        """Whether the words are a known term, in either number."""
        return singular(words) in self._known

    def begins(self, words: Sequence[str]) -> bool:
        """Whether a known term begins with these words, or is them."""
        return singular(words) in self._beginnings

    def sequence(self, words: Sequence[str]) -> float:
        """ln P of the words after the first, each given the one before it."""
        return sum(self.follows(a, b) for a, b in pairwise(words))

    def linked(self, left: str, right: str) -> bool:
        """Whether the two words have been seen side by side at all."""
        a, b = singular((left, right))
        return bool((a, b) in self._known or self._pairs.get((a, b)) or self._symspell(left, right))

    def _follows(self, left: str, word: str) -> float:
        if word == BOUNDARY:
            return _END
        a, b = singular((left, word))
        terms = self._pairs.get((a, b), 0.0) / (self._heads.get(a, 0.0) + 2.0)
        return math.log(
            _PROSE * math.exp(self._collocations.sequence((model_word(left), model_word(word))))
            + _SYMSPELL * self._symspell(left, word)
            + _TERMS * terms
            + _ALONE * math.exp(self.alone(word))
        )

    def _alone(self, word: str) -> float:
        """ln P of a word by itself."""
        from wordfreq import word_frequency

        return math.log(max(word_frequency(word, "en"), _RAREST))

    def _symspell(self, left: str, word: str) -> float:
        pairs, heads = self._web
        count = pairs.get(f"{left} {word}")
        return count / heads[left] if count else 0.0

    @cached_property
    def _web(self) -> tuple[dict[str, int], dict[str, int]]:
        """Bigram counts of the web, and of their first words."""
        file = package_files.files("symspellpy") / "frequency_bigramdictionary_en_243_342.txt"
        pairs, heads = {}, Counter[str]()
        for line in file.read_text(encoding="utf-8-sig").splitlines():
            pair, _, count = line.rpartition(" ")
            pairs[pair] = int(count)
            heads[pair.partition(" ")[0]] += int(count)
        return pairs, heads

    @classmethod
    def load(cls, collocations: Collocations, path: Path = PATH) -> TermModel:
        """Read the file that ships. Raises DataError if it is missing or damaged."""
        known, pairs = [], {}
        try:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    words, _, count = line.rstrip("\n").partition("\t")
                    if count:
                        left, right = words.split(" ")
                        pairs[left, right] = float(count)
                    else:
                        known.append(tuple(words.split(" ")))
        except (OSError, ValueError) as error:
            raise DataError(f"{path}: cannot read the terms: {error}", "run `restore train terms`") from error
        return cls(collocations, known, pairs)


def singular(words: Sequence[str]) -> Term:
    """The words with plural nouns in the singular: terms are the same in either number."""
    return tuple(map(_singular, words))


@lru_cache(maxsize=65_536)
def _singular(word: str) -> str:
    if not word.endswith("s") or word.endswith("ss"):
        return word
    return next((r.lemma for r in readings(word) if r.tag == "NNS" and len(r.lemma) > 2), word)
