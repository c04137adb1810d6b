"""Turn ranked slots into suggestions: final text of every alternative, reasons, and the mark for batch runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from restore.datamodels import Alternative, Document, Option, RankedSlot, Suggestion, suggestion_id
from restore.resources import Resources
from restore.surface import mend_article


def as_suggestions(document: Document, ranked: Sequence[RankedSlot], resources: Resources) -> Iterator[Suggestion]:
    """One suggestion a slot, in order. `ranked` is sorted by position and free of overlaps."""
    free = 0
    for r in ranked:
        suggestion = _suggestion(document, r, resources, free)
        if suggestion.candidates:
            yield suggestion
            free = r.slot.end


def _suggestion(document: Document, r: RankedSlot, resources: Resources, free: int) -> Suggestion:
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
        auto=_auto(r, resources),
        candidates=tuple(alternatives.values())[: resources.settings.alternatives],
        reasons=tuple(_reasons(r)),
        quoted=_quoted(r),
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


def _auto(r: RankedSlot, resources: Resources) -> bool:
    """Whether a batch run may apply it: sure enough, not in a quotation, and more than a word list behind it."""
    slot = r.slot
    backed = "glossary" in slot.options[0].evidence or resources.settings.model is not None
    return backed and not _quoted(r) and r.confidence >= resources.auto_threshold


def _quoted(r: RankedSlot) -> bool:
    return any(t.quoted for t in r.slot.sentence.tokens[r.slot.first : r.slot.last])


_SOURCE_ORDER = ("glossary", "written", "learned", "terms", "restorer", "thesaurus")
_SOURCE_NAMES = {"written": "lexicon", "learned": "lexicon"}


def _leading_source(option: Option) -> str:
    source = next(s for s in _SOURCE_ORDER if s in option.evidence)
    return _SOURCE_NAMES.get(source, source)


def _reasons(r: RankedSlot) -> Iterator[str]:
    best, features = r.slot.options[0], r.features[0]
    for source in _SOURCE_ORDER:
        if source in best.evidence:
            yield best.evidence[source].reason
    yield from _context_reasons(features)
    if _quoted(r):
        yield "inside a quotation: never applied without asking"


def _context_reasons(features: Mapping[str, float]) -> Iterator[str]:
    if features["fluency_gain"] > 2:
        yield "reads better between its neighbours"
    if features["misfit"] > 2.5:
        yield "the words as they stand are seldom seen together"
    if features["article_garble"] > 1:
        yield "the article shows other signs of spinning"
