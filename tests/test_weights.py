"""What counts as right when weights are fitted, and the thresholds that come of it."""

from __future__ import annotations

import pytest

from restore.datamodels import Document, Slot
from restore.evaluation import GoldDocument, GoldSpan
from restore.segmentation import segment
from restore.training.examples import imagined_references, is_right
from restore.training.fitting import lowest_with_precision

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
