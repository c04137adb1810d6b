"""Loading, validation, matching and lint of glossaries."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore import Document, load_glossary
from restore.entries import Entry, parse_glossary
from restore.errors import GlossaryError
from restore.glossary import Glossary, Surroundings
from restore.lint import lint, speaking
from restore.resources import packaged_glossary
from restore.segmentation import segment


def restored(entries: str, text: str) -> str:
    """The text with every hit of the glossary put in, by the simplest means."""
    glossary = Glossary(parse_glossary(entries))
    sentences = segment(Document(text))
    everything = Surroundings.index([t for s in sentences for t in s.tokens])
    around = Surroundings(everything, everything, glossary.is_spun([s.tokens for s in sentences]))
    out = text
    for s in reversed(sentences):
        for hit in reversed(list(glossary.hits(s.tokens, around))):
            out = out[: s.tokens[hit.first].start] + hit.originals[0] + out[s.tokens[hit.last - 1].end :]
    return out


MILITIA = "war: [{spun: [local army, civilian army], original: militia}]"


@pytest.mark.parametrize(
    ("entries", "text", "expected"),
    [
        (MILITIA, "the local armies left", "the militias left"),
        (MILITIA, "a local army left", "a militia left"),
        (MILITIA, "Local Armies of Iraq", "militias of Iraq"),
        (MILITIA, "the army of locals left", "the army of locals left"),
        ("x: [{spun: crush into, original: smash into}]", "it crushed into a wall", "it smashed into a wall"),
        ("x: [{spun: air terminal, original: airport}, {spun: terminal, original: end}]", "an air terminal", "an airport"),
        ("x: [{spun: order-and-control, original: command-and-control}]", "an order-and-control ship",
         "an command-and-control ship"),
        ("x: [{spun: 12 PM, original: midnight}]", "soon after 12 PM they came", "soon after midnight they came"),
        ("x: [{spun: gathering, original: party, left: [the]}]", "a gathering of the gathering", "a gathering of the party"),
        ("x: [{spun: seat, original: bench, right: [of]}]", "the seats of the seat", "the benches of the seat"),
        ("x: [{spun: guard, original: convoy, near: [vehicle]}]", "A guard of vehicles.", "A convoy of vehicles."),
        ("x: [{spun: guard, original: convoy, not_near: [vehicle]}]", "A guard of vehicles.", "A guard of vehicles."),
        ("x: [{spun: raise, original: escalate, right: ['.']}]", "It will raise. It will raise it.",
         "It will escalate. It will raise it."),
        ("x: [{spun: yet, original: but, left: ['^']}]", "yet not yet", "but not yet"),
    ],
)  # fmt: skip
def test_matching(entries: str, text: str, expected: str) -> None:
    assert restored(entries, text).lower() == expected.lower()


def test_a_later_entry_wins_over_an_earlier_one() -> None:
    assert (
        restored("x: [{spun: rocket, original: missile}, {spun: rocket, original: arugula}]", "a rocket") == "a arugula"
    )


def test_names_are_left_alone_unless_spelled_out() -> None:
    assert restored("x: [{spun: ramble, original: drone}]", "He met Ramble there.") == "He met Ramble there."
    assert (
        restored("x: [{spun: Joined Countries, original: United Nations}]", "the Joined Countries")
        == "the United Nations"
    )


def test_an_article_cue_may_ask_for_other_signs_of_spinning() -> None:
    entries = "x: [{spun: on the off chance that, original: if}, {spun: yet, original: but, article: ['@spun']}]"
    assert restored(entries, "It rained, yet we left.") == "It rained, yet we left."
    assert (
        restored(entries, "It rained, yet on the off chance that it stops we go.")
        == "It rained, but if it stops we go."
    )


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("x:\n\t- spun: a b", 2, "tab"),
        ("x:\n  - spun: a b\n    original: c\n    spun: d e", 4, "duplicate key 'spun'"),
        ("x:\n  - spun: a b\n    original: no", 3, "put quotes"),
        ("x:\n  - spun: 12\n    original: noon", 2, "put quotes"),
        ("x:\n  - spun: ramble\n    original: ramble", 2, "maps to itself"),
        ("x:\n  - spun: a b\n    original: c d\n  - spun: c d\n    original: a b", 4, "cycle"),
        ("x:\n  - spun: a b\n    original: c d\n  - spun: c d\n    original: e f\n  - spun: e f\n    original: a b", 6, "cycle"),
        ("x:\n  - spun: a b", 2, "no 'original'"),
        ("x:\n  - original: a b", 2, "no 'spun'"),
        ("x:\n  - spun: a b\n    original: c\n    orignal: d", 4, "unknown field 'orignal'"),
        ("x:\n  - spun: a b\n    original: c\n    pos: nown", 2, "unknown part of speech"),
        ("x:\n  - just text", 2, "expected 'field: value'"),
        ("x: text", 1, "must hold a list"),
        ("x:\n  - spun: ''\n    original: c", 2, "empty"),
        ("x:\n  - spun: a b\n    original: [c", 3, "not valid YAML"),
    ],
)  # fmt: skip
def test_a_bad_glossary_is_refused_with_file_and_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "g.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GlossaryError) as caught:
        load_glossary(path)
    assert says in str(caught.value)
    assert f"{path}:" in str(caught.value)
    if "not valid YAML" not in says:
        assert f"{path}:{line}:" in str(caught.value)


def test_a_glossary_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GlossaryError, match="not UTF-8"):
        load_glossary(tmp_path / "g.yaml")
    with pytest.raises(GlossaryError, match="cannot read"):
        load_glossary(tmp_path / "missing.yaml")


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ("x: [{spun: a b, original: c}, {spun: a b, original: d}]", "already at"),
        ("x: [{spun: a b, original: c d}, {spun: c d, original: e}]", "itself a spun phrase"),
        ("x: [{spun: local armies, original: militia}, {spun: local army, original: militia}]", "inflected form"),
        ("x: [{spun: a b, original: c, example: Nothing here.}]", "does not fire"),
        ("x: [{spun: a b, original: c, counterexample: An a b here.}]", "fires in its counterexample"),
        ("x: [{spun: a b, original: c, left: [the]}]", "not both example and counterexample"),
    ],
)
def test_lint(entries: str, says: str) -> None:
    assert says in "; ".join(p.message for p in lint(parse_glossary(entries)))


class TestTheGlossaryThatShips:
    glossary = load_glossary(packaged_glossary())

    def test_it_has_no_errors(self) -> None:
        assert [str(p) for p in lint(self.glossary.entries) if p.severity == "error"] == []

    def test_it_is_not_small(self) -> None:
        assert len(self.glossary) >= 400

    def test_it_says_nothing_about_honest_passages(self) -> None:
        from restore.evaluation import read_gold

        passages = read_gold(Path(__file__).parent / "gold" / "clean.txt")
        spoken: list[tuple[str, Entry]] = [
            (p.document.id, e) for p in passages for e in speaking(self.glossary, p.document.text, spun=False)
        ]
        # these passages use the phrase on purpose; 1.6 million words of clean prose at hand hold it nowhere
        assert {e.spun[0] for _, e in spoken} <= {"at the point when"}
