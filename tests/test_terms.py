"""Term combination: the model, the source, and the figures on held-out terms."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from restore.candidates import COMBINERS, SOURCES, generate
from restore.collocations import BOUNDARY, Collocations
from restore.combination import combinations, ranked, term_arcs
from restore.context import Context
from restore.datamodels import Document
from restore.glossary import Glossary
from restore.lexicon import Lexicon, Pair
from restore.resources import Resources, Settings, load_resources
from restore.segmentation import segment
from restore.terms import TermModel, singular
from restore.thesaurus import Thesaurus
from restore.training.terms import (
    TermPair,
    fit_weights,
    hold_out,
    measure,
    read_term_pairs,
    term_pairs,
)

WEIGHTS = {"search": 1.0, "known": 2.0}


def pair(spun: str, original: str, share: float = 0.5) -> Pair:
    return Pair(spun, original, "", share, math.log(share), "written")


@pytest.fixture(scope="module")
def small(resources: Resources) -> Resources:
    """The shipped models with a lexicon of a few words and nothing else."""
    lexicon = Lexicon(
        [
            pair("counterfeit", "fake", 0.6),
            pair("counterfeit", "artificial", 0.4),
            pair("consciousness", "awareness", 0.5),
            pair("consciousness", "intelligence", 0.3),
            pair("haze", "cloud"),
        ]
    )
    return replace(resources, lexicon=lexicon, glossary=Glossary(()), thesaurus=Thesaurus({}))


@pytest.fixture(scope="module")
def resources() -> Resources:
    return load_resources(Settings(model=None))


def test_known_terms_are_known_in_either_number(resources: Resources) -> None:
    model = TermModel(resources.collocations, [("neural", "network")], {})
    assert model.knows(("neural", "networks"))
    assert model.knows(("neural", "network"))
    assert not model.knows(("nervous", "network"))
    assert model.begins(("neural",))
    assert not model.begins(("network",))


def test_words_of_known_terms_follow_each_other(resources: Resources) -> None:
    seen = TermModel(resources.collocations, (), {("ant", "colony"): 9.0})
    unseen = TermModel(resources.collocations, (), {})
    assert seen.follows("ant", "colony") > unseen.follows("ant", "colony") + 2


def test_probabilities_after_a_word_do_not_exceed_one(resources: Resources) -> None:
    model = resources.terms
    words = ["network", "networks", "system", "cell", "the", "of", "intelligence", "colony", "learning"]
    assert sum(math.exp(model.follows("neural", w)) for w in words) < 1
    assert model.follows("neural", BOUNDARY) == pytest.approx(math.log(0.01))


def test_the_combination_that_is_a_term_wins(small: Resources) -> None:
    (sentence,) = segment(Document("counterfeit consciousness"))
    found = combinations(term_arcs(sentence, small, math.log(0.03)), 2, small.terms, 10)
    best = ranked(found, {**dict.fromkeys(found[0].features, 0.0), **WEIGHTS})
    assert best[0][1].text == "artificial intelligence"
    assert sum(share for share, _ in best) == pytest.approx(1.0)


def test_a_known_term_is_proposed_for_the_whole_span(small: Resources) -> None:
    sentences = segment(Document("They sell counterfeit consciousness to banks."))
    context = Context(sentences, small.glossary)
    spans = {
        " ".join(s.words): [o.text for o in s.options] for s in generate(sentences, context, small, SOURCES, COMBINERS)
    }
    assert "artificial intelligence" in spans["counterfeit consciousness"]
    assert "counterfeit consciousness" not in {" ".join(s.words) for s in generate(sentences, context, small, SOURCES)}


def test_singular() -> None:
    assert singular(("random", "forests")) == ("random", "forest")
    assert singular(("gas", "analysis")) == ("gas", "analysis")


def test_pairs_are_counted_once_a_term() -> None:
    pairs = [
        TermPair("a b", ("deep", "learning")),
        TermPair("c d", ("deep", "learning")),
        TermPair("e f", ("deep", "networks")),
    ]
    counts = term_pairs(pairs)
    assert counts["deep", "learning"] == 1
    assert counts[BOUNDARY, "deep"] == 2
    assert counts["network", BOUNDARY] == 1


def test_reading_pairs(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("Profound Learning (dl)\tDeep learning [AI]\tx\nsame\tSame\n", encoding="utf-8")
    assert read_term_pairs(file) == [TermPair("profound learning", ("deep", "learning"))]


def test_a_term_is_restored_without_what_it_teaches_itself(resources: Resources) -> None:
    """The two made-up words stand for each other in one term only: held out, nobody can know."""
    pairs = [TermPair("blorptic zzyx", ("neural", "network"))]
    pairs += [TermPair("profound learning", ("deep", "learning")), TermPair("profound sea", ("deep", "ocean"))]
    pairs += [TermPair("irregular timberland", ("random", "forest")), TermPair("irregular walk", ("random", "walk"))]
    trials = hold_out(pairs, resources, [])
    by_spun = {t.pair.spun: t for t in trials}
    assert by_spun["blorptic zzyx"].right == -1
    figures = measure(trials)
    assert figures.pairs == len(pairs)
    assert figures.exact[0] <= figures.exact[1] <= figures.exact[2] < 1


def test_weights_prefer_what_marks_the_right_ones(resources: Resources) -> None:
    trials = hold_out([TermPair("irregular walk", ("random", "walk"))], resources, [])
    right = trials[0].right
    assert right >= 0
    weights = fit_weights(trials)
    assert ranked(trials[0].found, weights)[0][1].text == "random walk"


def test_collocations_are_what_the_model_rests_on() -> None:
    model = TermModel(Collocations.load(), (), {})
    assert model.follows("united", "nations") > model.follows("united", "bananas") + 4
