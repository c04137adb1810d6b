"""Learn P(original | spun) for words from pairs of phrases.

IBM model 1 with a preference for the diagonal: Brown et al. 1993, section 4.1, with the alignment prior of Dyer,
Chahuneau and Smith 2013 (fast_align), which is right here as spinners replace word by word and keep the order.
"""

from __future__ import annotations

import gzip
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from restore.errors import InputError
from restore.formats.files import write_atomically
from restore.lexicon import FUNCTION_WORDS, base_form
from restore.surface import words_of

Phrase = tuple[str, ...]
Table = dict[str, dict[str, float]]

_TENSION = 4.0
_ROUNDS = 8
#: pairs with less expected evidence than this, or a smaller share, are left out as alignment noise
_MIN_COUNT = 0.9
_MIN_SHARE = 0.03


def train(pairs_file: Path, out: Path) -> dict[str, int]:
    """Estimate the word table from a file of `spun phrase <TAB> original phrase` lines and write it (.tsv.gz)."""
    pairs = list(read_pairs(pairs_file))
    counts = expected_counts(pairs)
    rows = list(_rows(counts))
    head = f"# spun, original, P(original|spun), P(spun|original); from {len(pairs)} phrase pairs\n"
    content = head + "".join("\t".join(row) + "\n" for row in rows)
    write_atomically(out, gzip.compress(content.encode(), mtime=0))  # mtime=0: the same data give the same bytes
    return {"phrase pairs": len(pairs), "word pairs": len(rows)}


def read_pairs(file: Path) -> Iterator[tuple[Phrase, Phrase]]:
    """Phrase pairs as base forms; brackets, which hold explanations, are dropped."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) < 2:
            raise InputError(f"{file}:{number}: expected 'spun phrase <TAB> original phrase'")
        spun, original = (
            tuple(base_form(w) for w in words_of(re.sub(r"[(\[].*?[)\]]", " ", f)) if w[0].isalpha())
            for f in fields[:2]
        )
        if spun and original:
            yield spun, original


def expected_counts(pairs: Sequence[tuple[Phrase, Phrase]], rounds: int = _ROUNDS) -> Table:
    """How often each spun word was put for each original word, by expectation maximisation."""
    table = _uniform(pairs)
    counts: Table = {}
    for _ in range(rounds):
        counts = defaultdict(lambda: defaultdict(float))
        for spun, original in pairs:
            for j, s in enumerate(spun):
                shares = [
                    table[s][o] * math.exp(-_TENSION * abs((i + 0.5) / len(original) - (j + 0.5) / len(spun)))
                    for i, o in enumerate(original)
                ]
                total = sum(shares)
                for o, share in zip(original, shares, strict=True):
                    counts[s][o] += share / total
        table = {s: _normalised(row) for s, row in counts.items()}
    return counts


def _uniform(pairs: Iterable[tuple[Phrase, Phrase]]) -> Table:
    table: Table = defaultdict(dict)
    for spun, original in pairs:
        for s in spun:
            # a word that stands on both sides most likely was not replaced
            table[s].update({o: 4.0 if o == s else 1.0 for o in original})
    return {s: _normalised(row) for s, row in table.items()}


def _normalised(row: dict[str, float]) -> dict[str, float]:
    total = sum(row.values())
    return {o: value / total for o, value in row.items()}


def _rows(counts: Table) -> Iterator[tuple[str, str, str, str]]:
    from_original: dict[str, float] = defaultdict(float)
    for row in counts.values():
        for o, count in row.items():
            from_original[o] += count
    for s in sorted(counts):
        changed = {o: c for o, c in counts[s].items() if o != s and o not in FUNCTION_WORDS}
        total = sum(changed.values())
        if s in FUNCTION_WORDS:
            continue
        for o, count in sorted(changed.items(), key=lambda item: (-item[1], item[0])):
            if count >= _MIN_COUNT and count / total >= _MIN_SHARE:
                yield s, o, f"{count / total:.3g}", f"{count / from_original[o]:.3g}"
