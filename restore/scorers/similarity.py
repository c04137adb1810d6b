"""What sentence embeddings say of option and span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from restore.datamodels import Slot
from restore.resources import Resources
from restore.scorers.evidence import Evidence, Scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def to_span(evidence: Evidence) -> Scores:
    """Cosine of option and span, each by itself."""
    texts = [[_words(slot, slot.first, slot.last), *(o.text for o in slot.options)] for slot in evidence.slots]
    return [[float(v) for v in rows[1:] @ rows[0]] for rows in _encoded(texts, evidence.resources)]


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


def _words(slot: Slot, first: int, last: int) -> str:
    return " ".join(t.text for t in slot.sentence.tokens[first:last])
