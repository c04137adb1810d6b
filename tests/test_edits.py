"""Applying, inverting and finding edits."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.datamodels import Edit
from restore.edits import apply_edits, edits_between, invert_edits
from restore.errors import EditError

texts = st.text(alphabet=st.sampled_from("ab c.é\n\r’👍\u0301-"), max_size=60)


@st.composite
def text_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(texts)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(a, b, text[a:b], draw(st.text(max_size=6))) for a, b in spans]


@given(text_and_edits())
def test_apply_then_invert_gives_back_the_text(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    assert apply_edits(apply_edits(text, edits), invert_edits(edits)) == text


@given(text_and_edits(), st.randoms())
def test_the_order_of_edits_does_not_matter(case: tuple[str, list[Edit]], rng: random.Random) -> None:
    text, edits = case
    shuffled = list(edits)
    rng.shuffle(shuffled)
    assert apply_edits(text, shuffled) == apply_edits(text, edits)


@given(texts, texts)
def test_edits_between_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    assert apply_edits(old, edits_between(old, new)) == new


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 3, "abx", "y")],
        [Edit(0, 9, "abc def ", "y")],
        [Edit(-1, 2, "c", "y")],
        [Edit(2, 1, "", "y")],
        [Edit(0, 3, "abc", "x"), Edit(2, 5, "c d", "y")],
        [Edit(0, 3, "abc", "x"), Edit(0, 3, "abc", "y")],
    ],
)
def test_what_does_not_fit_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(EditError):
        apply_edits("abc def", edits)


def test_no_word_is_split() -> None:
    edits = edits_between("the rambles fired on local armies", "the drones fired on militias")
    assert [(e.before, e.after) for e in edits] == [("rambles", "drones"), ("local armies", "militias")]
