"""What sentence embeddings say: of option and span, and of the passage with the option and its surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from restore.candidates.context import Context
from restore.datamodels import Sentence, Slot
from restore.resources import Resources

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: words on either side of a span that are read with it: enough for its sense, cheap to encode
_WINDOW = 9
#: differences of coherence are small; this brings them to the scale of the other features
_SCALE = 10.0


def to_span(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """Cosine of option and span, each by itself."""
    spans = [" ".join(t.text for t in s.sentence.tokens[s.first : s.last]) for s in slots]
    vectors = _encoded([[span, *(o.text for o in slot.options)] for span, slot in zip(spans, slots, strict=True)], resources)
    return [[float(v) for v in rows[1:] @ rows[0]] for rows in vectors]


def coherence(slots: Sequence[Slot], context: Context, resources: Resources) -> list[list[float]]:
    """How much closer the passage comes to the sentences around it (or the rest of its own, if there are none)
    when the option stands in the span's place: a difference of cosines, times ten."""
    texts = []
    for slot in slots:
        texts.append([_around(slot, context), _passage(slot, None), *(_passage(slot, o.text) for o in slot.options)])
    rows = []
    for vectors in _encoded(texts, resources):
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


def _passage(slot: Slot, replacement: str | None) -> str:
    """The words around the span, with it or with a replacement."""
    tokens = slot.sentence.tokens
    left = tokens[max(0, slot.first - _WINDOW) : slot.first]
    right = tokens[slot.last : slot.last + _WINDOW]
    middle = [replacement] if replacement is not None else [t.text for t in tokens[slot.first : slot.last]]
    return " ".join([*(t.text for t in left), *middle, *(t.text for t in right)])


def _around(slot: Slot, context: Context) -> str:
    before, after = context.at(slot.sentence).neighbours
    near: list[Sentence] = [*before, *after]
    tokens = [t.text for s in near for t in s.tokens]
    if not tokens:
        inside = slot.sentence.tokens
        tokens = [t.text for t in (*inside[: slot.first], *inside[slot.last :])]
    return " ".join(tokens) or "."
