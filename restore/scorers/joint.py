"""How an option stands among all readings of its sentence, in which the neighbours may be restored too."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from restore.combination import arcs_of
from restore.datamodels import Slot
from restore.lattice import Arc, shares
from restore.scorers.evidence import Evidence, Scores

#: ln of how likely a word is to stand as written, and that it is not, before any look at anything
_KEPT, _CHANGED = math.log(0.7), math.log(0.3)
#: likeliest options of a slot that take part, and the language model's say
_OPTIONS, _TRUST = 10, 0.7
_BOUND = 8.0


def share(evidence: Evidence) -> Scores:
    """ln P(reading with the option) - ln P(reading with the span as written), within +-8; -8 for options that the
    sources themselves think little of."""
    by_sentence: dict[int, list[Slot]] = defaultdict(list)
    for slot in evidence.slots:
        by_sentence[slot.sentence.start].append(slot)
    found: dict[tuple[int, int, int, str], float] = {}
    for start, slots in by_sentence.items():
        for slot, text, value in _compared(slots, evidence):
            found[start, slot.first, slot.last, text] = value
    return evidence.by_option(lambda slot, o: found.get((slot.sentence.start, slot.first, slot.last, o.text), -_BOUND))


def _compared(slots: Sequence[Slot], evidence: Evidence) -> list[tuple[Slot, str, float]]:
    sentence = slots[0].sentence
    arcs = [
        arc._replace(score=arc.score + (_CHANGED if arc.option else 0.0))
        for arc in arcs_of(sentence, slots, _KEPT, _OPTIONS)
    ]
    values = shares(arcs, len(sentence.tokens), evidence.resources.terms.follows, _TRUST)
    kept = [v for arc, v in zip(arcs, values, strict=True) if not arc.option]
    by_span = {(s.first, s.last): s for s in slots}
    return [
        (by_span[arc.first, arc.last], arc.option.text, _against(arc, value, kept))
        for arc, value in zip(arcs, values, strict=True)
        if arc.option
    ]


def _against(arc: Arc, value: float, kept: Sequence[float]) -> float:
    """The span stands as written only if all its words do: at most as likely as the least likely of them."""
    return min(max(value - min(kept[arc.first : arc.last]), -_BOUND), _BOUND)
