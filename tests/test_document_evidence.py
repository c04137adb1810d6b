"""Evidence beyond the sentence: the article itself, a reference article, one spelling."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from restore.context import Context
from restore.datamodels import Candidate, Document, Option, RankedSlot, Slot
from restore.reference import Phrases, load_references, phrases_of
from restore.resources import Resources, Settings, load_resources
from restore.scorers import document
from restore.scorers.evidence import Evidence
from restore.segmentation import segment
from restore.spelling import common_form, one_spelling


@pytest.fixture(scope="module")
def resources() -> Resources:
    return load_resources(Settings(model=None))


def option(text: str, prior: float = 0.5) -> Option:
    return Option(text, {"written": Candidate(0, 1, text, "written", prior)})


def slots_of(text: str, options: dict[str, list[str]]) -> tuple[list[Slot], Context]:
    """A slot for every place of each given phrase."""
    sentences = segment(Document(text))
    slots = []
    for sentence in sentences:
        norms = [t.norm for t in sentence.tokens]
        for spun, originals in options.items():
            words = spun.split()
            places = [i for i in range(len(norms)) if norms[i : i + len(words)] == words]
            slots += [Slot(sentence, i, i + len(words), tuple(map(option, originals))) for i in places]
    return slots, Context(sentences, load_resources(Settings(model=None, glossaries=())).glossary)


def test_spans_that_read_otherwise_agree(resources: Resources) -> None:
    slots, context = slots_of(
        "The local armies fled. A civilian army came. The cat slept.",
        {"local armies": ["militias", "forces"], "civilian army": ["militia"], "cat": ["feline"]},
    )
    scores = document.agreement(Evidence(slots, context, resources))
    militias, forces = scores[0]
    assert militias > 0.1 > forces == 0.0
    assert scores[2] == [0.0]


def test_a_span_does_not_agree_with_itself(resources: Resources) -> None:
    slots, context = slots_of("Local armies fled. Local armies came.", {"local armies": ["militias"]})
    assert document.agreement(Evidence(slots, context, resources)) == [[0.0], [0.0]]


def test_what_stands_in_the_article(resources: Resources) -> None:
    slots, context = slots_of("The rockets hit. A missile cost much.", {"rockets": ["missiles", "bullets"]})
    slots += slots_of("x", {})[0]
    both = [*slots, Slot(context._sentences[1], 4, 5, (option("plenty"),))]
    missiles, bullets = document.in_article(Evidence(both, context, resources))[0]
    assert missiles > 0 == bullets


def test_a_reference_raises_what_it_says(resources: Resources) -> None:
    slots, context = slots_of("The rambles fell.", {"rambles": ["drones", "walks"]})
    told = replace(resources, reference=phrases_of([Document("Two drones were shot down near the base.")]))
    drones, walks = document.reference(Evidence(slots, context, told))[0]
    assert drones > 0.3 > walks == 0.0
    assert document.reference(Evidence(slots, context, resources)) == [[0.0, 0.0]]


def test_a_reference_that_has_the_span_speaks_for_it(resources: Resources) -> None:
    slots, context = slots_of("The rambles fell.", {"rambles": ["drones"]})
    told = replace(resources, reference=phrases_of([Document("He rambles through the hills.")]))
    assert document.reference(Evidence(slots, context, told))[0][0] < 0


def test_references_are_read_from_files(tmp_path: Path) -> None:
    file = tmp_path / "clean.txt"
    file.write_text("The drones fell.\n", encoding="utf-8")
    phrases = load_references([file])
    assert phrases.count(("drone",)) == 1
    assert phrases.count(("the", "drones", "fell")) == 1
    assert not Phrases()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("colour", "color"),
        ("organisations", "organizations"),
        ("health care", "healthcare"),
        ("centre", "center"),
        ("defence", "defense"),
        ("travelled", "traveled"),
        ("adviser", "advisor"),
        ("analysed", "analyzed"),
        ("grey", "gray"),
    ],
)
def test_variants_have_a_common_form(a: str, b: str) -> None:
    assert common_form(a) == common_form(b)


@pytest.mark.parametrize(("a", "b"), [("wiser", "visor"), ("hour", "hor"), ("rise", "rize"), ("promise", "premise")])
def test_other_words_have_not(a: str, b: str) -> None:
    assert common_form(a) != common_form(b)


def test_the_articles_own_spelling_wins() -> None:
    slots, context = slots_of(
        "The hue of the defence was grey. Its shade faded.", {"hue": ["color", "colour"], "shade": ["colour", "tint"]}
    )
    sentences = segment(Document("The colour stayed."))
    ranked = [RankedSlot(s, ({}, {}), (0.6, 0.3)) for s in slots]
    spelled = one_spelling(ranked, [*context._sentences, *sentences])
    assert [r.slot.options[0].text for r in spelled] == ["colour", "colour"]


def test_without_one_the_majority_wins_and_case_is_kept() -> None:
    slots, context = slots_of(
        "Hue fades. A shade fell. The tone rose.", {"hue": ["Color"], "shade": ["colour"], "tone": ["colour"]}
    )
    ranked = [RankedSlot(s, ({},), (0.6,)) for s in slots]
    assert [r.slot.options[0].text for r in one_spelling(ranked, context._sentences)] == ["Colour", "colour", "colour"]
