"""Stand-ins for the models, small enough to reckon with by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from restore.restorer import Reading

#: for a sentence's words and the place of one: what stood there with which probability; None if the word stands
Judgement = Callable[[Sequence[str], int], Mapping[str, float] | None]


class StubRestorer:
    """A restorer that says what a function says, and remembers what it was asked to read."""

    def __init__(self, judge: Judgement, doubt: float = 3.0) -> None:
        self._judge, self._doubt = judge, doubt
        self.asked: list[tuple[str, ...]] = []

    @classmethod
    def of(cls, wrong: Mapping[str, Mapping[str, float]]) -> StubRestorer:
        """One that doubts certain words, wherever they stand."""
        return cls(lambda words, i: wrong.get(words[i]))

    def read(self, sentences: Sequence[Sequence[str]]) -> list[Reading]:
        self.asked += map(tuple, sentences)
        return [self._reading(words) for words in sentences]

    def _reading(self, words: Sequence[str]) -> Reading:
        found = [self._judge(words, i) for i in range(len(words))]
        return Reading(
            stands=[5.0 if originals is None else -self._doubt for originals in found],
            expected=[tuple((originals or {}).items()) for originals in found],
            vectors=found,
            totals=[0.0] * len(words),
        )

    def log_probabilities(self, reading: Reading, place: int, originals: Sequence[str]) -> list[float]:
        shares = [(reading.vectors[place] or {}).get(original, 0.0) for original in originals]
        return [math.log(share) if share else -12.0 for share in shares]


class StubEncoder:
    """Vectors of character counts: enough to be alike for texts that look alike."""

    name = "characters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.array([[1 + t.count(c) for c in "abcdefghijklmnopqrstuvwxyz"] for t in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class StubTokenizer:
    """A BERT tokenizer with few words; it cuts all others into letters."""

    unk_token_id, cls_token_id, sep_token_id, mask_token_id = 1, 3, 4, 5
    special = ("[PAD]", "[UNK]", "[unused1]", "[CLS]", "[SEP]", "[MASK]")

    def __init__(self, words: Sequence[str] = ("the", "drones", "rambles", "flew", "over", "a", ".")) -> None:
        letters = "abcdefghijklmnopqrstuvwxyz"
        self.vocabulary = [*self.special, *words, *(f"#{c}" for c in letters)]
        self._ids = {word: i for i, word in enumerate(self.vocabulary)}

    def __call__(self, word: str, add_special_tokens: bool) -> dict[str, list[int]]:
        assert not add_special_tokens
        ids = [self._ids[word]] if word in self._ids else [self._ids[f"#{c}"] for c in word if f"#{c}" in self._ids]
        return {"input_ids": ids}

    def convert_ids_to_tokens(self, ids: Sequence[int]) -> list[str]:
        return [self.vocabulary[i] for i in ids]
