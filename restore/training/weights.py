"""Fit the weights of the features and calibrate the confidence.

The conditional logit of `restore.rerank` is fitted by maximum likelihood (L-BFGS, a little L2) on the slots of
spun passages with gold, where several options may be right, and of clean text, where leaving alone is right.
Calibration and thresholds come from cross-validation by passage, so that no passage judges its own weights.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from restore.calibration import calibrate, confidence, log_odds
from restore.candidates import SOURCES, generate
from restore.context import Context
from restore.datamodels import Document, Edit, RankedSlot, Slot
from restore.edits import apply_edits
from restore.entries import Entry
from restore.evaluation import GoldDocument, GoldSpan, normal_form, read_gold, readings_of
from restore.lexicon import FUNCTION_WORDS
from restore.overlaps import resolve_overlaps
from restore.pipeline import find_slots
from restore.reference import Phrases
from restore.rerank import Rows, features, rank, read_again, surest, with_model
from restore.resources import Resources, Settings, load_resources
from restore.scorers import SCORERS
from restore.segmentation import segment
from restore.training.corpora import documents
from restore.weights import Platt, Profiles, Weights

_FOLDS = 5
_L2 = 0.02
#: a garbled slot none of whose options is right still teaches what garbled text looks like, but less
_UNKNOWN_WEIGHT = 0.4
#: an example of a glossary entry shows what the entry is for, not how often it is right
EXAMPLE_WEIGHT = 0.1
#: of the examples, those that the profile with a model is fitted on: one in so many
_EVERY = 8
_CLEAN_DOCUMENTS, _CLEAN_LENGTH = 60, 1500
#: a batch run's edits must be right this often, and a span is shown where it is as likely garbled as not
_PRECISION = 0.97
_SHOWN_PRECISION = 0.5
#: an imagined reference has one in so many of a passage's sentences, and so many other passages
_OWN, _OTHERS = 5, 2


@dataclass(frozen=True)
class Example:
    """A passage with its slots and their features, and what these are computed from."""

    gold: GoldDocument
    context: Context
    #: with an imagined reference for every other passage
    resources: Resources
    slots: list[Slot]
    rows: Rows
    #: what each slot counts
    importance: float = 1.0

    @cached_property
    def right(self) -> list[list[bool]]:
        """For every slot which of its options are right."""
        return [
            [bool(touched) and is_right(slot, o.text, touched, self.gold.document.text) for o in slot.options]
            for slot, touched in zip(self.slots, self.touched, strict=True)
        ]

    @cached_property
    def touched(self) -> list[list[GoldSpan]]:
        """For every slot the gold spans that it overlaps."""
        return [_touched(slot, self.gold) for slot in self.slots]

    def taught(self) -> Iterator[tuple[list[bool], float]]:
        """For every slot what the model is to learn, and how much it counts."""
        for right, touched in zip(self.right, self.touched, strict=True):
            if touched and not any(right):
                # whatever stood there, it was not this: all options share what is not left to the text as it is
                yield [True] * len(right), self.importance * _UNKNOWN_WEIGHT
            else:
                yield right, self.importance


def train(gold: Sequence[Path], clean: Sequence[Path], out: Path) -> dict[str, int]:
    """Fit both profiles and write them. Raises InputError if a gold file cannot be read."""
    passages = [g for path in gold for g in read_gold(path)] + list(clean_passages(clean))
    references = imagined_references(passages)
    resources = load_resources(Settings())
    entries = list(entry_examples(resources.glossary.entries, resources))

    def seen(documents: Sequence[GoldDocument], resources: Resources, importance: float = 1.0) -> list[Example]:
        return [example_of(g, resources, references.get(g.document.id, Phrases()), importance) for g in documents]

    without = replace(resources, settings=Settings(model=None))
    cheap = fit_profile(seen(passages, without), seen(entries, without, EXAMPLE_WEIGHT))
    resources = replace(resources, profiles=Profiles(cheap, cheap))
    # reading is dear: fewer examples, each with the weight of those that it stands for
    examples = seen(entries[::_EVERY], resources, EXAMPLE_WEIGHT * _EVERY)
    full = fit_rereading(seen(passages, resources), examples)
    content = {
        "about": "weights of the evidence; made by `restore train weights`",
        "without model": _as_json(cheap),
        "with model": _as_json(full),
    }
    out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return {"passages": len(passages), "examples": len(entries)}


def fit_rereading(passages: Sequence[Example], examples: Sequence[Example]) -> Weights:
    """Weights for sentences that are read again after the surest spans are restored, as they will be in use."""
    first = fit([*passages, *examples], _names(passages))
    return fit_profile([_reread(e, first) for e in passages], examples)


def _reread(e: Example, weights: Mapping[str, float]) -> Example:
    ranked = rank(e.slots, e.rows, weights)
    slots, rows = read_again(ranked, surest(ranked), e.context, e.resources)
    return replace(e, slots=slots, rows=rows)


def _as_json(w: Weights) -> dict[str, object]:
    return {
        "features": {k: round(v, 3) for k, v in w.features.items()},
        "auto_threshold": math.floor(w.auto_threshold * 1e5) / 1e5,
        "show_threshold": round(w.show_threshold, 3),
        "platt": {"slope": round(w.platt.slope, 4), "offset": round(w.platt.offset, 4)},
    }


def clean_passages(corpora: Sequence[Path]) -> Iterator[GoldDocument]:
    """The beginnings of some held-out documents of each corpus, with nothing to restore."""
    for path in corpora:
        many = (t for t in documents([path], "held-out") if len(t) > 200)
        for i, text in enumerate(islice(many, _CLEAN_DOCUMENTS // max(1, len(corpora)) + 1)):
            yield GoldDocument(Document(text[:_CLEAN_LENGTH], f"{path.name}-{i}"), ())


def entry_examples(entries: Sequence[Entry], resources: Resources) -> Iterator[GoldDocument]:
    """The examples of glossary entries, with the places where the entries speak as gold; counterexamples as clean."""
    for e in entries:
        if e.counterexample:
            yield GoldDocument(Document(e.counterexample, f"{e.place}-"), ())
        if e.example:
            document = Document(e.example, f"{e.place}+")
            sentences = segment(document)
            context = Context(sentences, resources.glossary)
            slots = generate(sentences, context, resources, SOURCES)
            spans = [
                GoldSpan(slot.start, slot.end, texts)
                for slot in slots
                if (texts := tuple(o.text for o in slot.options if "glossary" in o.evidence))
            ]
            if spans:  # else the entry asks for more signs of spinning than one sentence holds
                yield GoldDocument(document, tuple(spans))


def example_of(g: GoldDocument, resources: Resources, reference: Phrases, importance: float = 1.0) -> Example:
    """A passage with the features of its slots. Of an example of an entry only the gold spans teach anything."""
    sentences = segment(g.document)
    context = Context(sentences, resources.glossary)
    resources = replace(resources, reference=reference)
    slots = find_slots(sentences, context, resources)
    if importance < 1 and g.spans:
        slots = [s for s in slots if _touched(s, g)]
    rows = features(slots, context, resources, SCORERS)
    if resources.restorer is not None:
        rows = with_model(slots, rows, context, resources)
    return Example(g, context, resources, slots, rows, importance)


def imagined_references(passages: Sequence[GoldDocument]) -> dict[str, Phrases]:
    """A reference for every other spun passage: some sentences of what its author wrote, and two other passages whole.

    An article on the same events has some of the words, and many that have nothing to do with them.
    """
    spun = [g for g in passages if g.spans]
    written = [segment(Document(_as_written(g))) for g in spun]
    found = {}
    for i, g in enumerate(spun):
        if zlib.crc32(g.document.id.encode()) % 2 == 0:
            others = [written[(i + k) % len(spun)] for k in range(1, 1 + _OTHERS)]
            sentences = chain(written[i][::_OWN], *others)
            found[g.document.id] = Phrases([t.norm for t in s.tokens] for s in sentences)
    return found


def _as_written(g: GoldDocument) -> str:
    edits = [Edit(s.start, s.end, g.document.text[s.start : s.end], s.gold[0]) for s in g.spans]
    return apply_edits(g.document.text, edits)


def _touched(slot: Slot, g: GoldDocument) -> list[GoldSpan]:
    return [s for s in g.spans if s.start < slot.end and slot.start < s.end]


def is_right(slot: Slot, text: str, touched: Sequence[GoldSpan], document: str) -> bool:
    """Whether putting this text in restores all gold spans inside the slot, or one part of a span around it."""
    lo = min(slot.start, *(s.start for s in touched))
    hi = max(slot.end, *(s.end for s in touched))
    changed = normal_form(document[lo : slot.start] + text + document[slot.end : hi])
    if changed in readings_of(document, lo, hi, touched):
        return True
    return any(_restores_part(slot, text, s, document) for s in touched)


def _restores_part(slot: Slot, text: str, span: GoldSpan, document: str) -> bool:
    """Whether the text stands in one of the span's originals where the slot stands in the span, counted in words from
    either end. Words of grammar say nothing by themselves: "in" is not the "more" of "in excess of" -> "more than"."""
    if not (span.start <= slot.start and slot.end <= span.end):
        return False
    old, new = _plain_words(document[slot.start : slot.end]), _plain_words(text)
    if FUNCTION_WORDS.issuperset(old) or FUNCTION_WORDS.issuperset(new):
        return False
    before, after = (
        len(_plain_words(document[span.start : slot.start])),
        len(_plain_words(document[slot.end : span.end])),
    )
    originals = [_plain_words(original) for original in span.gold]
    return any(new in (o[before : before + len(new)], o[len(o) - after - len(new) : len(o) - after]) for o in originals)


def _plain_words(text: str) -> list[str]:
    return normal_form(text).split()


def fit_profile(passages: Sequence[Example], examples: Sequence[Example]) -> Weights:
    """Weights fitted on passages and examples of entries, calibrated by cross-validation over the passages."""
    names = _names(passages)
    judged: list[tuple[Example, RankedSlot]] = []
    for fold in range(_FOLDS):
        learned_from = [e for i, e in enumerate(passages) if i % _FOLDS != fold]
        own = fit([*learned_from, *examples], names)
        for e in passages[fold::_FOLDS]:
            ranked = resolve_overlaps(calibrate(rank(e.slots, e.rows, own), Platt(1.0, 0.0)))
            judged += [(e, r) for r in ranked]
    right = [_first_is_right(e, r) for e, r in judged]
    platt = fit_platt([r.confidence for _, r in judged], right)
    shown = [(r.garbled, bool(_touched(r.slot, e.gold))) for e, r in judged]
    sure = [(confidence(r.confidence, platt), ok) for (_, r), ok in zip(judged, right, strict=True)]
    return Weights(
        fit([*passages, *examples], names),
        auto_threshold=lowest_with_precision(sure, _PRECISION),
        show_threshold=lowest_with_precision(shown, _SHOWN_PRECISION),
        platt=platt,
    )


def _names(examples: Sequence[Example]) -> list[str]:
    return sorted({name for e in examples for row in e.rows for f in row for name in f})


def _first_is_right(e: Example, r: RankedSlot) -> bool:
    touched = _touched(r.slot, e.gold)
    return bool(touched) and is_right(r.slot, r.slot.options[0].text, touched, e.gold.document.text)


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
        x=np.array([[f.get(name, 0.0) for name in names] for row in rows for f in row]),
        starts=np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        right=np.array([float(ok) for label, _ in taught for ok in label]),
        leave=np.array([float(not any(label)) for label, _ in taught]),
        importance=np.array([weight for _, weight in taught]),
    )


def fit_platt(probabilities: Sequence[float], right: Sequence[bool]) -> Platt:
    """The logistic curve over log-odds that fits the outcomes best."""
    x = np.array([[log_odds(p)] for p in probabilities])
    model = LogisticRegression(C=1e3).fit(x, np.array(right))
    return Platt(float(model.coef_[0][0]), float(model.intercept_[0]))


def lowest_with_precision(outcomes: Sequence[tuple[float, bool]], precision: float, least: int = 20) -> float:
    """The lowest value from which on a share of at least `precision` of all outcomes is right; 1 if there is none."""
    best, right = 1.0, 0
    for n, (value, ok) in enumerate(sorted(outcomes, reverse=True), 1):
        right += ok
        if n >= least and right / n >= precision:
            best = value
    return best
