"""The gate: figures on the project's own cases may rise, never fall.

The floors stand in `gold/floor.json`. When a change lifts a figure, lift its floor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from restore.evaluation import evaluate, read_gold
from restore.pipeline import suggest_document
from restore.resources import Resources
from tests.conftest import ROOT, shared

GOLD = ROOT / "tests" / "gold"
Floors = Mapping[str, Mapping[str, Mapping[str, float]]]
FLOORS: Floors = json.loads((GOLD / "floor.json").read_text(encoding="utf-8"))
#: figures where less is better
CEILINGS = {"false_per_1k", "ece"}


@pytest.mark.parametrize("name", sorted(FLOORS["without model"]))
def test_no_figure_falls(name: str, without_model: Resources) -> None:
    _check(name, without_model, FLOORS["without model"][name])


@pytest.mark.model
@pytest.mark.parametrize("name", sorted(FLOORS["with model"]))
def test_no_figure_falls_with_the_model(name: str, with_model: Resources) -> None:
    _check(name, with_model, FLOORS["with model"][name])


def _check(name: str, resources: Resources, floors: Mapping[str, float]) -> None:
    documents = read_gold(GOLD / name)
    report = evaluate(documents, {g.document.id: suggest_document(g.document, resources) for g in documents})
    figures = report.total._asdict()
    print("\n".join(report.lines()))
    for figure, floor in floors.items():
        if figure in CEILINGS:
            assert figures[figure] <= floor, f"{name}: {figure}"
        else:
            assert figures[figure] >= floor, f"{name}: {figure}"


def test_the_long_seed_stays_above_what_is_asked(without_model: Resources) -> None:
    documents = read_gold(shared("data/gold/seed_dev.jsonl"))
    report = evaluate(documents, {g.document.id: suggest_document(g.document, without_model) for g in documents})
    assert report.total.detected >= 0.85
    assert report.total.acc1 >= 0.60
    assert report.total.acck >= 0.75
