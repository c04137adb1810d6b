"""Fit a log-linear model to examples, calibrate its confidence, and choose the thresholds.

The conditional logit of `restore.rerank` is fitted by maximum likelihood (L-BFGS, a little L2). Calibration and
thresholds come from cross-validation by passage, so that no passage judges its own weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from restore.calibration import OFFSET, SIGNS, applicable, calibrate, signs, with_neighbours
from restore.datamodels import RankedSlot, Suggestion
from restore.evaluation import rightly_restored
from restore.pipeline import worth_showing
from restore.rerank import rank
from restore.scorers import with_products
from restore.suggestions import as_suggestions
from restore.training.examples import Example
from restore.weights import Profiles, Weights

_FOLDS = 5
_L2 = 0.2
#: a batch run's edits must be right this often, and a span is shown where it is as likely garbled as not
_PRECISION = 0.97
_SHOWN_PRECISION = 0.5
#: thresholds that are tried: texts unlike those that weights are fitted on are less surely restored than the confidence
#: says, so that nothing less sure is applied, however right all together were
_THRESHOLDS = [0.999 - i / 1000 for i in range(10)]
#: the least edits to judge a threshold by
_LEAST_EDITS = 20

#: until the confidence is calibrated
_UNCALIBRATED = {"log_odds": 1.0, OFFSET: 0.0}

#: an example and what would be shown of it
Judged = tuple[Example, list[RankedSlot]]


def fit_profile(passages: Sequence[Example], examples: Sequence[Example]) -> Weights:
    """Weights fitted on passages and examples of entries, calibrated by cross-validation over the passages."""
    names = names_of(passages)
    judged = list(_cross_validated(passages, examples, names))
    found = [(r.garbled, bool(e.touching(r.slot))) for e, slots in judged for r in slots]
    weights = Weights(
        fit([*passages, *examples], names),
        auto_threshold=1.0,
        show_threshold=lowest_with_precision(found, _SHOWN_PRECISION),
        calibration=_UNCALIBRATED,
    )
    shown = [(e, [r for r in slots if r.garbled >= weights.show_threshold]) for e, slots in judged]
    weights = replace(weights, calibration=fit_calibration(shown, weights))
    return replace(weights, auto_threshold=auto_threshold_of(shown, weights))


def _cross_validated(
    passages: Sequence[Example], examples: Sequence[Example], names: Sequence[str]
) -> Iterator[Judged]:
    """Every passage, ranked by weights that were fitted without it."""
    for fold in range(_FOLDS):
        own = fit([*(e for i, e in enumerate(passages) if i % _FOLDS != fold), *examples], names)
        yield from ((e, worth_showing(rank(e.slots, e.rows, own), 0.0)) for e in passages[fold::_FOLDS])


def fit_calibration(shown: Sequence[Judged], weights: Weights) -> dict[str, float]:
    """The weights of the signs of `restore.calibration` that tell best which first options are right."""
    rows, right = [], []
    for e, slots in shown:
        ids = rightly_restored(e.gold, suggested := _suggestions(e, slots, weights))
        ends = {s.end: s.id in ids for s in suggested}
        rows += [list(signs(chosen).values()) for chosen in with_neighbours(slots)]
        right += [ends.get(r.slot.end, False) for r in slots]
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(np.array(rows), np.array(right))
    scaler, logistic = model[0], model[1]
    slopes = logistic.coef_[0] / scaler.scale_
    offset = float(logistic.intercept_[0] - slopes @ scaler.mean_)
    return {OFFSET: offset, **dict(zip(SIGNS, map(float, slopes), strict=True))}


def _suggestions(e: Example, slots: Sequence[RankedSlot], weights: Weights) -> list[Suggestion]:
    resources = replace(e.resources, profiles=Profiles(weights, weights))
    return list(as_suggestions(e.gold.document, calibrate(slots, weights.calibration), resources))


def auto_threshold_of(shown: Sequence[Judged], weights: Weights) -> float:
    """The lowest confidence at which the edits of a batch run are right often enough; 1 if there is none. An edit that
    restores a part of a garbled span is right here, though the confidence asks for all of it."""
    slots = [calibrate(some, weights.calibration) for _, some in shown]
    right = [[e.restores(r) for r in some] for e, some in shown]
    best = 1.0
    for threshold in _THRESHOLDS:
        applied = [
            ok
            for some, oks in zip(slots, right, strict=True)
            for ok, chosen in zip(oks, applicable(some, threshold), strict=True)
            if chosen
        ]
        if len(applied) >= _LEAST_EDITS and sum(applied) >= _PRECISION * len(applied):
            best = threshold
    return best


def lowest_with_precision(outcomes: Sequence[tuple[float, bool]], precision: float, least: int = 20) -> float:
    """The lowest value from which on a share of at least `precision` of all outcomes is right; 1 if there is none."""
    best, right = 1.0, 0
    for n, (value, ok) in enumerate(sorted(outcomes, reverse=True), 1):
        right += ok
        if n >= least and right / n >= precision:
            best = value
    return best


def names_of(examples: Sequence[Example]) -> list[str]:
    """The names of all features and products of features."""
    return sorted({name for e in examples for row in e.rows for f in row for name in with_products(f)})


class Arrays(NamedTuple):
    """All options of all slots, one after the other."""

    #: features; shape (options, names)
    x: NDArray[np.float64]
    #: where each slot's options begin
    starts: NDArray[np.int64]
    #: whether each option is right, and whether leaving each slot as it is would be
    right: NDArray[np.float64]
    leave: NDArray[np.float64]
    #: weight of each slot
    importance: NDArray[np.float64]

    def per_option(self, by_slot: NDArray[np.float64]) -> NDArray[np.float64]:
        """Numbers of slots, repeated for each of their options."""
        return np.repeat(by_slot, np.diff(np.append(self.starts, len(self.x))))


def fit(examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """Maximum-likelihood weights of the named features."""
    a = _arrays(examples, names)
    n = a.importance.sum()

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = a.x @ w
        most = np.maximum(np.maximum.reduceat(scores, a.starts), 0.0)  # leaving has the score 0
        e = np.exp(scores - a.per_option(most))
        total = np.exp(-most) + np.add.reduceat(e, a.starts)
        p = e / a.per_option(total)
        p_right = np.maximum(a.leave * np.exp(-most) / total + np.add.reduceat(p * a.right, a.starts), 1e-12)
        posterior = p * a.right / a.per_option(p_right)
        gradient = a.x.T @ ((p - posterior) * a.per_option(a.importance))
        value = float(-(a.importance * np.log(p_right)).sum())
        return value / n + _L2 / n * float(w @ w), gradient / n + 2 * _L2 / n * w

    result = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return dict(zip(names, map(float, result.x), strict=True))


def _arrays(examples: Sequence[Example], names: Sequence[str]) -> Arrays:
    rows = [row for e in examples for row in e.rows]
    taught = [lesson for e in examples for lesson in e.taught()]
    sizes = np.array([len(row) for row in rows])
    return Arrays(
        x=np.array([[f.get(name, 0.0) for name in names] for row in rows for f in map(with_products, row)]),
        starts=np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        right=np.array([float(ok) for label, _ in taught for ok in label]),
        leave=np.array([float(not any(label)) for label, _ in taught]),
        importance=np.array([weight for _, weight in taught]),
    )
