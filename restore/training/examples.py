"""What weights are learned from: passages with their slots, the features of these, and what is right.

Spun passages with gold, where several options may be right; clean text, where leaving alone is right; and the examples
and counterexamples of glossary entries.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

from restore.candidates import SOURCES, generate
from restore.context import Context
from restore.datamodels import Document, Edit, RankedSlot, Slot
from restore.edits import apply_edits
from restore.entries import Entry
from restore.evaluation import GoldDocument, GoldSpan, normal_form, readings_of
from restore.lexicon import FUNCTION_WORDS
from restore.pipeline import find_slots
from restore.reference import Phrases
from restore.rerank import Rows, features, with_model
from restore.resources import Resources
from restore.scorers import SCORERS
from restore.segmentation import segment
from restore.training.corpora import documents

#: a garbled slot none of whose options is right still teaches what garbled text looks like, but less
_UNKNOWN_WEIGHT = 0.4
_CLEAN_DOCUMENTS, _CLEAN_LENGTH = 60, 1500
#: an imagined reference has one in so many of a passage's sentences, and so many other passages
_OWN, _OTHERS = 5, 2


@dataclass(frozen=True)
class Example:
    """A passage with its slots and their features, and what these are computed from."""

    gold: GoldDocument
    context: Context
    #: with an imagined reference for every other passage
    resources: Resources
    slots: list[Slot]
    rows: Rows
    #: what each slot counts
    importance: float = 1.0

    @cached_property
    def right(self) -> list[list[bool]]:
        """For every slot which of its options are right."""
        return [
            [bool(touched) and is_right(slot, o.text, touched, self.gold.document.text) for o in slot.options]
            for slot, touched in zip(self.slots, self.touched, strict=True)
        ]

    @cached_property
    def touched(self) -> list[list[GoldSpan]]:
        """For every slot the gold spans that it overlaps."""
        return [self.touching(slot) for slot in self.slots]

    def touching(self, slot: Slot) -> list[GoldSpan]:
        """The gold spans that a slot overlaps."""
        return _touched(slot, self.gold)

    def restores(self, r: RankedSlot) -> bool:
        """Whether the first option of a slot is right."""
        touched = self.touching(r.slot)
        return bool(touched) and is_right(r.slot, r.slot.options[0].text, touched, self.gold.document.text)

    def taught(self) -> Iterator[tuple[list[bool], float]]:
        """For every slot what the model is to learn, and how much it counts."""
        for right, touched in zip(self.right, self.touched, strict=True):
            if touched and not any(right):
                # whatever stood there, it was not this: all options share what is not left to the text as it is
                yield [True] * len(right), self.importance * _UNKNOWN_WEIGHT
            else:
                yield right, self.importance


def clean_passages(corpora: Sequence[Path]) -> Iterator[GoldDocument]:
    """The beginnings of some held-out documents of each corpus, with nothing to restore."""
    for path in corpora:
        many = (t for t in documents([path], "held-out") if len(t) > 200)
        for i, text in enumerate(islice(many, _CLEAN_DOCUMENTS // max(1, len(corpora)) + 1)):
            yield GoldDocument(Document(text[:_CLEAN_LENGTH], f"{path.name}-{i}"), ())


def entry_examples(entries: Sequence[Entry], resources: Resources) -> Iterator[GoldDocument]:
    """The examples of glossary entries, with the places where the entries speak as gold; counterexamples as clean."""
    for e in entries:
        if e.counterexample:
            yield GoldDocument(Document(e.counterexample, f"{e.place}-"), ())
        if e.example:
            document = Document(e.example, f"{e.place}+")
            sentences = segment(document)
            context = Context(sentences, resources.glossary)
            slots = generate(sentences, context, resources, SOURCES)
            spans = [
                GoldSpan(slot.start, slot.end, texts)
                for slot in slots
                if (texts := tuple(o.text for o in slot.options if "glossary" in o.evidence))
            ]
            if spans:  # else the entry asks for more signs of spinning than one sentence holds
                yield GoldDocument(document, tuple(spans))


def example_of(g: GoldDocument, resources: Resources, reference: Phrases, importance: float = 1.0) -> Example:
    """A passage with the features of its slots. Of an example of an entry only the gold spans teach anything."""
    sentences = segment(g.document)
    context = Context(sentences, resources.glossary)
    resources = replace(resources, reference=reference)
    slots = find_slots(sentences, context, resources)
    if importance < 1 and g.spans:
        slots = [s for s in slots if _touched(s, g)]
    rows = features(slots, context, resources, SCORERS)
    if resources.restorer is not None:
        rows = with_model(slots, rows, context, resources)
    return Example(g, context, resources, slots, rows, importance)


def imagined_references(passages: Sequence[GoldDocument]) -> dict[str, Phrases]:
    """A reference for every other spun passage: some sentences of what its author wrote, and two other passages whole.

    An article on the same events has some of the words, and many that have nothing to do with them.
    """
    spun = [g for g in passages if g.spans]
    written = [segment(Document(_as_written(g))) for g in spun]
    found = {}
    for i, g in enumerate(spun):
        if zlib.crc32(g.document.id.encode()) % 2 == 0:
            others = [written[(i + k) % len(spun)] for k in range(1, 1 + _OTHERS)]
            sentences = chain(written[i][::_OWN], *others)
            found[g.document.id] = Phrases([t.norm for t in s.tokens] for s in sentences)
    return found


def _as_written(g: GoldDocument) -> str:
    edits = [Edit(s.start, s.end, g.document.text[s.start : s.end], s.gold[0]) for s in g.spans]
    return apply_edits(g.document.text, edits)


def _touched(slot: Slot, g: GoldDocument) -> list[GoldSpan]:
    return [s for s in g.spans if s.start < slot.end and slot.start < s.end]


def is_right(slot: Slot, text: str, touched: Sequence[GoldSpan], document: str) -> bool:
    """Whether putting this text in restores all gold spans inside the slot, or one part of a span around it."""
    lo = min(slot.start, *(s.start for s in touched))
    hi = max(slot.end, *(s.end for s in touched))
    changed = normal_form(document[lo : slot.start] + text + document[slot.end : hi])
    if changed in readings_of(document, lo, hi, touched):
        return True
    return any(_restores_part(slot, text, s, document) for s in touched)


def _restores_part(slot: Slot, text: str, span: GoldSpan, document: str) -> bool:
    """Whether the text stands in one of the span's originals where the slot stands in the span, counted in words from
    either end. Words of grammar say nothing by themselves: "in" is not the "more" of "in excess of" -> "more than"."""
    if not (span.start <= slot.start and slot.end <= span.end):
        return False
    old, new = _plain_words(document[slot.start : slot.end]), _plain_words(text)
    if FUNCTION_WORDS.issuperset(old) or FUNCTION_WORDS.issuperset(new):
        return False
    before, after = (
        len(_plain_words(document[span.start : slot.start])),
        len(_plain_words(document[slot.end : span.end])),
    )
    originals = [_plain_words(original) for original in span.gold]
    return any(new in (o[before : before + len(new)], o[len(o) - after - len(new) : len(o) - after]) for o in originals)


def _plain_words(text: str) -> list[str]:
    return normal_form(text).split()
