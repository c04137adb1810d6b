"""The kept tables of forms say what LemmInflect says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import wordfreq
from hypothesis import given
from hypothesis import strategies as st

from restore import forms, surface
from restore.forms import Forms, Table, keep_forms, kept_forms
from restore.surface import inflect, inflected_word, lemmas, readings

WORDS = "watches watched rambles better armies UAVs left leaves zzzz the off-line n't don't bite bit Kabul é".split()
BASES = [("watch", "VBZ"), ("leaf", "NNS"), ("good", "JJR"), ("zork", "VBD"), ("consequential", "JJS"), ("UAV", "NNS")]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forms]:
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path))
    forget()
    keep_forms()
    kept_forms.cache_clear()
    tables = kept_forms()
    assert tables is not None
    yield tables
    monkeypatch.undo()
    forget()


def forget() -> None:
    for cached in (kept_forms, readings, lemmas, inflected_word, surface._tags):
        cached.cache_clear()


def test_the_tables_say_what_lemminflect_says(kept: Forms) -> None:
    words = [*WORDS, *wordfreq.top_n_list("en", 5_000)]
    assert [w for w in words if readings(w) != surface._readings(w)] == []
    pairs = [*BASES, *((w, tag) for w in words for tags in surface._INFLECTED.values() for tag in tags)]
    assert [p for p in pairs if inflected_word(*p) != surface._inflected_word(*p)] == []
    assert inflect("member of parliament", "NOUN", "NNS") == "members of parliament"


def test_known_words_need_no_lemminflect(kept: Forms, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: str) -> None:
        raise AssertionError("LemmInflect was asked")

    monkeypatch.setattr(surface, "_readings", asked)
    monkeypatch.setattr(surface, "_inflected_word", asked)
    assert lemmas("watches") == ("watches", "watch")
    assert inflected_word("watch", "VBG") == "watching"


def test_tables_of_another_version_are_not_used(kept: Forms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms.metadata, "version", lambda _: "0")
    kept_forms.cache_clear()
    assert kept_forms() is None


def test_no_cache_no_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTORE_CACHE", "")
    kept_forms.cache_clear()
    keep_forms()
    assert kept_forms() is None
    kept_forms.cache_clear()


_TEXT = st.text(st.characters(exclude_characters="\t\n", exclude_categories=["Cs"]), max_size=4)


@given(st.dictionaries(_TEXT, _TEXT), st.lists(_TEXT))
def test_a_table_is_a_dictionary(texts: dict[str, str], others: list[str]) -> None:
    table = Table.of(texts)
    assert all(table.get(key) == texts.get(key) for key in (*texts, *others))
