"""What the glossary alone knows of a document: there at once, while everything else is still being loaded."""

from __future__ import annotations

from restore.candidates import SOURCES, generate
from restore.context import Context
from restore.datamodels import Document, RankedSlot, Slot, Suggestion
from restore.overlaps import resolve_overlaps
from restore.resources import Resources
from restore.segmentation import segment
from restore.suggestions import as_suggestions


def glance(document: Document, resources: Resources) -> list[Suggestion]:
    """The glossary's suggestions. Their confidence is the glossary's own, as nothing has looked at the context."""
    sentences = segment(document)
    context = Context(sentences, resources.glossary)
    slots = generate(sentences, context, resources, {"glossary": SOURCES["glossary"]})
    return list(as_suggestions(document, resolve_overlaps(list(map(_as_proposed, slots))), resources))


def _as_proposed(slot: Slot) -> RankedSlot:
    priors = [o.evidence["glossary"].prior for o in slot.options]
    total = max(1.0, sum(priors))
    return RankedSlot(slot, tuple({} for _ in priors), tuple(p / total for p in priors), priors[0])
