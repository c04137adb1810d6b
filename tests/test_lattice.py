"""The lattice against brute force: every reading of a small sentence, scored one by one."""

from __future__ import annotations

import itertools
import math

import pytest

from restore.collocations import BOUNDARY
from restore.datamodels import Option
from restore.lattice import Arc, best_paths, shares

OPTION = Option("x", {})
ARCS = [
    Arc(0, 1, ("counterfeit",), -3.0),
    Arc(0, 1, ("artificial",), -1.0, OPTION),
    Arc(0, 1, ("fake",), -0.5, OPTION),
    Arc(1, 2, ("consciousness",), -3.0),
    Arc(1, 2, ("intelligence",), -2.0, OPTION),
    Arc(0, 2, ("machine", "mind"), -4.0, OPTION),
    Arc(2, 3, ("grows",), -0.1),
]
PAIRS = {("artificial", "intelligence"): -0.5, ("fake", "intelligence"): -6.0, (BOUNDARY, "machine"): -1.0}


def follows(left: str, word: str) -> float:
    return PAIRS.get((left, word), -4.0)


def every_reading(trust: float) -> list[tuple[list[int], float]]:
    """Places of arcs in ARCS, and the score."""
    found = []
    for n in range(1, 4):
        for places in itertools.permutations(range(len(ARCS)), n):
            path = [ARCS[k] for k in places]
            joined = all(a.last == b.first for a, b in itertools.pairwise(path))
            if joined and path[0].first == 0 and path[-1].last == 3:
                words = [BOUNDARY, *(w for a in path for w in a.words), BOUNDARY]
                language = sum(follows(a, b) for a, b in itertools.pairwise(words))
                found.append((list(places), sum(a.score for a in path) + trust * language))
    return found


@pytest.mark.parametrize("trust", [0.0, 0.7, 1.0])
def test_shares_are_those_of_all_readings(trust: float) -> None:
    readings = every_reading(trust)
    total = sum(math.exp(score) for _, score in readings)
    for k, share in enumerate(shares(ARCS, 3, follows, trust)):
        expected = sum(math.exp(score) for places, score in readings if k in places) / total
        assert math.exp(share) == pytest.approx(expected)


def test_best_paths_come_in_order_with_their_scores() -> None:
    readings = sorted((score for _, score in every_reading(0.7)), reverse=True)
    found = best_paths(ARCS, 3, follows, 0.7, width=20)
    assert [p.score for p in found] == pytest.approx(readings)
    assert found[0].words == ("artificial", "intelligence", "grows")


def test_neighbours_decide_between_options() -> None:
    """Alone "fake" is likelier; beside what "consciousness" may have been it is not."""
    alone, together = shares(ARCS, 3, follows, 0.0), shares(ARCS, 3, follows, 1.0)
    assert alone[2] > alone[1]
    assert together[1] > together[2]
