"""The stages together, on documents built by hand; and what makes a batch run safe."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import restore
from restore import resources as resources_module
from restore.context import Context
from restore.datamodels import Alternative, Candidate, Decision, Document, Option, Slot, Suggestion
from restore.entries import parse_glossary
from restore.glossary import Glossary
from restore.pipeline import apply_decisions, decide_by_confidence, find_slots, restore_with, suggest_document
from restore.rerank import rank
from restore.resources import Resources, Settings
from restore.segmentation import segment
from tests.conftest import ROOT
from tests.stubs import StubEncoder, StubRestorer

WORDS = st.sampled_from(
    'the a an rambles local armies On off chance that If said pioneers guard of vehicles , . " “ ” \n\n Iran 12 PM '
    "assault air terminal slaughtered e\u0301 👍 be it as may at any rate 25".split(" ")
)


def suggested(resources: Resources, text: str) -> dict[str, Suggestion]:
    return {s.before: s for s in suggest_document(Document(text), resources)}


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_suggestions_fit_the_text_and_never_overlap(without_model: Resources, text: str) -> None:
    position = 0
    for s in suggest_document(Document(text), without_model):
        assert text[s.start : s.end] == s.before
        assert s.start >= position
        assert s.before != s.after
        assert 0 < s.confidence < 1
        assert len({c.text for c in s.candidates}) == len(s.candidates)
        position = s.end


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_a_restoration_can_be_undone(without_model: Resources, text: str) -> None:
    done = restore_with(Document(text), without_model)
    assert restore.apply_edits(done.text, restore.invert_edits(done.edits)) == text


def with_glossary(resources: Resources, entries: str) -> Resources:
    return replace(resources, glossary=Glossary(parse_glossary(entries)))


def test_the_article_before_a_span_is_mended(bare: Resources) -> None:
    resources = with_glossary(bare, "x: [{spun: guard of vehicles, original: armada}]")
    found = suggested(resources, "Then a guard of vehicles came.")
    assert found["a guard of vehicles"].after == "an armada"


def test_case_and_inflection_are_kept(bare: Resources) -> None:
    resources = with_glossary(bare, "x: [{spun: local army, original: militia, pos: noun}]")
    assert suggested(resources, "Local armies fought.")["Local armies"].after == "Militias"


def test_names_quotations_and_code(bare: Resources) -> None:
    resources = with_glossary(bare, "x: [{spun: on the off chance that, original: if}]")
    text = 'See on the off chance that. "See on the off chance that," said On The Off. `on the off chance that`'
    known = [s for s in suggest_document(Document(text), resources) if s.candidates[0].source == "glossary"]
    assert [(s.start, s.auto) for s in known] == [(4, True), (33, False)]
    assert "quotation" in known[1].reasons[-1]


def test_without_glossary_and_model_nothing_is_sure_enough(bare: Resources, long_seed: Path) -> None:
    found = suggest_document(Document(long_seed.read_text(encoding="utf-8")), bare)
    assert len(found) > 50
    assert not any(s.auto for s in found)


def test_the_threshold_decides_what_is_applied(bare: Resources) -> None:
    resources = with_glossary(bare, "x: [{spun: on the off chance that, original: if}]")
    text = "On the off chance that it rains, we go."
    assert restore_with(Document(text), resources).text == "If it rains, we go."
    strict = replace(resources, settings=Settings(glossaries=(), model=None, min_confidence=1.0))
    assert restore_with(Document(text), strict).text == text


def test_ids_name_a_place_in_a_text_not_a_proposal(bare: Resources) -> None:
    one = with_glossary(bare, "x: [{spun: off chance, original: idea}]")
    other = with_glossary(bare, "x: [{spun: off chance, original: event}]")
    (a,), (b,) = (suggest_document(Document("An off chance."), r) for r in (one, other))
    (c,) = suggest_document(Document("An off chance!"), one)
    assert a.id == b.id
    assert a.id != c.id


def test_decisions_for_another_text_are_refused(bare: Resources) -> None:
    resources = with_glossary(bare, "x: [{spun: on the off chance that, original: if}]")
    decisions = decide_by_confidence(suggest_document(Document("On the off chance that it rains."), resources))
    with pytest.raises(restore.RestoreError, match="was changed since"):
        apply_decisions(Document("Only on the off chance that it rains."), decisions)


class TestRanking:
    def slot(self, *texts: str) -> Slot:
        (sentence,) = segment(Document("One two three four."))
        options = tuple(Option(t, {"written": Candidate(0, 1, t, "written", 0.5)}) for t in texts)
        return Slot(sentence, 0, 1, options)

    def test_options_share_the_probability_with_leaving_alone(self) -> None:
        (ranked,) = rank([self.slot("a", "b")], [[{"x": 0.0}, {"x": 1.0}]], {"x": math.log(2)})
        assert [o.text for o in ranked.slot.options] == ["b", "a"]
        assert ranked.probabilities == pytest.approx((0.5, 0.25))
        assert ranked.garbled == pytest.approx(0.75)

    def test_evidence_may_count_more_beside_other_evidence(self) -> None:
        features = [{"expected": 2.0, "joint": 1.0}, {"expected": 0.0, "joint": 3.0}, {"joint": 9.0}]
        (ranked,) = rank([self.slot("a", "b", "c")], [features], {"expected * joint": 1.0})
        assert ranked.slot.options[0].text == "a"
        assert ranked.features[0] == features[0]
        assert ranked.probabilities[1] == ranked.probabilities[2]


def test_of_phrases_the_few_likeliest_options_are_encoded(
    without_model: Resources, long_seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, restorer = StubEncoder(), StubRestorer(lambda words, i: {"x": 0.1} if len(words[i]) > 6 else None)
    monkeypatch.setattr(resources_module, "_load_encoder", lambda name: encoder)
    monkeypatch.setattr(resources_module, "_load_restorer", lambda folder: restorer)
    resources = replace(without_model, settings=Settings())
    document = Document(long_seed.read_text(encoding="utf-8")[:1500])
    assert suggest_document(document, resources)
    sentences = segment(document)
    slots = find_slots(sentences, Context(sentences, resources.glossary), resources)
    phrases = [s for s in slots if len(s.words) > 1 and not s.in_glossary]
    assert any(len(s.options) > 4 for s in phrases)
    assert len(encoder.asked) == sum(1 + min(4, len(s.options)) for s in phrases)
    texts = {document.text[s.start : s.end] for s in phrases} | {o.text for s in phrases for o in s.options}
    assert set(encoder.asked) <= texts
    assert set(restorer.asked) >= {tuple(t.norm for t in s.tokens) for s in sentences}


@pytest.mark.model
def test_the_readme_example_runs() -> None:
    import doctest

    readme = ROOT / "README.md"
    assert ">>>" in readme.read_text(encoding="utf-8")
    results = doctest.testfile(str(readme), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert results.attempted > 2
    assert results.failed == 0


@pytest.mark.model
class TestTheRealModel:
    def test_the_clean_seed_is_left_alone(self, with_model: Resources, clean_seed: Path) -> None:
        text = clean_seed.read_text(encoding="utf-8")
        done = restore_with(Document(text), with_model)
        assert done.text == text
        assert len(done.suggestions) <= 6

    def test_the_encoder_gives_unit_vectors_and_encodes_each_text_once(self, with_model: Resources) -> None:
        assert with_model.encoder is not None
        a, b, c = with_model.encoder.encode(["an airport", "an air terminal", "an airport"])
        assert a.shape == (384,)
        assert np.linalg.norm(a) == pytest.approx(1, abs=1e-4)
        assert (a == c).all()
        assert a @ b > 0.4

    def test_altered_weights_are_refused(self, tmp_path: Path) -> None:
        from restore.encoders import check_weights
        from restore.errors import ModelError

        (tmp_path / "model.safetensors").write_bytes(b"something else")
        with pytest.raises(ModelError, match="not the published"):
            check_weights(tmp_path)

    def test_another_model_by_folder(self, tmp_path: Path) -> None:
        from restore.encoders import default_folder, load_encoder

        folder = tmp_path / "mine"
        folder.symlink_to(default_folder())
        assert load_encoder(str(folder)).encode(["x"]).shape == (1, 384)


@pytest.mark.parametrize(
    ("text", "first", "second", "wanted"),
    [
        ("They take off an undeniable war.", ("take off an", "head off an"), ("undeniable war", "full-fledged war"), "They head off a full-fledged war."),
        ("A rock fell.", ("A", "An"), ("rock", "rock"), "A rock fell."),
        ("Take vitamin A ingestion.", ("vitamin A", "vitamin A"), ("ingestion", "intake"), "Take vitamin A intake."),
        ("It is a\nday.", ("is a", "was a"), ("day", "hour"), "It was a\nhour."),
        ("Give an apple a day.", ("an apple", "an apple"), ("a day", "an hour"), "Give an apple an hour."),
    ],
)
def test_an_article_fits_what_another_edit_puts_behind_it(
    text: str, first: tuple[str, str], second: tuple[str, str], wanted: str
) -> None:
    document = Document(text)
    decisions = []
    for before, after in (first, second):
        start = text.index(before)
        s = Suggestion("-", before, start, start + len(before), before, 0.9, True, (Alternative(after, 0.9, "glossary"),))
        decisions.append(Decision(s, "accept", after))
    assert apply_decisions(document, decisions).text == wanted


def test_an_article_that_a_person_typed_stays() -> None:
    document = Document("Take plan b every day.")
    typed = Suggestion("-", "1", 5, 11, "plan b", 0.9, False, (Alternative("plan c", 0.9, "glossary"),))
    other = Suggestion("-", "2", 12, 17, "every", 0.9, False, (Alternative("each", 0.9, "glossary"),))
    decisions = [Decision(typed, "edit", "plan a"), Decision(other, "accept", "each")]
    assert apply_decisions(document, decisions).text == "Take plan a each day."
