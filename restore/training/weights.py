"""Make `data/weights.json`: fit both profiles, the one without and the one with a model."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from restore.evaluation import GoldDocument, read_gold
from restore.reference import Phrases
from restore.rerank import rank, read_again, surest
from restore.resources import Resources, Settings, load_resources
from restore.training.examples import (
    Example,
    clean_passages,
    entry_examples,
    example_of,
    imagined_references,
)
from restore.training.fitting import fit, fit_profile, names_of
from restore.weights import Profiles, Weights

#: an example of a glossary entry shows what the entry is for, not how often it is right
EXAMPLE_WEIGHT = 0.1
#: of the examples, those that the profile with a model is fitted on: one in so many
EVERY = 8


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
    examples = seen(entries[::EVERY], resources, EXAMPLE_WEIGHT * EVERY)
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
    first = fit([*passages, *examples], names_of(passages))
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
        "calibration": {k: round(v, 4) for k, v in w.calibration.items()},
    }
