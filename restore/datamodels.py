"""The records that flow through the pipeline. All are immutable.

Offsets are half-open and count Unicode code points of `Document.text`, which is the text as read:
never padded, never normalised. For every record with a span, `text[start:end] == before`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Protection = Literal["", "name", "number", "url", "code", "front matter"]


class Token(NamedTuple):
    """One word, number or punctuation mark."""

    start: int
    end: int
    text: str
    #: the text in lower case with straight apostrophes: what dictionaries are asked for
    norm: str
    #: why the token is left alone ("" if it is not)
    protection: Protection
    #: whether the token stands inside a quotation
    quoted: bool


class Sentence(NamedTuple):
    """A sentence or heading, as its tokens."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    #: a line in title case, where a capital says nothing about names
    heading: bool


@dataclass(frozen=True)
class Document:
    """One text to restore, with what is needed to write it back byte for byte."""

    text: str
    id: str = "-"
    encoding: str = "utf-8"
    bom: bytes = b""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text: tells a changed source from the one that was reviewed."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def encode(self) -> bytes:
        """The bytes that this document is on disk."""
        return self.bom + self.text.encode(self.encoding)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed original for tokens [first, last) of a sentence, by one source, before any look at the context."""

    first: int
    last: int
    text: str
    source: str
    #: the source's own probability that this is the original, given that the span was spun
    prior: float
    #: one line for the editor: why this source proposes it
    reason: str = ""
    #: ln P(spun | original), if the source knows it
    forward: float | None = None


@dataclass(frozen=True)
class Option:
    """One replacement text for a slot, with all that speaks for it."""

    text: str
    #: the candidates with this text, the best of each source
    evidence: Mapping[str, Candidate]


@dataclass(frozen=True)
class Slot:
    """Tokens [first, last) of a sentence, and what may have stood there."""

    sentence: Sentence
    first: int
    last: int
    options: tuple[Option, ...]

    @property
    def start(self) -> int:
        """Offset of the span in the document."""
        return self.sentence.tokens[self.first].start

    @property
    def end(self) -> int:
        """Offset behind the span."""
        return self.sentence.tokens[self.last - 1].end

    @property
    def in_glossary(self) -> bool:
        """Whether a glossary entry speaks for any of the options."""
        return any("glossary" in o.evidence for o in self.options)

    @property
    def quoted(self) -> bool:
        """Whether any of it stands in a quotation."""
        return any(t.quoted for t in self.sentence.tokens[self.first : self.last])

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The span as normalised tokens."""
        return tuple(t.norm for t in self.sentence.tokens[self.first : self.last])


@dataclass(frozen=True)
class RankedSlot:
    """A slot with its options in order, their features, and their share of the probability.

    What the probabilities leave to 1 is the probability that the span stands as written.
    """

    slot: Slot
    features: tuple[Mapping[str, float], ...]
    probabilities: tuple[float, ...]
    #: calibrated probability that the first option is right
    confidence: float = 0.0

    @property
    def in_glossary(self) -> bool:
        """Whether a glossary entry speaks for the first option."""
        return "glossary" in self.slot.options[0].evidence

    @property
    def garbled(self) -> float:
        """Probability that the span does not stand as the author wrote it, whatever it was."""
        return sum(self.probabilities)


class Alternative(NamedTuple):
    """One of the replacements offered for a span, best first."""

    text: str
    score: float
    source: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A span with its ranked replacements; `candidates[0]` is what would be applied."""

    doc: str
    id: str
    start: int
    end: int
    before: str
    #: calibrated probability that applying `candidates[0]` is right
    confidence: float
    #: whether a batch run applies it without asking
    auto: bool
    candidates: tuple[Alternative, ...]
    reasons: tuple[str, ...] = ()
    #: stands in a quotation: applied only if a person says so
    quoted: bool = False

    @property
    def after(self) -> str:
        """The text that would be put in."""
        return self.candidates[0].text

    @property
    def edit(self) -> Edit:
        """The edit that puts `after` in."""
        return Edit(self.start, self.end, self.before, self.after)

    def as_dict(self) -> dict[str, object]:
        """The exchange format: one JSON object a suggestion."""
        return {
            "doc": self.doc,
            "id": self.id,
            "start": self.start,
            "end": self.end,
            "before": self.before,
            "confidence": round(self.confidence, 4),
            "auto": self.auto,
            "candidates": [{"text": c.text, "score": round(c.score, 4), "source": c.source} for c in self.candidates],
            "reasons": list(self.reasons),
            "quoted": self.quoted,
        }


Verdict = Literal["accept", "reject", "edit", "undecided"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one suggestion; `text` is what goes in (accept and edit)."""

    suggestion: Suggestion
    verdict: Verdict
    text: str = ""


def is_own_wording(d: Decision) -> bool:
    """Whether a person has written something that was not offered."""
    return d.verdict == "edit" and all(c.text != d.text for c in d.suggestion.candidates)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace `before` at [start, end) by `after`."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True)
class Restoration:
    """A restored document and everything that led to it."""

    document: Document
    suggestions: tuple[Suggestion, ...]
    decisions: tuple[Decision, ...]
    edits: tuple[Edit, ...]
    text: str


def suggestion_id(document: Document, start: int, end: int, before: str) -> str:
    """A stable name for a span of a document's content, whatever was proposed for it."""
    key = f"{document.digest}:{start}:{end}:{before}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
