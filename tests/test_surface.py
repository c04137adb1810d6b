"""Inflection, case and a/an."""

from __future__ import annotations

import pytest

from restore.segmentation import tokenize
from restore.surface import article_for, best_reading, inflect, match_case, mend_article, readings


@pytest.mark.parametrize(
    ("phrase", "pos", "tag", "expected"),
    [
        ("militia", "NOUN", "NNS", "militias"),
        ("member of parliament", "NOUN", "NNS", "members of parliament"),
        ("troops", "NOUN", "NNS", "troops"),
        ("personnel", "NOUN", "NNS", "personnel"),
        ("UAV", "NOUN", "NNS", "UAVs"),
        ("local NGO", "NOUN", "NNS", "local NGOs"),
        ("head off", "VERB", "VBG", "heading off"),
        ("be", "VERB", "VBN", "been"),
        ("robust", "ADJ", "JJR", "more robust"),
        ("big", "ADJ", "JJS", "biggest"),
        ("leader", "NOUN", "NN", "leader"),
        ("cent", "NOUN", "NNS", "cents"),
        ("per cent", "NOUN", "NNS", "per cent"),
        ("at a loss", "VERB", "VBD", "at a loss"),
        ("upon", "VERB", "VBG", "upon"),
        ("minimum", "VERB", "VBD", "minimum"),
    ],
)
def test_inflect(phrase: str, pos: str, tag: str, expected: str) -> None:
    assert inflect(phrase, pos, tag) == expected


@pytest.mark.parametrize(
    ("left", "word", "right", "tag"),
    [
        ("the", "fights", "broke", "NNS"),
        ("he", "fights", "the", "VBZ"),
        ("to", "guard", "the", "VB"),
        ("a", "guard", "of", "NN"),
        ("had", "attacked", "the", "VBN"),
        ("they", "attacked", "the", "VBD"),
    ],
)
def test_best_reading(left: str, word: str, right: str, tag: str) -> None:
    assert best_reading(readings(word), left, right).tag == tag


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Rambles", "drones", "Drones"),
        ("RAMBLES", "drones", "DRONES"),
        ("rambles", "drones", "drones"),
        ("On the off chance that", "if", "If"),
        ("local armies", "Shiite militias", "Shiite militias"),
    ],
)
def test_match_case(before: str, after: str, expected: str) -> None:
    assert match_case(before, after) == expected


@pytest.mark.parametrize(
    ("word", "article"),
    [("hour", "an"), ("unit", "a"), ("uniformed", "a"), ("unimportant", "an"), ("user", "a"), ("umbrella", "an"),
     ("European", "a"), ("one-off", "a"), ("FBI", "an"), ("NATO", "a"), ("US", "a"), ("MP", "an"), ("honest", "an"), ("unidentified", "an"), ("Ukrainian", "a"), ("F-16", "an"), ("U-turn", "a"), ("unanimous", "a")],
)  # fmt: skip
def test_article(word: str, article: str) -> None:
    assert article_for(word) == article


def test_mend_article() -> None:
    a, an, the = tokenize("A an the")
    assert mend_article(a, "attack") == "An"
    assert mend_article(an, "militia") == "a"
    assert mend_article(an, "attack") is None
    assert mend_article(the, "attack") is None
