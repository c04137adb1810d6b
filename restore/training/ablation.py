"""What each kind of evidence brings: the same passages with more and more of it, weights fitted anew each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from restore.calibration import calibrate
from restore.datamodels import Option, Slot, Suggestion
from restore.evaluation import Report, evaluate, read_gold
from restore.pipeline import worth_showing
from restore.reference import Phrases
from restore.rerank import Rows, rank, settled
from restore.resources import Settings, load_resources
from restore.scorers import ENCODER_SCORERS, RESTORER_SCORERS, SCORERS
from restore.segmentation import segment
from restore.spelling import one_spelling
from restore.suggestions import as_suggestions
from restore.training.examples import Example, clean_passages, entry_examples, example_of, imagined_references
from restore.training.fitting import fit_profile
from restore.training.weights import EVERY, EXAMPLE_WEIGHT, fit_rereading
from restore.weights import Profiles, Weights


class Stage(NamedTuple):
    """Sources of candidates and features that come in together."""

    name: str
    sources: frozenset[str]
    features: frozenset[str]


_DOCUMENT = frozenset(("agreement", "in_article", "reference"))
#: each stage has what those before it have
STAGES = (
    Stage("glossary", frozenset(("glossary",)), frozenset(("bias", "glossary"))),
    Stage(
        "+ lexicon",
        frozenset(("written", "learned", "thesaurus", "terms")),
        frozenset(SCORERS) - _DOCUMENT - {"bias", "glossary"},
    ),
    Stage("+ embedding similarity", frozenset(), frozenset(ENCODER_SCORERS)),
    Stage("+ restorer", frozenset(("restorer",)), frozenset(RESTORER_SCORERS)),
    Stage("+ document evidence", frozenset(), _DOCUMENT),
)


def ablate(fit: Sequence[Path], clean: Sequence[Path], test: Sequence[Path]) -> Iterator[tuple[str, str, Report]]:
    """(stage, file, figures) for every stage and test file; weights are fitted on `fit` and clean text.

    Raises InputError if a gold file cannot be read.
    """
    resources = load_resources(Settings())
    passages = [g for path in fit for g in read_gold(path)] + list(clean_passages(clean))
    references = imagined_references(passages)
    entries = list(entry_examples(resources.glossary.entries, resources))[::EVERY]
    learned = [example_of(g, resources, references.get(g.document.id, Phrases())) for g in passages]
    shown = [example_of(g, resources, Phrases(), EXAMPLE_WEIGHT * EVERY) for g in entries]
    tested = {path.name: [example_of(g, resources, Phrases()) for g in read_gold(path)] for path in test}
    sources: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    for stage in STAGES:
        sources, features = sources | stage.sources, features | stage.features
        reads = features.issuperset(RESTORER_SCORERS)
        fitted = fit_rereading if reads else fit_profile
        weights = fitted(
            [_restricted(e, sources, features) for e in learned], [_restricted(e, sources, features) for e in shown]
        )
        for name, examples in tested.items():
            found = {
                e.gold.document.id: _suggestions(_restricted(e, sources, features), weights, reads) for e in examples
            }
            yield stage.name, name, evaluate([e.gold for e in examples], found)


def _restricted(e: Example, sources: frozenset[str], features: frozenset[str]) -> Example:
    """The example as it would be with these sources and features only."""
    slots: list[Slot] = []
    rows: Rows = []
    for slot, row in zip(e.slots, e.rows, strict=True):
        kept = [
            (Option(o.text, evidence), {name: value for name, value in f.items() if name in features})
            for o, f in zip(slot.options, row, strict=True)
            if (evidence := {s: c for s, c in o.evidence.items() if s in sources})
        ]
        if kept:
            slots.append(replace(slot, options=tuple(o for o, _ in kept)))
            rows.append([f for _, f in kept])
    return replace(e, slots=slots, rows=rows)


def _suggestions(e: Example, weights: Weights, reads: bool) -> list[Suggestion]:
    """What the pipeline would suggest with these weights."""
    ranked = rank(e.slots, e.rows, weights.features)
    if reads:
        ranked = settled(ranked, weights.features, e.context, e.resources)
    shown = worth_showing(one_spelling(ranked, segment(e.gold.document)), weights.show_threshold)
    resources = replace(e.resources, profiles=Profiles(weights, weights))
    return list(as_suggestions(e.gold.document, calibrate(shown, weights.calibration), resources))
