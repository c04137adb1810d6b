"""Count the word pairs of clean prose into the compact file that `restore.collocations` reads."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from restore.collocations import BOUNDARY, STEP, UNKNOWN, model_word
from restore.datamodels import Document
from restore.segmentation import segment
from restore.training.corpora import documents


def train(corpora: Sequence[Path], out: Path, vocabulary: int = 40_000, min_count: int = 4) -> dict[str, int]:
    """Count adjacent words in the training part of `corpora` and write `out` (.npz).

    The `vocabulary` most frequent words are kept, and pairs seen at least `min_count` times.
    """
    index: dict[str, int] = {}
    stream = array("i", (index.setdefault(w, len(index)) for w in _words(documents(corpora, "train"))))
    ids = np.frombuffer(stream, dtype=np.int32).astype(np.int64)
    frequencies = np.bincount(ids)
    by_frequency = np.argsort(-frequencies, kind="stable")
    names = list(index)
    words = [UNKNOWN] + [names[i] for i in by_frequency[: vocabulary - 1]]
    # renumber by frequency; id 0 takes every word outside the vocabulary
    new_id = np.zeros(len(names), dtype=np.int64)
    new_id[by_frequency[: vocabulary - 1]] = np.arange(1, len(words))
    ids = new_id[ids]
    pairs, counts = np.unique(ids[:-1] * vocabulary + ids[1:], return_counts=True)
    known = (counts >= min_count) & (pairs >= vocabulary) & (pairs % vocabulary > 0)
    pairs, counts = pairs[known], counts[known]
    np.savez_compressed(
        out,
        words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        unigrams=_log(np.bincount(ids, minlength=vocabulary)),
        fanout=np.bincount(pairs // vocabulary, minlength=vocabulary).astype(np.uint16),
        followers=(pairs % vocabulary).astype(np.uint16),
        counts=_log(counts).astype(np.uint8),
    )
    return {"tokens": len(ids), "words": len(words), "pairs": len(pairs)}


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for sentence in segment(Document(text)):
            yield BOUNDARY
            yield from (model_word(t.norm) for t in sentence.tokens)
    yield BOUNDARY


def _log(counts: NDArray[np.int64]) -> NDArray[np.uint16]:
    logs: NDArray[np.float64] = STEP * np.log(np.maximum(counts, 1))
    return logs.round().astype(np.uint16)
