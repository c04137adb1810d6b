"""Which of the spans that overlap are shown, and how sure the program says it is of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from restore.calibration import OFFSET, applicable, calibrate
from restore.datamodels import Candidate, Document, Option, RankedSlot, Slot
from restore.overlaps import resolve_overlaps
from restore.segmentation import segment

TEXT = 'The daintily outfitted soldiers opened discharge, and "the ambassadors yield" was heard.'
(SENTENCE,) = segment(Document(TEXT))
WORDS = [t.norm for t in SENTENCE.tokens]


def ranked(words: str, options: dict[str, float], source: str = "written") -> RankedSlot:
    """A slot over these words of the text, with options and their probabilities."""
    first = next(i for i in range(len(WORDS)) if WORDS[i:][: len(words.split())] == words.split())
    last = first + len(words.split())
    texts = tuple(Option(t, {source: Candidate(first, last, t, source, 0.5)}) for t in options)
    return RankedSlot(Slot(SENTENCE, first, last, texts), tuple({} for _ in options), tuple(options.values()))


def spans(slots: list[RankedSlot]) -> list[str]:
    return [" ".join(r.slot.words) for r in slots]


def texts(r: RankedSlot) -> list[str]:
    return [o.text for o in r.slot.options]


class TestOverlaps:
    def test_a_phrase_wins_over_words_that_are_less_sure(self) -> None:
        words = [ranked("opened", {"unlocked": 0.3}), ranked("discharge", {"fire": 0.5})]
        assert spans(resolve_overlaps([*words, ranked("opened discharge", {"opened fire": 0.6})])) == [
            "opened discharge"
        ]

    def test_words_win_over_a_phrase_that_is_less_sure(self) -> None:
        words = [ranked("outfitted", {"armed": 0.8}), ranked("soldiers", {"troops": 0.5})]
        assert spans(resolve_overlaps([*words, ranked("outfitted soldiers", {"armed forces": 0.6})])) == [
            "outfitted",
            "soldiers",
        ]

    def test_the_best_choice_for_the_sentence_need_not_hold_the_best_slot(self) -> None:
        middle = ranked("outfitted soldiers", {"armed forces": 0.8})
        sides = [ranked("daintily outfitted", {"lightly armed": 0.7}), ranked("soldiers opened", {"they shot": 0.7})]
        assert spans(resolve_overlaps([middle, *sides])) == ["daintily outfitted", "soldiers opened"]

    def test_the_glossary_goes_first(self) -> None:
        phrase = ranked("opened discharge", {"opened fire": 0.9})
        known = ranked("discharge", {"fire": 0.2}, "glossary")
        assert spans(resolve_overlaps([phrase, known])) == ["discharge"]

    def test_a_phrase_also_offers_what_its_parts_read_one_by_one(self) -> None:
        parts = [
            ranked("daintily", {"lightly": 0.5, "gently": 0.2}),
            ranked("outfitted", {"armed": 0.6, "dressed": 0.3}),
        ]
        (phrase,) = resolve_overlaps([*parts, ranked("daintily outfitted", {"well dressed": 0.8, "armed": 0.15})])
        assert texts(phrase)[:3] == ["well dressed", "armed", "lightly armed"]
        assert {"lightly dressed", "daintily armed", "gently armed"} <= set(texts(phrase))
        assert "daintily outfitted" not in texts(phrase)
        assert len(phrase.features) == len(phrase.probabilities) == len(texts(phrase))

    def test_probabilities_still_fall_and_sum_to_less_than_1(self) -> None:
        parts = [ranked("daintily", {"lightly": 0.9}), ranked("outfitted", {"armed": 0.9})]
        (phrase,) = resolve_overlaps([*parts, ranked("daintily outfitted", {"well dressed": 0.95})])
        assert list(phrase.probabilities) == sorted(phrase.probabilities, reverse=True)
        assert sum(phrase.probabilities) <= 1


WEIGHTS = {OFFSET: -0.5, "log_odds": 0.9, "doubt_beside": -1.0}


class TestConfidence:
    @pytest.mark.parametrize("weights", [WEIGHTS, {OFFSET: 0.0, "log_odds": 1.0}])
    def test_it_rises_with_the_probability_and_stays_inside(self, weights: dict[str, float]) -> None:
        slots = [ranked("soldiers", {"troops": i / 50}) for i in range(51)]
        values = [calibrate([r], weights)[0].confidence for r in slots]
        assert values == sorted(values)
        assert 0 < values[0] < values[-1] < 1

    def test_doubt_beside_a_word_lowers_it(self) -> None:
        word = ranked("outfitted", {"armed": 0.9})
        alone, beside_sure, beside_unsure = (
            calibrate(shown, WEIGHTS)[0].confidence
            for shown in (
                [word],
                [word, ranked("soldiers", {"troops": 0.9})],
                [word, ranked("soldiers", {"troops": 0.4, "forces": 0.4})],
            )
        )
        assert alone == beside_sure > beside_unsure

    def test_doubt_further_away_does_not(self) -> None:
        word = ranked("outfitted", {"armed": 0.9})
        far = ranked("opened", {"unlocked": 0.4, "exposed": 0.4})
        assert calibrate([word, far], WEIGHTS)[0].confidence == calibrate([word], WEIGHTS)[0].confidence


def sure(r: RankedSlot, confidence: float) -> RankedSlot:
    """A slot that the restorer has read, with this confidence."""
    return replace(r, confidence=confidence, features=({"garbled": 1.0}, *r.features[1:]))


class TestWhatIsApplied:
    def test_what_is_sure_enough(self) -> None:
        shown = [sure(ranked("outfitted", {"armed": 0.9}), 0.9), sure(ranked("opened", {"x": 0.9}), 0.8)]
        assert applicable(shown, 0.85) == [True, False]

    def test_a_run_of_garbled_words_as_a_whole_or_not_at_all(self) -> None:
        run = [
            sure(ranked("daintily", {"lightly": 0.9}), 0.95),
            sure(ranked("outfitted", {"armed": 0.9}), 0.95),
            sure(ranked("soldiers", {"troops": 0.4, "forces": 0.4}), 0.2),
        ]
        assert applicable(run, 0.9) == [False, False, False]
        assert applicable(run[:2], 0.9) == [True, True]

    def test_what_the_glossary_knows_even_then(self) -> None:
        run = [sure(ranked("discharge", {"fire": 0.95}, "glossary"), 0.95), sure(ranked("opened", {"x": 0.8}), 0.2)]
        assert applicable(run, 0.9) == [True, False]

    def test_a_neighbour_that_probably_stands_does_not_matter(self) -> None:
        shown = [
            sure(ranked("outfitted", {"armed": 0.9}), 0.95),
            sure(ranked("soldiers", {"troops": 0.2, "forces": 0.1}), 0.1),
        ]
        assert applicable(shown, 0.9) == [True, False]

    def test_nothing_for_which_word_lists_alone_speak(self) -> None:
        unread = replace(ranked("outfitted", {"armed": 0.99}), confidence=0.99)
        assert applicable([unread], 0.5) == [False]
        known = replace(ranked("outfitted", {"armed": 0.99}, "glossary"), confidence=0.99)
        assert applicable([known], 0.5) == [True]

    def test_nothing_inside_a_quotation(self) -> None:
        assert applicable([sure(ranked("ambassadors", {"diplomats": 0.9}), 0.99)], 0.5) == [False]
