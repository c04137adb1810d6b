"""The restorer's part in the ranking: its features, its candidates, and reading again what is restored in part."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from restore import resources as resources_module
from restore.candidates.restorer import propose
from restore.context import Context
from restore.datamodels import Candidate, Document, Option, RankedSlot, Sentence, Slot
from restore.rerank import Rows, features, rank, read_again, rerank, surest
from restore.resources import Resources, Settings
from restore.scorers import RESTORER_SCORERS
from restore.scorers.denoising import deleted, expected, garbled
from restore.scorers.evidence import Evidence, Scores
from restore.scorers.rereading import reading_of, reading_with, tokens_of
from restore.segmentation import segment
from tests.stubs import StubEncoder, StubRestorer

TEXT = "On the off chance that rambles fall, the local armies leave. Nobody came."
WRONG: dict[str, dict[str, float]] = {
    "on": {"if": 0.5},
    "the": {"": 0.25},
    "off": {"": 0.25},
    "chance": {"": 0.25},
    "that": {"": 0.25},
    "rambles": {"drones": 0.5, "walks": 0.1},
    "armies": {"militias": 0.5},
}


@pytest.fixture
def sentences() -> tuple[Sentence, ...]:
    return segment(Document(TEXT))


def option(text: str, prior: float = 0.5) -> Option:
    return Option(text, {"written": Candidate(0, 1, text, "written", prior)})


def slot(sentence: Sentence, words: str, *originals: str) -> Slot:
    """The slot of these words of a sentence."""
    norms, wanted = [t.norm for t in sentence.tokens], words.split()
    first = next(i for i in range(len(norms)) if norms[i : i + len(wanted)] == wanted)
    return Slot(sentence, first, first + len(wanted), tuple(map(option, originals)))


def ranked(slot: Slot, *probabilities: float) -> RankedSlot:
    return RankedSlot(slot, tuple({"bias": 1.0} for _ in slot.options), probabilities)


def with_restorer(bare: Resources, restorer: StubRestorer, monkeypatch: pytest.MonkeyPatch) -> Resources:
    """The resources with a model, which are these stubs."""
    monkeypatch.setattr(resources_module, "_load_restorer", lambda folder: restorer)
    monkeypatch.setattr(resources_module, "_load_encoder", lambda name: StubEncoder())
    return replace(bare, settings=Settings(glossaries=()))


@pytest.fixture
def restorer() -> StubRestorer:
    return StubRestorer.of(WRONG)


@pytest.fixture
def resources(bare: Resources, restorer: StubRestorer, monkeypatch: pytest.MonkeyPatch) -> Resources:
    return with_restorer(bare, restorer, monkeypatch)


class TestReadings:
    def test_of_sentences_as_they_stand(self, sentences: Sequence[Sentence], restorer: StubRestorer) -> None:
        readings = reading_of([*sentences, sentences[0]], restorer)
        assert set(readings) == {s.start for s in sentences}
        assert len(restorer.asked) == 2
        for s in sentences:
            reading, places = readings[s.start]
            assert len(reading.stands) == len(s.tokens)
            assert places == {i: i for i in range(len(s.tokens))}

    def test_tokens_of_a_slot_are_of_its_sentence(self, sentences: Sequence[Sentence]) -> None:
        one, other = slot(sentences[0], "local armies"), slot(sentences[1], "nobody")
        assert tokens_of(one) == {(0, 9), (0, 10)}
        assert tokens_of(other) == {(sentences[1].start, 0)}

    def test_of_a_draft(self, sentences: Sequence[Sentence], restorer: StubRestorer) -> None:
        """Tokens behind a span of another length are found where they now stand; those replaced, nowhere."""
        sure = [
            ranked(slot(sentences[0], "local armies", "Armed militias of old", "guards"), 0.8, 0.1),
            ranked(slot(sentences[0], "on the off chance that", "If"), 0.9),
        ]
        readings = reading_with(sure, restorer)
        assert list(readings) == [0]
        (words,) = restorer.asked
        assert " ".join(words) == "if rambles fall , the armed militias of old leave ."
        tokens = sentences[0].tokens
        assert {tokens[i].norm: words[p] for i, p in readings[0].places.items()} == {
            w: w for w in ("rambles", "fall", ",", "the", "leave", ".")
        }
        assert readings[0].places[5] == 1
        assert readings[0].places[11] == 9

    def test_drafts_of_several_sentences(self, sentences: Sequence[Sentence], restorer: StubRestorer) -> None:
        sure = [ranked(slot(sentences[1], "nobody", "No one"), 0.9), ranked(slot(sentences[0], "fall", "fell"), 0.9)]
        assert set(reading_with(sure, restorer)) == {s.start for s in sentences}
        assert restorer.asked[0] == ("no", "one", "came", ".")


class TestFeatures:
    def scores(self, resources: Resources, name: str, *slots: Slot) -> Scores:
        scorer = {"garbled": garbled, "expected": expected, "deleted": deleted}[name]
        sentences = segment(Document(TEXT))
        assert resources.restorer is not None
        readings = reading_of(sentences, resources.restorer)
        return scorer(Evidence(slots, Context(sentences, resources.glossary), resources, readings))

    def test_garbled_is_the_mean_doubt_of_what_changes(
        self, resources: Resources, sentences: Sequence[Sentence]
    ) -> None:
        armies = slot(sentences[0], "local armies", "militias", "local militias", "native guards", "local armies")
        # the first word is trusted (-5), the second doubted (3); what an option leaves as it is says nothing
        assert self.scores(resources, "garbled", armies) == [[-1.0, 3.0, -1.0, 0.0]]

    def test_garbled_is_bounded(
        self, bare: Resources, sentences: Sequence[Sentence], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resources = with_restorer(bare, StubRestorer(lambda words, i: {}, doubt=30.0), monkeypatch)
        assert self.scores(resources, "garbled", slot(sentences[0], "rambles", "drones")) == [[8.0]]

    def test_expected_is_the_chance_of_what_is_put_in(
        self, resources: Resources, sentences: Sequence[Sentence]
    ) -> None:
        rambles = slot(sentences[0], "rambles", "drones", "walks", "cats")
        half = (12 + math.log(0.5)) / 4
        assert self.scores(resources, "expected", rambles)[0] == pytest.approx([half, (12 + math.log(0.1)) / 4, 0.0])
        chance = slot(sentences[0], "on the off chance that", "if", "unless")
        assert self.scores(resources, "expected", chance)[0] == pytest.approx([half, 0.0])

    def test_deleted_is_the_chance_of_what_is_left_out(
        self, resources: Resources, sentences: Sequence[Sentence]
    ) -> None:
        chance = slot(sentences[0], "on the off chance that", "if", "as soon as it may")
        assert self.scores(resources, "deleted", chance)[0] == pytest.approx([math.log(0.25) / 4, 0.0])
        armies = slot(sentences[0], "local armies", "militias")
        assert self.scores(resources, "deleted", armies) == [[-3.0]]

    def test_they_need_a_restorer(self, bare: Resources, sentences: Sequence[Sentence]) -> None:
        with pytest.raises(ValueError, match="no restorer was loaded"):
            garbled(Evidence([], Context(sentences, bare.glossary), bare))

    def test_after_a_draft_words_are_found_at_their_new_places(
        self, resources: Resources, sentences: Sequence[Sentence], restorer: StubRestorer
    ) -> None:
        readings = reading_with([ranked(slot(sentences[0], "on the off chance that", "If"), 0.9)], restorer)
        context = Context(sentences, resources.glossary)
        rambles = slot(sentences[0], "rambles", "drones")
        assert features([rambles], context, resources, {"garbled": garbled}, readings) == [[{"garbled": 3.0}]]


class TestCandidates:
    def proposed(self, resources: Resources, text: str) -> list[tuple[int, str, float]]:
        sentences = segment(Document(text))
        context = Context(sentences, resources.glossary)
        return [(c.first, c.text, c.prior) for s in sentences for c in propose(s, context.at(s), resources)]

    def test_words_that_the_sentence_expects(self, resources: Resources) -> None:
        assert self.proposed(resources, "Rambles fell.") == [(0, "Drones", 0.5), (0, "Walks", 0.1)]

    def test_no_pieces_nor_what_stands_there_nor_the_unlikely(
        self, bare: Resources, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        judged = {"rambles": {"##s": 0.4, "[unused1]": 0.2, "rambles": 0.2, ".": 0.1, "walks": 0.01, "drones": 0.05}}
        resources = with_restorer(bare, StubRestorer.of(judged), monkeypatch)
        assert self.proposed(resources, "The rambles fell.") == [(1, "drones", 0.05)]

    def test_names_numbers_and_trusted_words_are_left_alone(
        self, bare: Resources, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        judged = {"damascus": {"paris": 0.9}, "25": {"five": 0.9}}
        resources = with_restorer(bare, StubRestorer.of(judged), monkeypatch)
        assert self.proposed(resources, "He saw Damascus 25 times.") == []
        trusting = with_restorer(bare, StubRestorer(lambda words, i: {"left": 0.9}, doubt=-1.5), monkeypatch)
        assert self.proposed(trusting, "He saw it.") == []

    def test_without_a_model_there_are_none(self, bare: Resources) -> None:
        assert self.proposed(bare, "Rambles fell.") == []


class TestTheSurest:
    def test_nearly_decided_ones_the_likeliest_first(self, sentences: Sequence[Sentence]) -> None:
        slots = [slot(sentences[0], w, "x", "y") for w in ("rambles", "fall", "leave")]
        rows = [ranked(s, p, 0.01) for s, p in zip(slots, (0.71, 0.69, 0.95), strict=True)]
        assert surest(rows) == [rows[2], rows[0]]

    def test_of_those_that_overlap_the_likelier(self, sentences: Sequence[Sentence]) -> None:
        wide = ranked(slot(sentences[0], "local armies", "militias"), 0.8)
        narrow = ranked(slot(sentences[0], "armies", "forces"), 0.9)
        assert surest([wide, narrow]) == [narrow]
        assert surest([replace(wide, probabilities=(0.99,)), narrow])[0].slot.words == ("local", "armies")

    def test_the_same_place_in_another_sentence_does_not_overlap(self) -> None:
        one, other = segment(Document("Rambles fell. Rambles rose."))
        rows = [ranked(slot(s, "rambles", "drones"), 0.9) for s in (one, other)]
        assert surest(rows) == rows


class TestReadingAgain:
    def judge(self, words: Sequence[str], i: int) -> Mapping[str, float] | None:
        """Rambles are understood only beside militias."""
        if words[i] == "rambles":
            return {"drones": 0.5 if "militias" in words else 1e-5}
        return None

    @pytest.fixture
    def told(self, bare: Resources, monkeypatch: pytest.MonkeyPatch) -> Resources:
        return with_restorer(bare, StubRestorer(self.judge), monkeypatch)

    def rows(self, slots: Sequence[Slot], context: Context, resources: Resources) -> Rows:
        assert resources.restorer is not None
        readings = reading_of([s.sentence for s in slots], resources.restorer)
        return features(slots, context, resources, RESTORER_SCORERS, readings)

    def test_what_is_sure_tells_of_the_rest(self, told: Resources) -> None:
        sentences = segment(Document("The local armies sent rambles. More rambles came."))
        context = Context(sentences, told.glossary)
        slots = [
            slot(sentences[0], "local armies", "militias"),
            slot(sentences[0], "armies", "forces"),
            slot(sentences[0], "rambles", "drones"),
            slot(sentences[1], "rambles", "drones"),
        ]
        before = self.rows(slots, context, told)
        sure = ranked(slots[0], 0.9)
        first = [
            RankedSlot(s, tuple(row), (0.9 if s is slots[0] else 0.2,)) for s, row in zip(slots, before, strict=True)
        ]
        same, after = read_again(first, [sure], context, told)
        assert same == slots
        # what is put in, what overlaps it and other sentences stay as they were
        assert [after[i] == before[i] for i in range(4)] == [True, True, False, True]
        assert before[2][0]["expected"] == pytest.approx((12 + math.log(1e-5)) / 4)
        assert after[2][0]["expected"] == pytest.approx((12 + math.log(0.5)) / 4)
        assert after[2][0]["garbled"] == before[2][0]["garbled"]

    def test_features_that_the_restorer_does_not_give_stay(self, told: Resources) -> None:
        sentences = segment(Document("The local armies sent rambles."))
        slots = [slot(sentences[0], "local armies", "militias"), slot(sentences[0], "rambles", "drones")]
        first = [ranked(slots[0], 0.9), ranked(slots[1], 0.1)]
        _, after = read_again(first, first[:1], Context(sentences, told.glossary), told)
        assert after[0] == [{"bias": 1.0}]
        assert after[1][0].keys() == {"bias", *RESTORER_SCORERS}
        assert after[1][0]["bias"] == 1.0

    def test_the_whole_ranking_goes_round(self, told: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
        """The slot that is sure by itself makes the other one likely."""
        from restore import rerank as module

        sentences = segment(Document("The local armies sent rambles."))
        slots = [slot(sentences[0], "local armies", "militias"), slot(sentences[0], "rambles", "drones")]
        weights = {"more_words": -5.0, "expected": 1.0, "bias": -1.0}
        monkeypatch.setattr(module, "SCORERS", {"bias": _constant, "more_words": _fewer_words})
        profiles = replace(told.profiles, full=replace(told.profiles.full, features=weights))
        found = rerank(slots, Context(sentences, told.glossary), replace(told, profiles=profiles))
        assert found[0].probabilities[0] > 0.9
        once = rank(slots, self.rows(slots, Context(sentences, told.glossary), told), weights)
        assert found[1].probabilities[0] > once[1].probabilities[0]
        assert found[1].features[0]["expected"] == pytest.approx((12 + math.log(0.5)) / 4)

    def test_without_a_model_nothing_is_read(self, bare: Resources, sentences: Sequence[Sentence]) -> None:
        with pytest.raises(ValueError, match="no model"):
            read_again([], [], Context(sentences, bare.glossary), bare)


def _constant(evidence: Evidence) -> Scores:
    return evidence.by_option(lambda slot, option: 1.0)


def _fewer_words(evidence: Evidence) -> Scores:
    return evidence.by_option(lambda slot, option: len(option.text.split()) - len(slot.words))


def test_stubs_are_like_the_real_one() -> None:
    """The stub has the methods that the package calls, with the same parameters."""
    import inspect

    from restore.restorer import Restorer

    def parameters(method: Any) -> list[str]:
        return list(inspect.signature(method).parameters)

    for name in ("read", "log_probabilities"):
        assert parameters(getattr(StubRestorer, name)) == parameters(getattr(Restorer, name))
