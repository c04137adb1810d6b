"""Reports to hand on: CriticMarkup that any of its readers undoes, and a web page that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from restore.cli import main
from restore.datamodels import Alternative, Document, Edit, Suggestion
from restore.edits import apply_edits
from restore.formats import REPORTS
from restore.formats.files import read
from restore.pipeline import suggest_document
from restore.resources import Resources

SPUN = "On the off chance that it rains, we meet at the air terminal.\n\nThe rambles flew.\n"
SIGNS = ("{++", "++}", "{--", "--}", "{~~", "~>", "~~}", "{==", "==}", "{>>", "<<}")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;&amp;",
    "</td></table>",
    "$name ${rows} $",
    "'",
)


def suggestion(
    text: str,
    before: str,
    after: str,
    *others: str,
    confidence: float = 0.97,
    auto: bool = True,
    reason: str = "why",
    quoted: bool = False,
) -> Suggestion:
    start = text.index(before)
    candidates = tuple(Alternative(c, 0.5, "lexicon") for c in (after, *others))
    reasons = (reason,) if reason else ()
    return Suggestion("x", "0", start, start + len(before), before, confidence, auto, candidates, reasons, quoted)


SUGGESTIONS = (
    suggestion(SPUN, "On the off chance that", "If", "Should", "Were"),
    suggestion(SPUN, "meet", "gather", confidence=0.2, auto=False),
    suggestion(SPUN, "air terminal", "airport", confidence=0.6, auto=False, reason=""),
)


def report(form: str, text: str, suggestions: Sequence[Suggestion], name: str = "article.txt") -> str:
    return REPORTS[form](Document(text, name), suggestions, False)


def accepted(text: str, suggestions: Sequence[Suggestion]) -> str:
    return apply_edits(text, [Edit(s.start, s.end, s.before, s.after) for s in suggestions])


def articles(words: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, list[Suggestion]]]:
    """Texts with suggestions in them, both made of such words."""
    pieces = st.lists(st.tuples(words, st.none() | st.tuples(words, words)), max_size=6)
    return pieces.map(_article)


def _article(pieces: list[tuple[str, tuple[str, str] | None]]) -> tuple[str, list[Suggestion]]:
    text, suggestions = "", []
    for kept, change in pieces:
        text += kept
        if change and change[0]:
            before, after = change
            candidates = (Alternative(after, 0.5, "lexicon"), Alternative(before, 0.4, "lexicon"))
            start, end = len(text), len(text) + len(before)
            confidence = len(after) % 3 / 2
            suggestions.append(
                Suggestion("x", "0", start, end, before, confidence, confidence == 1, candidates, (after, before))
            )
            text += before + " "  # edits that touch are none that the pipeline makes
    return text, suggestions


class TestCriticMarkup:
    """Read back as its tools do: a mark ends with the first sign that closes it, nothing nests, nothing is escaped."""

    MARK = re.compile(
        r"\{(?:\+\+(?P<added>.*?)\+\+|--(?P<deleted>.*?)--|==(?P<kept>.*?)==|>>.*?<<|~~(?P<old>.*?)~>(?P<new>.*?)~~)\}",
        re.DOTALL,
    )

    def read(self, marked: str, *groups: str) -> str:
        return self.MARK.sub(lambda m: next((m[g] for g in groups if m[g] is not None), ""), marked)

    def accept(self, marked: str) -> str:
        return self.read(marked, "added", "kept", "new")

    def reject(self, marked: str) -> str:
        return self.read(marked, "deleted", "kept", "old")

    def test_each_suggestion_is_a_substitution_and_a_comment(self) -> None:
        assert report("criticmarkup", SPUN, SUGGESTIONS) == (
            "{~~On the off chance that~>If~~}{>>97 %: why; or: Should, Were<<} it rains, we "
            "{~~meet~>gather~~}{>>20 %: why<<} at the {~~air terminal~>airport~~}{>>60 %<<}.\n\nThe rambles flew.\n"
        )

    def test_a_text_without_suggestions_is_the_text(self) -> None:
        assert report("criticmarkup", SPUN, ()) == SPUN

    def test_a_removal_is_a_deletion(self) -> None:
        marked = report("criticmarkup", "to the the end", [suggestion("to the the end", "the ", "")])
        assert marked == "to {--the --}{>>97 %: why<<}the end"

    def test_a_comment_stays_on_one_line_and_names_no_unlikely_alternative(self) -> None:
        candidates = (Alternative("c", 0.9, "x"), Alternative("d", 0.09, "x"), Alternative("e", 0.001, "x"))
        s = Suggestion("x", "0", 0, 1, "a", 0.5, False, candidates, ("one\n\ntwo {++ three <<}",))
        assert report("criticmarkup", "a b", [s]) == "{~~a~>c~~}{>>50 %: one two { ++ three < <}; or: d<<} b"

    @pytest.mark.parametrize("sign", SIGNS)
    def test_marks_of_the_article_itself_survive(self, sign: str) -> None:
        text = f"a {sign} b1 {sign}b2{sign} c"
        suggestions = [suggestion(text, f"{sign}b2{sign}", f"{sign}{sign}{sign}", sign, reason=sign)]
        for article in (text, text.replace(" c", "".join(SIGNS))):
            marked = report("criticmarkup", article, suggestions)
            assert self.reject(marked) == article
            assert self.accept(marked) == accepted(article, suggestions)

    @given(articles(st.text("{}+-~=<>a\n", max_size=8) | st.sampled_from(SIGNS) | st.text(max_size=5)))
    def test_rejecting_all_and_accepting_all(self, article: tuple[str, list[Suggestion]]) -> None:
        text, suggestions = article
        marked = report("criticmarkup", text, suggestions)
        assert self.reject(marked) == text
        assert self.accept(marked) == accepted(text, suggestions)


class Page(HTMLParser):
    """A page's cells as text without tooltips, and what its elements say; every element must be closed in order."""

    VOID = ("meta",)

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.notes: dict[str, str] = {}
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in (*self.VOID, "br"):
            self.open.append(tag if dict(attrs).get("class") != "tip" else "tip")
        if tag == "td":
            self.cells.append("")
        if self.open[-1:] == ["tip"] and tag == "span":
            self.note = str(dict(attrs)["id"])
            assert self.note not in self.notes
            self.notes[self.note] = ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() in (tag, "tip")

    def handle_data(self, data: str) -> None:
        if "tip" in self.open:
            self.notes[self.note] += data
        elif "td" in self.open:
            self.cells[-1] += data

    @property
    def found(self) -> list[str]:
        return self.cells[::2]

    @property
    def proposed(self) -> list[str]:
        return self.cells[1::2]

    def marks(self, tag: str, stop: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.elements if t == tag and a.get("tabindex") == stop]


