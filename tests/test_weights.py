"""What counts as right when weights are fitted, and the thresholds that come of it."""

from __future__ import annotations

import pytest

from restore.calibration import OFFSET, calibrate
from restore.context import Context
from restore.datamodels import Candidate, Document, Option, RankedSlot, Slot
from restore.evaluation import GoldDocument, GoldSpan
from restore.resources import Resources
from restore.segmentation import segment
from restore.training.examples import Example, imagined_references, is_right
from restore.training.fitting import auto_threshold_of, fit_calibration, lowest_with_precision
from restore.weights import Weights

WROTE = {"a": "convoy", "b": "escort", "c": "sentry", "d": "watch"}
TEXT = "Coronary illness hit in excess of ten, as per the guard."


def span(words: str, *originals: str) -> GoldSpan:
    start = TEXT.index(words)
    return GoldSpan(start, start + len(words), originals)


def slot(words: str) -> Slot:
    (sentence,) = segment(Document(TEXT))
    start = TEXT.index(words)
    inside = [i for i, t in enumerate(sentence.tokens) if start <= t.start < start + len(words)]
    return Slot(sentence, inside[0], inside[-1] + 1, ())


@pytest.mark.parametrize(
    ("words", "text", "gold", "right"),
    [
        ("guard", "convoy", span("guard", "escort", "convoy"), True),
        ("guard", "escorts", span("guard", "escort"), False),
        ("Coronary illness", "Heart disease", span("Coronary illness", "heart disease"), True),
        # a part of the span, where it stands in the original
        ("Coronary", "Heart", span("Coronary illness", "heart disease"), True),
        ("illness", "disease", span("Coronary illness", "heart disease"), True),
        ("illness", "heart", span("Coronary illness", "heart disease"), False),
        ("illness", "ailment", span("Coronary illness", "heart disease"), False),
        # grammar words are no part
        ("in", "more", span("in excess of", "more than"), False),
        ("per", "to", span("as per", "according to"), False),
        # a span and what stands beside it
        ("the guard", "the convoy", span("guard", "convoy"), True),
        ("the guard", "a convoy", span("guard", "convoy"), False),
    ],
)
def test_what_is_right(words: str, text: str, gold: GoldSpan, right: bool) -> None:
    assert is_right(slot(words), text, [gold], TEXT) is right


def test_the_lowest_value_from_which_on_enough_is_right() -> None:
    outcomes = [(0.9 - i / 100, i % 10 != 9) for i in range(40)]
    assert lowest_with_precision(outcomes, 0.95, least=5) == pytest.approx(0.82)
    assert lowest_with_precision(outcomes, 0.90, least=5) == pytest.approx(0.51)
    assert lowest_with_precision([(0.5, False)] * 30, 0.9) == 1.0


def test_an_imagined_reference_has_words_of_the_author_and_of_others() -> None:
    passages = [
        GoldDocument(Document(f"The guard of {name} stopped.", name), (GoldSpan(4, 9, (WROTE[name],)),))
        for name in WROTE
    ]
    found = imagined_references([*passages, GoldDocument(Document("Clean text.", "clean"), ())])
    assert found
    assert "clean" not in found
    names = list(WROTE)
    for name, phrases in found.items():
        after = names[(names.index(name) + 1) % len(names)]
        assert phrases.count((WROTE[name],)) == 1
        assert phrases.count((WROTE[after],)) == 1
        assert phrases.count(("guard",)) == 0


def judged(n: int, wrong: int, probability: float, bare: Resources) -> list[tuple[Example, list[RankedSlot]]]:
    """Passages of one garbled word each, which the first option restores in all but some of them."""
    found = []
    for i in range(n):
        g = GoldDocument(Document("The guard stopped.", f"{probability}-{i}"), (GoldSpan(4, 9, ("convoy",)),))
        (sentence,) = segment(g.document)
        text = "sentry" if i < wrong else "convoy"
        option = Option(text, {"restorer": Candidate(1, 2, text, "restorer", 0.5)})
        r = RankedSlot(Slot(sentence, 1, 2, (option,)), ({"garbled": 1.0},), (probability,))
        found.append((Example(g, Context([sentence], bare.glossary), bare, [r.slot], [[{}]]), [r]))
    return found


class TestThresholds:
    weights = Weights({}, 1.0, 0.0, {OFFSET: 0.0, "log_odds": 1.0})

    def test_batch_runs_apply_what_is_right_often_enough(self, bare: Resources) -> None:
        shown = [*judged(60, 0, 0.998, bare), *judged(60, 20, 0.992, bare)]
        assert 0.992 < auto_threshold_of(shown, self.weights) <= 0.998

    def test_nothing_less_sure_is_applied_however_right_it_was(self, bare: Resources) -> None:
        assert auto_threshold_of(judged(100, 0, 0.995, bare), self.weights) == pytest.approx(0.99)
        assert auto_threshold_of(judged(100, 0, 0.95, bare), self.weights) == 1.0

    def test_a_few_right_ones_prove_nothing(self, bare: Resources) -> None:
        assert auto_threshold_of(judged(15, 0, 0.999, bare), self.weights) == 1.0

    def test_the_confidence_becomes_the_share_that_is_right(self, bare: Resources) -> None:
        shown = [*judged(100, 10, 0.99, bare), *judged(100, 60, 0.6, bare)]
        calibration = fit_calibration(shown, self.weights)
        sure, unsure = (calibrate(shown[i][1], calibration)[0].confidence for i in (0, -1))
        assert sure == pytest.approx(0.9, abs=0.03)
        assert unsure == pytest.approx(0.4, abs=0.03)
