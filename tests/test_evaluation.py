"""The figures: on small cases, and that they are those of the shared scorer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from restore.cli import main
from restore.datamodels import Alternative, Suggestion
from restore.errors import InputError
from restore.evaluation import calibration_error, evaluate, parse_passages, read_gold
from restore.pipeline import suggest_document
from restore.resources import Resources
from tests.conftest import ROOT, shared

PASSAGE = "# p | war\nThe [[rambles => drones | aircraft]] hit [[a local army => a militia]].\n\n---\n"


def suggestion(start: int, before: str, *texts: str, confidence: float = 0.95, auto: bool = True) -> Suggestion:
    alternatives = tuple(Alternative(t, 0.5, "x") for t in texts)
    return Suggestion("p", f"{start}", start, start + len(before), before, confidence, auto, alternatives)


def test_passages_are_read() -> None:
    (g,) = parse_passages(PASSAGE)
    assert g.document.text == "The rambles hit a local army."
    assert [(s.start, s.end, s.gold) for s in g.spans] == [(4, 11, ("drones", "aircraft")), (16, 28, ("a militia",))]


@pytest.mark.parametrize(
    ("suggestions", "detected", "acc1", "acck", "precision"),
    [
        ([], 0, 0, 0, 0),
        ([suggestion(4, "rambles", "drones")], 0.5, 0.5, 0.5, 1),
        ([suggestion(4, "rambles", "cars", "aircraft")], 0.5, 0, 0.5, 0),
        ([suggestion(18, "local army", "militia")], 0.5, 0.5, 0.5, 1),  # a narrower span than the gold
        ([suggestion(0, "The rambles", "The drones")], 0.5, 0.5, 0.5, 1),  # a wider one
        ([suggestion(4, "rambles", "drones"), suggestion(0, "The", "A")], 0.5, 0.5, 0.5, 0.5),
        ([suggestion(4, "rambles", "DRONES"), suggestion(16, "a local army", "an militia")], 1, 1, 1, 1),
        ([suggestion(4, "rambles hit a local army", "drones hit a militia")], 1, 1, 1, 1),
        ([suggestion(4, "rambles", "drones", auto=False)], 0.5, 0.5, 0.5, 0),
    ],
)
def test_figures(suggestions: list[Suggestion], detected: float, acc1: float, acck: float, precision: float) -> None:
    figures = evaluate(list(parse_passages(PASSAGE)), {"p": suggestions}).total
    assert (figures.detected, figures.acc1, figures.acck, figures.auto_p) == (detected, acc1, acck, precision)


def test_calibration_error() -> None:
    assert calibration_error([(0.95, True)] * 19 + [(0.95, False)]) == pytest.approx(0)
    assert calibration_error([(0.9, False)]) == pytest.approx(0.9)
    assert calibration_error([]) == 0


def test_a_missing_field_of_a_gold_document_is_named(tmp_path: Path) -> None:
    (tmp_path / "g.jsonl").write_text('{"id": "a", "spans": []}', encoding="utf-8")
    with pytest.raises(InputError, match=r"g\.jsonl:1: not a gold document: field 'text' is missing"):
        read_gold(tmp_path / "g.jsonl")


def test_bad_gold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g.jsonl"
    path.write_text('{"id": "a", "text": "b"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"g\.jsonl:1"):
        read_gold(path)


def test_the_figures_are_those_of_the_shared_scorer(tmp_path: Path, without_model: Resources) -> None:
    scorer, gold = shared("tools/score_suggestions.py"), shared("data/gold/seed_dev.jsonl")
    documents = read_gold(gold)
    found = {g.document.id: suggest_document(g.document, without_model) for g in documents}
    out = tmp_path / "s.jsonl"
    lines = (json.dumps(s.as_dict()) for group in found.values() for s in group)
    out.write_text("\n".join(lines), encoding="utf-8")
    theirs = subprocess.run([sys.executable, scorer, gold, out], capture_output=True, text=True, check=True).stdout
    ours = list(evaluate(documents, found).lines())
    # confidence is rounded in the file, so that the last digit of the calibration error may differ
    assert [line.split(" ECE")[0] for line in theirs.splitlines()] == [line.split(" ECE")[0] for line in ours]


def test_eval_command() -> None:
    gold = ROOT / "tests" / "gold" / "fit_clean.txt"
    result = CliRunner().invoke(main, ["eval", str(gold), "--no-model", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["false_per_1k"] < 10
