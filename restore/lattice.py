"""All readings of a sentence at once: a lattice of what may have stood at each place, kept words among it.

A garbled word's neighbours are garbled too, so that a candidate must be judged between what *their* originals may be.
An arc leads from one token boundary to another and bears words; a path through the lattice is a reading of the
sentence, and its score is the sum of its arcs' scores and of the language model's, word by word. The forward-backward
algorithm (Rabiner 1989, section III.A; over lattices: Wessel et al. 2001) gives each arc's share among all readings.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from restore.collocations import BOUNDARY
from restore.datamodels import Option

#: ln P(word | left neighbour)
Follows = Callable[[str, str], float]


class Arc(NamedTuple):
    """What may have stood at tokens [first, last)."""

    first: int
    last: int
    words: tuple[str, ...]
    #: logarithm of how likely this reading is, before any look at the neighbours
    score: float
    #: the option that the arc stands for; None where the text is kept
    option: Option | None = None


class Path(NamedTuple):
    """A reading: arcs that follow each other, and their score with the language model's."""

    score: float
    arcs: tuple[Arc, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The reading as words."""
        return tuple(w for arc in self.arcs for w in arc.words)


def shares(arcs: Sequence[Arc], length: int, follows: Follows, trust: float) -> list[float]:
    """ln of each arc's share among all readings of a sentence of `length` tokens; arcs must cover it.

    `trust` scales the language model.
    """
    steps = [_inner(arc, follows, trust) + arc.score for arc in arcs]
    forward = _sweep(arcs, steps, range(len(arcs)), follows, trust)
    ends: dict[int, list[int]] = defaultdict(list)
    for k, arc in enumerate(arcs):
        ends[arc.last].append(k)
    total = _log_sum([forward[k] + trust * follows(arcs[k].words[-1], BOUNDARY) for k in ends[length]])
    starts: dict[int, list[int]] = defaultdict(list)
    for k, arc in enumerate(arcs):
        starts[arc.first].append(k)
    backward = [0.0] * len(arcs)
    for k in sorted(range(len(arcs)), key=lambda k: -arcs[k].last):
        last = arcs[k].words[-1]
        if arcs[k].last == length:
            backward[k] = trust * follows(last, BOUNDARY)
        else:
            following = starts[arcs[k].last]
            backward[k] = _log_sum(
                [trust * follows(last, arcs[n].words[0]) + steps[n] + backward[n] for n in following]
            )
    return [forward[k] + backward[k] - total for k in range(len(arcs))]


def _sweep(
    arcs: Sequence[Arc], steps: Sequence[float], order: Sequence[int], follows: Follows, trust: float
) -> list[float]:
    """ln of the summed scores of all ways from the start to the end of each arc."""
    ends: dict[int, list[int]] = defaultdict(list)
    for k in order:
        ends[arcs[k].last].append(k)
    reached = [0.0] * len(arcs)
    for k in sorted(order, key=lambda k: arcs[k].first):
        first = arcs[k].words[0]
        before = [reached[n] + trust * follows(arcs[n].words[-1], first) for n in ends[arcs[k].first]]
        into = _log_sum(before) if arcs[k].first else trust * follows(BOUNDARY, first)
        reached[k] = into + steps[k]
    return reached


def _inner(arc: Arc, follows: Follows, trust: float) -> float:
    return trust * sum(follows(a, b) for a, b in zip(arc.words, arc.words[1:], strict=False))


def _log_sum(values: Sequence[float]) -> float:
    if not values:
        return -math.inf
    most = max(values)
    return most + math.log(sum(math.exp(v - most) for v in values)) if most > -math.inf else most


def best_paths(arcs: Sequence[Arc], length: int, follows: Follows, trust: float, width: int) -> list[Path]:
    """The `width` best readings, the best first, by beam search; readings with the same words count once."""
    beams: list[list[Path]] = [[] for _ in range(length + 1)]
    beams[0] = [Path(0.0, ())]
    by_start: dict[int, list[Arc]] = defaultdict(list)
    for arc in arcs:
        by_start[arc.first].append(arc)
    for i in range(length):
        beam = _distinct(beams[i], width)
        for arc in by_start[i]:
            inner = arc.score + _inner(arc, follows, trust)
            for path in beam:
                left = path.arcs[-1].words[-1] if path.arcs else BOUNDARY
                score = path.score + trust * follows(left, arc.words[0]) + inner
                beams[arc.last].append(Path(score, (*path.arcs, arc)))
    ended = [p._replace(score=p.score + trust * follows(p.arcs[-1].words[-1], BOUNDARY)) for p in beams[length]]
    return _distinct(ended, width)


def _distinct(paths: Sequence[Path], width: int) -> list[Path]:
    best: dict[tuple[str, ...], Path] = {}
    for path in heapq.nlargest(4 * width, paths, key=lambda p: p.score):
        best.setdefault(path.words, path)
    return list(best.values())[:width]
