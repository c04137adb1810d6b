"""Fit the weights of the features and calibrate the confidence.

The conditional logit of `restore.rerank` is fitted by maximum likelihood (L-BFGS, a little L2) on the slots of
spun passages with gold, where several options may be right, and of clean text, where leaving alone is right.
Calibration and thresholds come from cross-validation by passage, so that no passage judges its own weights.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from restore.context import Context
from restore.datamodels import Document, RankedSlot, Slot
from restore.evaluation import GoldDocument, GoldSpan, is_restored, normal_form, read_gold
from restore.overlaps import resolve_overlaps
from restore.pipeline import find_slots
from restore.rerank import features, rank, shortlist
from restore.resources import Resources, Settings, load_resources
from restore.scorers import SCORERS
from restore.segmentation import segment
from restore.suggestions import as_suggestions
from restore.training.corpora import documents
from restore.weights import Profiles, Weights

_FOLDS = 5
_L2 = 0.02
#: a garbled slot with no right option among its candidates counts as "leave alone", but less
_UNKNOWN_WEIGHT = 0.3
_CLEAN_DOCUMENTS, _CLEAN_LENGTH = 60, 1500
#: a batch run's edits must be right this often; an editor sees at most so many needless suggestions a 1,000 words
_PRECISION = 0.97
_NEEDLESS_PER_1K = 8.0

Rows = list[list[dict[str, float]]]


@dataclass(frozen=True)
class Example:
    """A passage with its slots, their features, and which options are right."""

    gold: GoldDocument
    slots: list[Slot]
    rows: Rows
    labels: list[list[bool]]
    weights: list[float]

    @property
    def words(self) -> int:
        """Length of the passage."""
        return len(self.gold.document.text.split())


def train(gold: Sequence[Path], clean: Sequence[Path], out: Path) -> dict[str, int]:
    """Fit both profiles and write them. Raises InputError if a gold file cannot be read."""
    passages = [g for path in gold for g in read_gold(path)] + list(_clean_passages(clean))
    resources = load_resources(Settings())
    cheap_examples = [_example(g, resources, _cheap) for g in passages]
    cheap = _fit_profile(cheap_examples, resources, with_model=False)
    resources = replace(resources, profiles=Profiles(cheap, resources.profiles.full))
    full = _fit_profile([_example(g, resources, _full) for g in passages], resources, with_model=True)
    content = {
        "about": "weights of the evidence; made by `restore train weights`",
        "without model": _as_json(cheap),
        "with model": _as_json(full),
    }
    out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return {"passages": len(passages), "slots": sum(len(e.slots) for e in cheap_examples)}


def _as_json(w: Weights) -> dict[str, object]:
    return {
        "features": {k: round(v, 3) for k, v in w.features.items()},
        "auto_threshold": round(w.auto_threshold, 3),
        "show_threshold": round(w.show_threshold, 3),
        "calibration": [[round(x, 4), round(y, 4)] for x, y in w.calibration],
    }


def _clean_passages(corpora: Sequence[Path]) -> Iterator[GoldDocument]:
    for path in corpora:
        many = (t for t in documents([path], "held-out") if len(t) > 200)
        for i, text in enumerate(islice(many, _CLEAN_DOCUMENTS // max(1, len(corpora)) + 1)):
            yield GoldDocument(Document(text[:_CLEAN_LENGTH], f"{path.name}-{i}"), ())


def _cheap(slots: list[Slot], context: Context, resources: Resources) -> tuple[list[Slot], Rows]:
    return slots, features(slots, context, resources, SCORERS)


def _full(slots: list[Slot], context: Context, resources: Resources) -> tuple[list[Slot], Rows]:
    first = rank(*_cheap(slots, context, resources), resources.profiles.cheap.features)
    return shortlist(first, context, resources)


def _example(
    g: GoldDocument,
    resources: Resources,
    look: Callable[[list[Slot], Context, Resources], tuple[list[Slot], Rows]],
) -> Example:
    sentences = segment(g.document)
    context = Context(sentences, resources.glossary)
    slots, rows = look(find_slots(sentences, context, resources), context, resources)
    labels, weights = [], []
    for slot in slots:
        touched = [s for s in g.spans if s.start < slot.end and slot.start < s.end]
        right = [bool(touched) and _is_right(slot, o.text, touched, g.document.text) for o in slot.options]
        labels.append(right)
        weights.append(_UNKNOWN_WEIGHT if touched and not any(right) else 1.0)
    return Example(g, slots, rows, labels, weights)


def _is_right(slot: Slot, text: str, touched: Sequence[GoldSpan], document: str) -> bool:
    """Whether putting this text in restores a touched gold span, or one part of it and harms no other."""
    for span in touched:
        lo, hi = min(span.start, slot.start), max(span.end, slot.end)
        changed = normal_form(document[lo : slot.start] + text + document[slot.end : hi])
        kept_before, kept_after = document[lo : span.start], document[span.end : hi]
        for original in span.gold:
            if changed == normal_form(kept_before + original + kept_after):
                return True
            inside = span.start <= slot.start and slot.end <= span.end
            new, old = normal_form(text), normal_form(document[slot.start : slot.end])
            if inside and f" {new} " in f" {normal_form(original)} " and f" {old} " not in f" {normal_form(original)} ":
                return True
    return False


def _fit_profile(examples: Sequence[Example], resources: Resources, with_model: bool) -> Weights:
    names = sorted({name for e in examples for row in e.rows for f in row for name in f})
    folds = [[e for i, e in enumerate(examples) if i % _FOLDS == fold] for fold in range(_FOLDS)]
    judged: list[tuple[Example, list[RankedSlot]]] = []
    for held_out in folds:
        own = fit([e for e in examples if not any(e is h for h in held_out)], names)
        judged += [(e, resolve_overlaps(_confident(rank(e.slots, e.rows, own)))) for e in held_out]
    outcomes = [o for e, ranked in judged for o in _outcomes(e, ranked, resources)]
    calibration = _calibrated(outcomes)
    curve = [(float(np.interp(p, *zip(*calibration, strict=True))), right, spun) for p, right, spun in outcomes]
    clean_words = sum(e.words for e in examples if not e.gold.spans)
    return Weights(
        fit(examples, names),
        _auto_threshold([(c, right) for c, right, _ in curve]),
        _show_threshold([c for c, _, spun in curve if not spun], clean_words),
        calibration,
    )


def _confident(ranked: Sequence[RankedSlot]) -> list[RankedSlot]:
    return [replace(r, confidence=r.probabilities[0]) for r in ranked]


def _outcomes(e: Example, ranked: Sequence[RankedSlot], resources: Resources) -> Iterator[tuple[float, bool, bool]]:
    """(probability, whether right, whether the passage is spun) of what would be suggested."""
    suggestions = list(as_suggestions(e.gold.document, ranked, resources))
    right: set[str] = set()
    for span in e.gold.spans:
        touching = [s for s in suggestions if s.start < span.end and span.start < s.end and s.confidence > 0.1]
        if is_restored(e.gold, span, touching, 1):
            right |= {s.id for s in touching}
    for s in suggestions:
        yield s.confidence, s.id in right, bool(e.gold.spans)


def fit(examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """Maximum-likelihood weights of the named features."""
    x, valid, right, importance = _arrays(examples, names)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = np.where(valid, x @ w, -np.inf)
        scores = np.concatenate([np.zeros((len(scores), 1)), scores], axis=1)  # first column: leave it alone
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        p = shares / shares.sum(axis=1, keepdims=True)
        p_right = np.maximum((p * right).sum(axis=1), 1e-12)
        posterior = p * right / p_right[:, None]
        gradient = ((p - posterior)[:, 1:, None] * x * importance[:, None, None]).sum(axis=(0, 1))
        total = float(-(importance * np.log(p_right)).sum())
        n = importance.sum()
        return total / n + _L2 / n * float(w @ w), gradient / n + 2 * _L2 / n * w

    result = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return dict(zip(names, map(float, result.x), strict=True))


def _arrays(
    examples: Sequence[Example], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Features (slots, options, names), which options exist, which choices are right (first: leaving), weights."""
    flat: list[tuple[Sequence[Mapping[str, float]], Sequence[bool], float]] = [
        (row, label, weight)
        for e in examples
        for row, label, weight in zip(e.rows, e.labels, e.weights, strict=True)
    ]
    most = max(len(row) for row, _, _ in flat)
    x = np.zeros((len(flat), most, len(names)))
    valid = np.zeros((len(flat), most), dtype=np.bool_)
    right = np.zeros((len(flat), most + 1))
    for i, (row, label, _) in enumerate(flat):
        for j, f in enumerate(row):
            x[i, j] = [f.get(name, 0.0) for name in names]
        valid[i, : len(row)] = True
        right[i, 1 : len(row) + 1] = label
        right[i, 0] = not any(label)
    return x, valid, right, np.array([weight for _, _, weight in flat])


