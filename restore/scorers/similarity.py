"""What sentence embeddings say: of option and span, and of the passage with the option and its surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from restore.context import Context
from restore.datamodels import Slot
from restore.resources import Resources
from restore.scorers.evidence import Evidence, Scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: words on either side of a span that are read with it: enough for its sense, cheap to encode
_WINDOW = 7
#: differences of coherence are small; this brings them to the scale of the other features
_SCALE = 10.0


def to_span(evidence: Evidence) -> Scores:
    """Cosine of option and span, each by itself."""
    texts = [[_words(slot, slot.first, slot.last), *(o.text for o in slot.options)] for slot in evidence.slots]
    return [[float(v) for v in rows[1:] @ rows[0]] for rows in _encoded(texts, evidence.resources)]


def coherence(evidence: Evidence) -> Scores:
    """How much closer the passage comes to the sentences around it (or the rest of its own, if there are none)
    when the option stands in the span's place: a difference of cosines, times ten."""
    texts = []
    for slot in evidence.slots:
        now = _words(slot, slot.first, slot.last)
        passages = [_passage(slot, text) for text in (now, *(o.text for o in slot.options))]
        texts.append([_around(slot, evidence.context), *passages])
    rows = []
    for vectors in _encoded(texts, evidence.resources):
        cosines = vectors[1:] @ vectors[0]
        rows.append([float(c - cosines[0]) * _SCALE for c in cosines[1:]])
    return rows


def _encoded(groups: Sequence[Sequence[str]], resources: Resources) -> list[NDArray[np.float32]]:
    """The vectors of groups of texts, encoded together; shape (len(group), dimension) each."""
    encoder = resources.encoder
    if encoder is None:
        raise ValueError("embedding scorers need an encoder")
    vectors = encoder.encode([text for group in groups for text in group])
    found, position = [], 0
    for group in groups:
        found.append(vectors[position : position + len(group)])
        position += len(group)
    return found


def _passage(slot: Slot, middle: str) -> str:
    """The words around the span with this text in the middle."""
    left = _words(slot, max(0, slot.first - _WINDOW), slot.first)
    return f"{left} {middle} {_words(slot, slot.last, slot.last + _WINDOW)}".strip()


def _words(slot: Slot, first: int, last: int) -> str:
    return " ".join(t.text for t in slot.sentence.tokens[first:last])


def _around(slot: Slot, context: Context) -> str:
    before, after = context.at(slot.sentence).neighbours
    near = " ".join(t.text for s in (*before, *after) for t in s.tokens)
    rest = len(slot.sentence.tokens)
    return near or f"{_words(slot, 0, slot.first)} {_words(slot, slot.last, rest)}".strip() or "."
