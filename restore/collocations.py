"""How well words stand side by side: a bigram language model over clean prose.

Interpolated absolute discounting (Ney, Essen and Kneser 1994; Chen and Goodman 1999, section 2.7), on counts
that are stored as rounded logarithms. It knows two neighbours only, but those it knows well: "civilian
contractor" against "civilian temporary worker". The file is made by `restore train collocations`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BOUNDARY, UNKNOWN, NUMBER = "<s>", "<unk>", "<num>"
#: counts are kept as round(STEP * ln(count)) in one byte
STEP = 12.0
_DISCOUNT = 0.75
PATH = Path(__file__).parent / "data" / "collocations.npz"


class Collocations:
    """Log-probabilities (natural) of words after their left neighbour, and of words alone."""

    def __init__(
        self,
        words: Sequence[str],
        unigrams: NDArray[np.float64],
        starts: NDArray[np.int64],
        followers: NDArray[np.uint16],
        counts: NDArray[np.float64],
    ) -> None:
        """`followers[starts[i]:starts[i+1]]` are the sorted ids seen after word i, `counts` how often."""
        self._ids = {w: i for i, w in enumerate(words)}
        self._unigrams = unigrams
        self._total = float(unigrams.sum()) if len(unigrams) else 0.0
        self._starts, self._followers, self._counts = starts, followers, counts
        self._cached = lru_cache(maxsize=200_000)(self._log_probability)

    @classmethod
    def empty(cls) -> Collocations:
        """Those of no text at all, without numpy: whoever needs no knowledge need not wait for its import either."""
        return cls((), [], [0], [], [])  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path = PATH) -> Collocations:
        """Read the file that ships. Raises DataError if it is missing or damaged."""
        import numpy as np

        try:
            with np.load(path, allow_pickle=False) as data:
                words = bytes(data["words"]).decode("utf-8").split("\n")
                starts = np.concatenate([[0], np.cumsum(data["fanout"], dtype=np.int64)])
                return cls(
                    words,
                    np.exp(data["unigrams"] / STEP),
                    starts,
                    data["followers"],
                    np.exp(data["counts"] / STEP),
                )
        except (OSError, KeyError, ValueError) as error:
            raise DataError(
                f"{path}: cannot read the collocations: {error}",
                "reinstall the package, or run `restore train collocations`",
            ) from error

    def __len__(self) -> int:
        return len(self._ids)

    def frequency(self, word: str) -> float:
        """Natural logarithm of the word's share of clean prose; unseen words count as half an occurrence."""
        i = self._ids.get(word)
        return math.log((float(self._unigrams[i]) if i is not None else 0.5) / self._total)

    def sequence(self, words: Sequence[str]) -> float:
        """ln P of the words after the first, each given the one before it."""
        return sum(self._cached(a, b) for a, b in pairwise(words))

    def _log_probability(self, left: str, word: str) -> float:
        """ln P(word | left neighbour)."""
        unigram = math.exp(self.frequency(word))
        i, j = self._ids.get(left), self._ids.get(word)
        if i is None:
            return math.log(unigram)
        first, last = int(self._starts[i]), int(self._starts[i + 1])
        total = float(self._unigrams[i])
        row = self._followers[first:last]
        count = 0.0
        if j is not None:
            k = first + int(row.searchsorted(j))
            if k < last and self._followers[k] == j:
                count = float(self._counts[k])
        # What the discount frees, plus what the pruned rare bigrams held, goes to the single-word model.
        seen = float(self._counts[first:last].sum()) - _DISCOUNT * (last - first)
        backoff = max(1.0 - seen / total, 0.02)
        return math.log(max(count - _DISCOUNT, 0.0) / total + backoff * unigram)


def model_word(norm: str) -> str:
    """The form under which the model counts a token: all numbers are one word."""
    return NUMBER if any(c.isdigit() for c in norm) else norm