def _calibrated(outcomes: Sequence[tuple[float, bool, bool]]) -> tuple[tuple[float, float], ...]:
    """Knots of the isotonic map from probability to share right, over the cross-validated outcomes."""
    p = np.array([o[0] for o in outcomes])
    right = np.array([float(o[1]) for o in outcomes])
    order = np.argsort(p)
    smooth = IsotonicRegression(y_min=0.002, y_max=0.995).fit(p, right)
    # a knot for every so many outcomes keeps the map from following single ones
    quantiles = np.unique(np.concatenate([p[order][:: max(1, len(p) // 12)], np.quantile(p, [0.9, 0.95, 0.99, 1.0])]))
    knots: list[tuple[float, float]] = [(0.0, 0.0)]
    for x, y in zip(quantiles, smooth.predict(quantiles), strict=True):
        if x > knots[-1][0]:
            knots.append((float(x), max(float(y), knots[-1][1] + 1e-4)))
    return (*knots, (1.0, max(knots[-1][1] + 1e-4, 0.99))) if knots[-1][0] < 1 else tuple(knots)


def _auto_threshold(curve: Sequence[tuple[float, bool]], least: int = 20) -> float:
    """The lowest confidence from which on suggestions are right as often as is asked."""
    best, right = 0.995, 0
    for n, (confidence, ok) in enumerate(sorted(curve, reverse=True), 1):
        right += ok
        if n >= least and right / n >= _PRECISION:
            best = confidence
    return best


def _show_threshold(clean: Sequence[float], words: int) -> float:
    """The lowest confidence from which on clean text gets few enough suggestions."""
    allowed = int(_NEEDLESS_PER_1K * words / 1000)
    ordered = sorted(clean, reverse=True)
    return max(0.05, ordered[allowed] + 1e-3 if allowed < len(ordered) else 0.05)
