"""Count in clean prose the phrases of the lexicon, for `restore.idioms`."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from restore.datamodels import Document
from restore.formats.files import write_atomically
from restore.lexicon import packaged_pairs
from restore.reference import Phrase, base_forms
from restore.segmentation import segment
from restore.surface import words_of
from restore.training.corpora import documents


def train(corpora: Sequence[Path], out: Path, min_count: int = 3) -> dict[str, int]:
    """Count the spun phrases of the lexicon in the training part of `corpora`; those seen `min_count` times or more
    are written to `out` (.tsv.gz), behind the number of all words."""
    phrases = {base_forms(words_of(pair.spun)) for pair in packaged_pairs()}
    counts, words = count(documents(corpora, "train"), {p for p in phrases if len(p) > 1})
    found = sorted((phrase, n) for phrase, n in counts.items() if n >= min_count)
    lines = [str(words), *(f"{' '.join(phrase)}\t{n}" for phrase, n in found)]
    # mtime=0: the same data give the same bytes
    write_atomically(out, gzip.compress("\n".join(lines).encode(), mtime=0))
    return {"words": words, "idioms": len(found)}


def count(texts: Iterable[str], phrases: set[Phrase]) -> tuple[Counter[Phrase], int]:
    """How often each phrase stands in the texts, and how many words these have."""
    beginnings = {phrase[:2] for phrase in phrases}
    lengths = sorted({len(phrase) for phrase in phrases})
    counts: Counter[Phrase] = Counter()
    total = 0
    for text in texts:
        for sentence in segment(Document(text)):
            words = base_forms([t.norm for t in sentence.tokens])
            total += len(words)
            for i in range(len(words) - 1):
                if words[i : i + 2] in beginnings:
                    counts.update(p for n in lengths if (p := words[i : i + n]) in phrases and i + n <= len(words))
    return counts, total
