"""Spinning clean text: what the restorer is trained on."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from restore.datamodels import Document, Sentence
from restore.matching import PhraseTable
from restore.resources import Resources
from restore.restorer import DELETED, aligned
from restore.segmentation import segment
from restore.training import spinning
from restore.training.spinning import Noise, Rewritings, Spinner, SpunSentence

TEXT = (
    "The militias attacked the airport with drones on Monday, and 25 soldiers were killed. If the government fails to "
    "reach an agreement, the leaders of the party will resign. Nobody in Damascus expected a big economic crisis in "
    "the country. Doctors said the patients needed better treatment, and an expert on health care blamed the minister."
)
#: rewrites all that it can, from the tables alone
ALWAYS = Noise(untouched=0.0, least=1.0, most=1.0, thesaurus=0.0)


@pytest.fixture(scope="module")
def clean() -> tuple[Sentence, ...]:
    return segment(Document(TEXT))


@pytest.fixture(scope="module")
def spinner(without_model: Resources) -> Spinner:
    return Spinner(without_model)


def spun_often(
    spinner: Spinner, sentences: tuple[Sentence, ...], times: int = 40
) -> list[tuple[Sentence, SpunSentence]]:
    random = Random(7)
    return [(s, spinner.spin(s, random)) for _ in range(times) for s in sentences]


def norms(sentence: Sentence) -> list[str]:
    return [t.norm for t in sentence.tokens]


def only(resources: Resources, table: Mapping[str, tuple[Rewritings, ...]], noise: Noise = ALWAYS) -> Spinner:
    """A spinner that knows no rewritings but these."""
    spinner = Spinner(resources, noise)
    spinner._table = PhraseTable(table, lambda _, groups: groups)
    return spinner


def rewriting(spun: str, pos: str = "") -> tuple[Rewritings, ...]:
    return (Rewritings(pos, (spun,), (1.0,)),)


def spin(spinner: Spinner, text: str) -> SpunSentence:
    (sentence,) = segment(Document(text))
    return spinner.spin(sentence, Random(1))


def test_the_same_seed_gives_the_same_text(spinner: Spinner, clean: tuple[Sentence, ...]) -> None:
    first, second = ([spinner.spin(s, Random(3)) for s in clean] for _ in range(2))
    assert first == second
    assert first != [spinner.spin(s, Random(4)) for s in clean]


def test_much_is_rewritten_and_not_all(spinner: Spinner, clean: tuple[Sentence, ...]) -> None:
    found = [o for _, s in spun_often(spinner, clean) for o in s.originals]
    assert 0.1 < sum(o is not None for o in found) / len(found) < 0.6


def test_nothing_is_touched_at_rate_0(without_model: Resources, clean: tuple[Sentence, ...]) -> None:
    for noise in (Noise(untouched=1.0), Noise(untouched=0.0, least=0.0, most=0.0)):
        for sentence, spun in spun_often(Spinner(without_model, noise), clean, 3):
            assert list(spun.words) == norms(sentence)
            assert set(spun.originals) == {None}


def test_names_and_numbers_are_never_touched(spinner: Spinner, clean: tuple[Sentence, ...]) -> None:
    for sentence, spun in spun_often(spinner, clean):
        unharmed = [w for w, o in zip(spun.words, spun.originals, strict=True) if o is None]
        kept = [t.norm for t in sentence.tokens if t.protection]
        assert [w for w in unharmed if w in kept] == kept


def test_every_word_has_an_entry(spinner: Spinner, clean: tuple[Sentence, ...]) -> None:
    for _, spun in spun_often(spinner, clean):
        assert len(spun.words) == len(spun.originals)
        assert all(spun.words)
        assert all(o != w for w, o in zip(spun.words, spun.originals, strict=True))


def test_putting_the_originals_back_gives_the_clean_words(spinner: Spinner, clean: tuple[Sentence, ...]) -> None:
    """Where spans keep their length; a/an, which follows the word behind it, aside."""
    compared = 0
    for sentence, spun in spun_often(spinner, clean, 150):
        if DELETED in spun.originals or len(spun.words) != len(sentence.tokens):
            continue
        back = [w if o is None else o for w, o in zip(spun.words, spun.originals, strict=True)]
        assert [_one_article(w) for w in back] == [_one_article(w) for w in norms(sentence)]
        compared += any(o is not None for o in spun.originals)
    assert compared > 20


def _one_article(word: str) -> str:
    return "a" if word == "an" else word


def test_words_stand_for_words_from_the_left() -> None:
    assert aligned(["drones"], ["rambles"]) == ["drones"]
    assert aligned(["big", "data"], ["colossal", "data"]) == ["big", None]
    # several for one: what has no counterpart was not there
    assert aligned(["if"], ["on", "the", "off", "chance", "that"]) == ["if", *[DELETED] * 4]
    assert aligned(["if"], ["if", "ever"]) == [None, DELETED]
    # one for several: the rest of the original has no place
    assert aligned(["armed", "forces"], ["army"]) == ["armed"]


def test_several_words_for_one(without_model: Resources) -> None:
    spun = spin(only(without_model, {"if": rewriting("on the off chance that")}), "He comes if it rains.")
    assert spun.words == ("he", "comes", "on", "the", "off", "chance", "that", "it", "rains", ".")
    assert spun.originals == (None, None, "if", DELETED, DELETED, DELETED, DELETED, None, None, None)


def test_one_word_for_several(without_model: Resources) -> None:
    spun = spin(only(without_model, {"armed forces": rewriting("army")}), "The armed forces came.")
    assert spun == SpunSentence(("the", "army", "came", "."), (None, "armed", None, None))


def test_the_longest_phrase_is_rewritten_most_often(without_model: Resources) -> None:
    spinner = only(without_model, {"armed": rewriting("outfitted"), "armed forces": rewriting("army")})
    (sentence,) = segment(Document("The armed forces came."))
    random = Random(1)
    whole = sum("army" in spinner.spin(sentence, random).words for _ in range(400))
    assert 300 < whole < 380  # 0.7 and half of 0.3


@pytest.mark.parametrize(("agreeing", "article"), [(1.0, "an"), (0.0, "a")])
def test_the_article_agrees_as_often_as_asked(without_model: Resources, agreeing: float, article: str) -> None:
    noise = Noise(untouched=0.0, least=1.0, most=1.0, thesaurus=0.0, agreeing=agreeing)
    spun = spin(only(without_model, {"fleet": rewriting("armada")}, noise), "Then a fleet came.")
    assert spun.words == ("then", article, "armada", "came", ".")
    assert spun.originals == (None, None, "fleet", None, None)


@pytest.mark.parametrize(
    ("text", "table", "word"),
    [
        ("Two drones flew.", {"drone": rewriting("ramble", "noun")}, "rambles"),
        ("They attacked it.", {"attack": rewriting("assault", "verb")}, "assaulted"),
        ("She is attacking it.", {"attack": rewriting("set on", "verb")}, "setting"),
        ("A bigger one came.", {"big": rewriting("large", "adjective")}, "larger"),
        # listed in a certain form: that is the form that spinners put
        ("Two drones flew.", {"drone": rewriting("wandering", "noun")}, "wandering"),
        ("They attacked it.", {"attack": rewriting("assaults", "verb")}, "assaults"),
        ("Two drones flew.", {"drones": rewriting("rambled")}, "rambled"),
    ],
)
def test_inflection_follows_the_original(
    without_model: Resources, text: str, table: Mapping[str, tuple[Rewritings, ...]], word: str
) -> None:
    assert word in spin(only(without_model, table), text).words


def test_what_cannot_be_that_part_of_speech_is_not_rewritten(without_model: Resources) -> None:
    """What can be is: spinners do not ask which one it is here."""
    spinner = only(without_model, {"militia": rewriting("ramble", "verb"), "drone": rewriting("hum", "verb")})
    assert spin(spinner, "The militias sent drones.").words == ("the", "militias", "sent", "hums", ".")


def test_an_inflected_form_needs_a_part_of_speech(without_model: Resources) -> None:
    """Without one nobody can say which form the rewriting must take."""
    spinner = only(without_model, {"drone": rewriting("ramble")})
    assert set(spin(spinner, "The drones flew.").originals) == {None}
    assert spin(spinner, "The drone flew.").words[1] == "ramble"


def test_the_thesaurus_rewrites_too(without_model: Resources) -> None:
    noise = Noise(untouched=0.0, least=1.0, most=1.0, thesaurus=1.0)
    spun = spin(only(without_model, {}, noise), "The soldiers attacked the airport.")
    assert spun.originals[0] is None
    assert any(o is not None for o in spun.originals)


def test_pairs_are_turned_round() -> None:
    inverse = spinning._inverse(
        [
            ("drone", "noun", "ramble", 2.0),
            ("drone", "noun", "ramble", 1.0),
            ("drone", "verb", "hum", 1.0),
            ("drone", "noun", "automaton", 1.0),
            ("the", "", "thee", 1.0),
            ("big", "", "big", 1.0),
        ]
    )
    assert inverse == {
        "drone": (Rewritings("noun", ("ramble", "automaton"), (3.0, 4.0)), Rewritings("verb", ("hum",), (1.0,)))
    }
    random = Random(1)
    drawn = [inverse["drone"][0].draw(random) for _ in range(400)]
    assert 270 < drawn.count("ramble") < 330
