"""START HERE: the whole way from a document to its restoration, stage by stage.

    document    = read(path)                          restore.formats: text, encoding, byte order mark
    sentences   = segment(document)                   restore.segmentation: tokens, protected spans
    slots       = generate(sentences)                 restore.candidates: every span with what may have stood there
    ranked      = rerank(slots)                       restore.scorers, restore.rerank: probability of every option
    suggestions = calibrate(resolve_overlaps(ranked)) restore.overlaps, restore.calibration
    decisions   = decide(suggestions)                 a threshold, a person, or a decisions file
    restored    = apply_edits(document, decisions)    restore.edits: checked, invertible

Batch and review share this path; they differ only in who decides.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from restore.calibration import calibrate
from restore.candidates import COMBINERS, LAST_RESORTS, RESTORER_SOURCES, SOURCES, generate
from restore.context import Context
from restore.datamodels import (
    Decision,
    Document,
    Edit,
    RankedSlot,
    Restoration,
    Sentence,
    Slot,
    Suggestion,
    is_own_wording,
)
from restore.edits import apply_edits
from restore.overlaps import resolve_overlaps
from restore.rerank import rerank
from restore.resources import Resources
from restore.scorers.evidence import Evidence
from restore.segmentation import segment
from restore.spelling import one_spelling
from restore.suggestions import as_suggestions
from restore.surface import right_article

Progress = Callable[[int, int], None]
#: sentences that are read together: enough to judge how garbled an article is, few enough for any memory
_BLOCK = 150


def suggest_document(document: Document, resources: Resources, progress: Progress | None = None) -> list[Suggestion]:
    """What an editor should look at, in the order of the text; spans never overlap.

    `progress(done, all)` is called with numbers of sentences.
    """
    suggestions: list[Suggestion] = []
    for stretch in suggest_by_stretch(document, resources):
        suggestions += stretch.suggestions
        if progress:
            progress(stretch.sentences, stretch.of)
    return suggestions


class Stretch(NamedTuple):
    """The suggestions for some sentences of a document, which begin at `start` and end before `end`."""

    start: int
    end: int
    suggestions: list[Suggestion]
    sentences: int
    #: sentences of the whole document
    of: int


def suggest_by_stretch(document: Document, resources: Resources) -> Iterator[Stretch]:
    """The suggestions as they are found, for one stretch of the text after the other."""
    sentences = segment(document)
    context = Context(sentences, resources.glossary)
    for block in _blocks(sentences):
        shown = worth_showing(rank_sentences(block, context, resources), resources.show_threshold)
        suggestions = as_suggestions(document, calibrate(shown, resources.weights.calibration), resources)
        yield Stretch(block[0].start, block[-1].end, list(suggestions), len(block), len(sentences))


def rank_sentences(sentences: Sequence[Sentence], context: Context, resources: Resources) -> list[RankedSlot]:
    """Every slot of some sentences with its ranked options."""
    slots = find_slots(sentences, context, resources)
    return one_spelling(rerank(slots, context, resources), sentences)


def worth_showing(ranked: Sequence[RankedSlot], least: float) -> list[RankedSlot]:
    """The slots that read best together, and are garbled with a probability of `least` or more."""
    return [r for r in resolve_overlaps(ranked) if r.garbled >= least]


def find_slots(sentences: Sequence[Sentence], context: Context, resources: Resources) -> list[Slot]:
    """The spans worth ranking: few in honest prose, all that any source knows in a text that looks spun."""
    slots = generate(sentences, context, resources, SOURCES)
    evidence = Evidence(slots, context, resources)
    if not evidence.spun:
        return evidence.suspicious()
    if resources.restorer is not None:  # all at once; sources and scorers then find it read
        resources.restorer.read([[t.norm for t in s.tokens] for s in sentences])
    return generate(sentences, context, resources, {**SOURCES, **LAST_RESORTS, **RESTORER_SOURCES}, COMBINERS)


def decide_by_confidence(suggestions: Sequence[Suggestion]) -> list[Decision]:
    """The batch run's decisions: accept what is marked `auto`, leave the rest to a person."""
    return [Decision(s, "accept", s.after) if s.auto else Decision(s, "undecided") for s in suggestions]


def apply_decisions(document: Document, decisions: Sequence[Decision]) -> Restoration:
    """The restored document. Raises EditError if the document is not the one that was decided about."""
    edits = [
        Edit(d.suggestion.start, d.suggestion.end, d.suggestion.before, d.text)
        for d in decisions
        if d.verdict in ("accept", "edit")
    ]
    typed = {d.suggestion.start for d in decisions if is_own_wording(d)}
    edits = _agreeing(sorted(edits), document.text, typed)
    return Restoration(
        document,
        suggestions=tuple(d.suggestion for d in decisions),
        decisions=tuple(decisions),
        edits=tuple(edits),
        text=apply_edits(document.text, edits),
    )


def _agreeing(edits: Sequence[Edit], text: str, typed: Container[int]) -> list[Edit]:
    """Edits in order, such that an article at the end of one fits what another puts directly behind it. What a person
    has typed, at these offsets, stays as it is; and a capital A that begins no sentence is no article ("plan A")."""
    agreed: list[Edit] = []
    for edit in edits:
        if agreed and agreed[-1].start not in typed and _on_one_line(text[agreed[-1].end : edit.start]):
            before, blank, article = agreed[-1].after.rpartition(" ")
            right = right_article(article, edit.after)
            if right is not None and (article.islower() or not before):
                agreed[-1] = replace(agreed[-1], after=before + blank + right)
        agreed.append(edit)
    return [e for e in agreed if e.before != e.after]


def _on_one_line(gap: str) -> bool:
    return gap.isspace() and "\n" not in gap


def restore_with(document: Document, resources: Resources, progress: Progress | None = None) -> Restoration:
    """Suggest, decide by confidence, apply."""
    suggestions = suggest_document(document, resources, progress)
    return apply_decisions(document, decide_by_confidence(suggestions))


def _blocks(sentences: Sequence[Sentence]) -> Iterator[Sequence[Sentence]]:
    for i in range(0, len(sentences), _BLOCK):
        yield sentences[i : i + _BLOCK]
