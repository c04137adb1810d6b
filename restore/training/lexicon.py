"""Learn P(original | spun) for words from pairs of phrases.

IBM model 1 with a preference for the diagonal: Brown et al. 1993, section 4.1, with the alignment prior of Dyer,
Chahuneau and Smith 2013 (fast_align), which is right here as spinners replace word by word and keep the order.
"""

from __future__ import annotations

import gzip
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from restore.errors import InputError
from restore.formats.files import write_atomically
from restore.lexicon import FUNCTION_WORDS, Pair, base_form
from restore.surface import words_of

Phrase = tuple[str, ...]
Table = dict[str, dict[str, float]]

_TENSION = 4.0
_ROUNDS = 8
#: words of a piece, and how many phrase pairs must hold it
_LONGEST, _MIN_PIECES = 4, 2
#: counts to imagine of what was not seen, so that one sighting proves little
_UNSEEN = 1.0
#: pairs with less expected evidence than this, or a smaller share, are left out as alignment noise
_MIN_COUNT = 0.3
_MIN_SHARE = 0.01


def train(pairs_file: Path, out: Path) -> dict[str, int]:
    """Estimate the word table from a file of `spun phrase <TAB> original phrase` lines and write it (.tsv.gz)."""
    pairs = list(read_pairs(pairs_file))
    rows = [(p.spun, p.original, f"{p.probability:.3g}", f"{math.exp(p.forward):.3g}") for p in learn(pairs)]
    head = f"# spun, original, P(original|spun), P(spun|original); from {len(pairs)} phrase pairs\n"
    content = head + "".join("\t".join(row) + "\n" for row in rows)
    write_atomically(out, gzip.compress(content.encode(), mtime=0))  # mtime=0: the same data give the same bytes
    return {"phrase pairs": len(pairs), "pairs": len(rows)}


def read_pairs(file: Path) -> Iterator[tuple[Phrase, Phrase]]:
    """Phrase pairs as words; brackets, which hold explanations, are dropped."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) < 2:
            raise InputError(f"{file}:{number}: expected 'spun phrase <TAB> original phrase'")
        spun, original = (
            tuple(w for w in words_of(re.sub(r"[(\[].*?[)\]]", " ", f)) if w[0].isalpha()) for f in fields[:2]
        )
        if spun and original:
            yield spun, original


def learn(pairs: Sequence[tuple[Phrase, Phrase]]) -> list[Pair]:
    """The pairs of words, and of pieces of several words, that these phrase pairs are evidence of; in base forms."""
    based = [(_base_forms(a), _base_forms(b)) for a, b in pairs]
    counts = expected_counts(based)
    return [*_word_pairs(counts), *_piece_pairs(based, counts)]


def _base_forms(phrase: Phrase) -> Phrase:
    return tuple(map(base_form, phrase))


def expected_counts(pairs: Sequence[tuple[Phrase, Phrase]], rounds: int = _ROUNDS) -> Table:
    """How often each spun word was put for each original word, by expectation maximisation."""
    table = _uniform(pairs)
    counts: Table = {}
    for _ in range(rounds):
        counts = defaultdict(lambda: defaultdict(float))
        for spun, original in pairs:
            for j, s in enumerate(spun):
                shares = [table[s][o] * _nearness(i, len(original), j, len(spun)) for i, o in enumerate(original)]
                total = sum(shares)
                for o, share in zip(original, shares, strict=True):
                    counts[s][o] += share / total
        table = {s: _normalised(row) for s, row in counts.items()}
    return counts


def _piece_pairs(pairs: Sequence[tuple[Phrase, Phrase]], counts: Table) -> Iterator[Pair]:
    """Pairs of pieces of which at least one has several words, seen in two phrase pairs or more.

    A piece and its counterpart are consistent with the word alignment: nothing in either is aligned to anything
    outside the other (Och, Tillmann and Ney 1999; Koehn, Och and Marcu 2003, section 2).
    """
    table = {s: _normalised(row) for s, row in counts.items()}
    seen: Counter[tuple[Phrase, Phrase]] = Counter()
    for spun, original in set(pairs):
        seen.update(set(_consistent(spun, original, _alignment(spun, original, table))))
    from_spun: Counter[Phrase] = Counter()
    from_original: Counter[Phrase] = Counter()
    for (s, o), n in seen.items():
        from_spun[s] += n
        from_original[o] += n
    for (s, o), n in sorted(seen.items()):
        if n >= _MIN_PIECES and s != o and len(s) + len(o) > 2:
            backward, forward = n / (from_spun[s] + _UNSEEN), n / (from_original[o] + _UNSEEN)
            yield Pair(" ".join(s), " ".join(o), "", backward, math.log(forward), "learned")


def _alignment(spun: Phrase, original: Phrase, table: Table) -> list[int]:
    """For each spun word the place of the original word that it most likely stands for."""
    return [
        max(
            range(len(original)),
            key=lambda i: table[s].get(original[i], 0.0) * _nearness(i, len(original), j, len(spun)),
        )
        for j, s in enumerate(spun)
    ]


def _nearness(i: int, m: int, j: int, n: int) -> float:
    """How much the alignment prior prefers places that are alike."""
    return math.exp(-_TENSION * abs((i + 0.5) / m - (j + 0.5) / n))


def _consistent(spun: Phrase, original: Phrase, alignment: Sequence[int]) -> Iterator[tuple[Phrase, Phrase]]:
    for first in range(len(spun)):
        for last in range(first + 1, min(len(spun), first + _LONGEST) + 1):
            inside, outside = alignment[first:last], {*alignment[:first], *alignment[last:]}
            low, high = min(inside), max(inside) + 1
            if outside & set(range(low, high)):
                continue
            for a in _unaligned(range(low, -1, -1), set(alignment)):
                for b in _unaligned(range(high, len(original) + 1), set(alignment)):
                    if b - a <= _LONGEST:
                        yield spun[first:last], original[a:b]


def _unaligned(edges: Iterable[int], aligned: set[int]) -> Iterator[int]:
    """The edge of a piece, then every further one as long as the words it takes in are aligned to nothing."""
    previous = None
    for edge in edges:
        if previous is not None and (min(edge, previous)) in aligned:
            return
        yield edge
        previous = edge


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


def _word_pairs(counts: Table) -> Iterator[Pair]:
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
                backward, forward = count / (total + _UNSEEN), count / (from_original[o] + _UNSEEN)
                yield Pair(s, o, "", backward, math.log(forward), "learned")