class TestHtml:
    def test_paragraph_stands_beside_paragraph(self) -> None:
        page = Page(report("html", SPUN, SUGGESTIONS))
        assert page.found == ["On the off chance that it rains, we meet at the air terminal.", "The rambles flew."]
        assert page.proposed == ["If it rains, we meet at the airport.", "The rambles flew."]

    @pytest.mark.parametrize(
        ("text", "paragraphs"),
        [
            ("\n\nTitle\n\nOne.\r\n\r\n\r\nTwo\n", ["Title", "One.", "Two\n"]),
            ("One sentence.\nAnother.\nwrapped\nby hand", ["One sentence.", "Another.", "wrapped\nby hand"]),
            ("", []),
        ],
    )
    def test_paragraphs(self, text: str, paragraphs: list[str]) -> None:
        assert Page(report("html", text, ())).found == paragraphs

    def test_changes_are_told_by_element_and_class(self) -> None:
        page = Page(report("html", SPUN, SUGGESTIONS))
        assert [(a["class"]) for a in page.marks("del", "-1")] == ["auto", "likely"]
        assert [(a["class"]) for a in page.marks("ins", "0")] == ["auto", "likely"]
        assert [(a["class"]) for a in page.marks("span", "0")] == ["doubtful"]

    def test_tab_reaches_the_note_of_each_suggestion_once(self) -> None:
        page = Page(report("html", SPUN, SUGGESTIONS))
        stops = [a for _, a in page.elements if a.get("tabindex") == "0"]
        notes = [page.notes[str(a["aria-describedby"])] for a in stops]
        assert notes == [
            "On the off chance that → Ifconfidence 97\xa0%, restore run applies itwhyor: Should, Were",
            "meet → gatherconfidence 20\xa0%, left to youwhy",
            "air terminal → airportconfidence 60\xa0%, left to you",
        ]
        assert len(page.notes) == 2 * len(stops)

    def test_the_head_names_the_document_and_counts(self) -> None:
        page = report("html", SPUN, SUGGESTIONS)
        assert "<h1>article.txt</h1>" in page
        assert "3 suggestions in 16 words" in page
        assert all(
            f"<li><b>1</b> <{mark}" in page
            for mark in ('del class="auto"', 'del class="likely"', 'span class="doubtful"')
        )
        assert "<h1>standard input</h1>" in report("html", SPUN, (), "-")

    def test_a_quotation_and_a_removal_are_named(self) -> None:
        page = Page(
            report("html", "to the the end", [suggestion("to the the end", "the ", "", auto=False, quoted=True)])
        )
        assert page.proposed == ["to ∅the end"]
        assert "the  → ∅confidence 97\xa0%, in a quotation, left to you" in "".join(page.notes.values())

    @pytest.mark.parametrize("evil", HOSTILE)
    def test_hostile_text_stays_text(self, evil: str) -> None:
        text = f"a {evil} b {evil} c"
        found = suggestion(text, f"b {evil}", f"{evil}!", evil, reason=evil)
        page = Page(report("html", text, [found], name=evil))
        assert page.found == [text]
        assert page.proposed == [accepted(text, [found])]
        harmless = Page(report("html", "a x b x c", [suggestion("a x b x c", "b x", "x!", "x", reason="x")]))
        assert [t for t, _ in page.elements] == [t for t, _ in harmless.elements]

    def test_characters_that_html_forbids_are_shown(self) -> None:
        text = "nul \0 bell \a escape \x1b delete \x7f c1 \x9b surrogate \ud800 last \uffff"
        page = report("html", text, [suggestion(text, "bell \a", "\0", reason="\x1b")])
        assert Page(page).found == ["nul ␀ bell ␇ escape ␛ delete ␡ c1 \ufffd surrogate \ufffd last \ufffd"]
        assert not re.search(r"[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\uffff]", page)

    def test_the_page_stands_alone(self) -> None:
        page = report("html", SPUN, SUGGESTIONS)
        assert page.startswith('<!DOCTYPE html>\n<html lang="en">\n')
        assert "default-src 'none'" in page
        assert not re.search(r"<script|<link|<img|\bsrc=|\bhref=|url\(|@import|https?:|\son\w+=", page)

    @given(articles(st.text("<>&\"'$a. \n", max_size=8) | st.sampled_from(HOSTILE)))
    def test_nothing_is_lost(self, article: tuple[str, list[Suggestion]]) -> None:
        text, suggestions = article
        page = Page(report("html", text, suggestions))
        shown = [s for s in suggestions if s.auto or s.confidence >= 0.5]
        for cells, whole in ((page.found, text), (page.proposed, accepted(text, shown))):
            assert "".join("".join(cells).replace("∅", "").split()) == "".join(whole.split())

    def test_colours_have_the_contrast_of_wcag_aa(self) -> None:
        light, dark = re.findall(r":root \{(.*?)\}", report("html", "", ()), re.DOTALL)
        for scheme in (light, dark):
            colours = dict(re.findall(r"--([\w-]+): (#\w{6});", scheme))
            assert len(colours) == 10
            texts = [("text", "page"), ("aside", "page"), ("text", "raised"), ("old", "old-tint"), ("new", "new-tint")]
            assert all(contrast(colours[a], colours[b]) >= 4.5 for a, b in texts)
            signs = [(a, b) for a in ("line", "focus", "old", "new") for b in ("page", "raised")]
            assert all(contrast(colours[a], colours[b]) >= 3 for a, b in signs)


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_formats_of_the_command(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(SPUN.replace("\n", "\r\n").encode())

    def suggest(form: str) -> str:
        result = CliRunner().invoke(main, ["suggest", str(path), "--no-model", "--format", form])
        assert result.exit_code == 0
        return result.stdout_bytes.decode()

    marked = suggest("criticmarkup")
    assert "{~~On the off chance that~>If~~}" in marked
    assert TestCriticMarkup().reject(marked) == path.read_bytes().decode()
    assert Page(suggest("html")).found[1] == "The rambles flew."


def test_long_seed(long_seed: Path, without_model: Resources) -> None:
    document = read(str(long_seed)).documents[0]
    suggestions = suggest_document(document, without_model)
    marked = REPORTS["criticmarkup"](document, suggestions, False)
    assert TestCriticMarkup().reject(marked) == document.text
    assert TestCriticMarkup().accept(marked) == accepted(document.text, suggestions)
    page = Page(REPORTS["html"](document, suggestions, False))
    assert len(page.notes) == 2 * len(suggestions)
    assert "\n\n".join(page.found).split() == document.text.split()
