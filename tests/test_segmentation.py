"""Tokens, sentences and what is protected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.datamodels import Document
from restore.segmentation import segment, tokenize


def protections(text: str) -> dict[str, str]:
    return {t.text: t.protection for s in segment(Document(text)) for t in s.tokens if t.protection}


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in segment(Document(text))]


@given(st.text())
def test_tokens_are_the_text_at_their_offsets_and_in_order(text: str) -> None:
    position = 0
    for sentence in segment(Document(text)):
        for t in sentence.tokens:
            assert text[t.start : t.end] == t.text
            assert t.start >= position
            position = t.end


@given(st.text())
def test_no_character_but_white_space_is_left_out(text: str) -> None:
    covered = {i for s in segment(Document(text)) for t in s.tokens for i in range(t.start, t.end)}
    assert all(c.isspace() or i in covered for i, c in enumerate(text))


def test_hyphens_and_apostrophes() -> None:
    assert [t.text for t in tokenize("order-and-control didn’t")] == ["order", "-", "and", "-", "control", "didn’t"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He left. She stayed.", 2),
        ("Gen. Soleimani left on Dec. 27. He died.", 2),
        ("The U.S. Army left.", 1),
        ("A heading\n\nA sentence.", 2),
        ("One line\nwrapped by hand.", 1),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_names_and_numbers_are_protected() -> None:
    found = protections("The plane carried Qassem Soleimani and 16 rockets at 7:30.")
    assert found == {"Qassem": "name", "Soleimani": "name", "16": "number", "7:30": "number"}


def test_a_sentence_opens_with_a_name_only_if_the_word_is_one_elsewhere() -> None:
    assert protections("Rockets fell. Trump spoke. Then Trump left.") == {"Trump": "name"}


def test_headings_have_no_names() -> None:
    assert protections("Applying Power, Praying for a Martyr's Death") == {}


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("See https://example.org/rambles now.", "rambles", "url"),
        ("Write to rambles@example.org now.", "rambles", "url"),
        ("Call `rambles()` now.", "rambles", "code"),
        ("```\nrambles\n```\nText.", "rambles", "code"),
        ("---\ntitle: rambles\n---\nText.", "rambles", "front matter"),
        ("A <b class='rambles'>word</b>.", "rambles", "code"),
    ],
)
def test_areas_are_protected(text: str, word: str, kind: str) -> None:
    assert protections(text)[word] == kind


def test_quotations_are_known() -> None:
    (sentence,) = segment(Document('The "inescapable assault" came.'))
    assert {t.text for t in sentence.tokens if t.quoted} >= {"inescapable", "assault"}
    assert not sentence.tokens[-2].quoted
