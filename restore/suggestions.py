"""Turn ranked slots into suggestions: final text of every alternative, reasons, and the mark for batch runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from restore.calibration import applicable
from restore.datamodels import Alternative, Document, Option, RankedSlot, Slot, Suggestion, suggestion_id
from restore.resources import Resources
from restore.restorer import Restorer
from restore.surface import mend_article


def as_suggestions(document: Document, ranked: Sequence[RankedSlot], resources: Resources) -> Iterator[Suggestion]:
    """One suggestion a slot, in order. `ranked` is sorted by position and free of overlaps."""
    free = 0
    for r, auto in zip(ranked, applicable(ranked, resources.auto_threshold), strict=True):
        suggestion = _suggestion(document, r, resources, free, auto)
        if suggestion.candidates:
            yield suggestion
            free = r.slot.end


def _suggestion(document: Document, r: RankedSlot, resources: Resources, free: int, auto: bool) -> Suggestion:
    start, texts = _with_article(document, r, free)
    before = document.text[start : r.slot.end]
    alternatives: dict[str, Alternative] = {}
    for text, option, p in zip(texts, r.slot.options, r.probabilities, strict=True):
        if text != before and text not in alternatives:
            alternatives[text] = Alternative(text, p, _leading_source(option))
    return Suggestion(
        doc=document.id,
        id=suggestion_id(document, start, r.slot.end, before),
        start=start,
        end=r.slot.end,
        before=before,
        confidence=r.confidence,
        auto=auto,
        candidates=tuple(alternatives.values())[: resources.settings.alternatives],
        reasons=tuple(_reasons(r, resources)),
        quoted=r.slot.quoted,
    )


def _with_article(document: Document, r: RankedSlot, free: int) -> tuple[int, list[str]]:
    """Where the suggestion starts and its texts; if any asks for the other of a/an, all take the article in."""
    slot = r.slot
    texts = [o.text for o in slot.options]
    if slot.first:
        article = slot.sentence.tokens[slot.first - 1]
        beside = document.text[article.end : slot.start].isspace() and article.start >= free
        mended = [mend_article(article, t) for t in texts]
        if beside and not article.protection and any(mended):
            gap = document.text[article.end : slot.start]
            return article.start, [(m or article.text) + gap + t for m, t in zip(mended, texts, strict=True)]
    return slot.start, texts


#: log-odds that a word stands, under which the restorer doubts it; how many of its words are named, and from what share
_DOUBTED, _MENTIONED, _WORTH_MENTION = 2.0, 2, 0.03
#: features from which on a reason is given
_IN_REFERENCE, _AGREED = 0.3, 0.5
_SOURCE_ORDER = ("glossary", "written", "learned", "terms", "restorer", "thesaurus", "parts")
_SOURCE_NAMES = {"written": "lexicon", "learned": "lexicon", "parts": "word by word"}


def _leading_source(option: Option) -> str:
    source = next(s for s in _SOURCE_ORDER if s in option.evidence)
    return _SOURCE_NAMES.get(source, source)


def _reasons(r: RankedSlot, resources: Resources) -> Iterator[str]:
    best, features = r.slot.options[0], r.features[0]
    for source in _SOURCE_ORDER:
        if source in best.evidence and source != "restorer":
            yield best.evidence[source].reason
    if resources.restorer is not None and (expected := _expected(r.slot, resources.restorer)):
        yield f"the sentence expects: {expected}"
    yield from _context_reasons(features)
    if r.slot.quoted:
        yield "inside a quotation: never applied without asking"


def _expected(slot: Slot, restorer: Restorer) -> str:
    """What the restorer finds likeliest in a word's place, if it doubts the word: "drones 61 %, aircraft 9 %"."""
    (reading,) = restorer.read([[t.norm for t in slot.sentence.tokens]])
    if len(slot.words) > 1 or reading.stands[slot.first] > _DOUBTED:
        return ""
    likely = [(w, p) for w, p in reading.expected[slot.first] if w.isalpha() and w != slot.words[0]][:_MENTIONED]
    return ", ".join(f"{word} {share:.0%}".replace("%", " %") for word, share in likely if share >= _WORTH_MENTION)


def _context_reasons(features: Mapping[str, float]) -> Iterator[str]:
    if features.get("reference", 0.0) > _IN_REFERENCE:
        yield "also in the reference article"
    if features.get("agreement", 0.0) > _AGREED:
        yield "other spans of the article stand for it too"
    if features.get("fluency_gain", 0.0) > 2:
        yield "reads better between its neighbours"
    if features.get("misfit", 0.0) > 2.5:
        yield "the words as they stand are seldom seen together"
    if features.get("article_garble", 0.0) > 1:
        yield "the article shows other signs of spinning"
