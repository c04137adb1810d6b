"""Of slots that overlap, choose those that read best together; nothing that is left overlaps.

A phrase may be restored as a whole or word by word. Which, is decided for a sentence at a time (semi-Markov decoding:
Sarawagi and Cohen, "Semi-Markov Conditional Random Fields", NIPS 2004); what the words would have become one by one
is then offered beside the phrase's own options.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from restore.datamodels import Candidate, Option, RankedSlot, Token
from restore.lattice import Arc, best_paths
from restore.surface import words_of

#: options of a part that take part in combinations, and combinations that are offered
_OPTIONS, _COMBINATIONS = 5, 8
#: a word that a person has written a glossary entry for counts as so many: entries go before everything else
_GLOSSARY = 100.0
_LEAST = 1e-9


def resolve_overlaps(ranked: Sequence[RankedSlot]) -> list[RankedSlot]:
    """The slots that together cover most garbled words, in order; phrases have combinations of their parts as last
    options.

    Glossary entries go before everything else.
    """
    in_order = sorted(ranked, key=lambda r: r.slot.sentence.start)
    kept: list[RankedSlot] = []
    for _, group in groupby(in_order, lambda r: r.slot.sentence.start):
        slots = list(group)
        kept += [_with_combinations(r, slots) if len(r.slot.words) > 1 else r for r in _best_together(slots)]
    return kept


def _best_together(slots: Sequence[RankedSlot]) -> list[RankedSlot]:
    """The slots of one sentence that do not overlap and have the greatest sum of merits."""
    ends: dict[int, list[RankedSlot]] = defaultdict(list)
    for r in slots:
        ends[r.slot.last].append(r)
    sums, chosen = [0.0], [_Choice(0, None)]  # of the first so many tokens
    for last in range(1, max(ends, default=0) + 1):
        best, choice = sums[-1], _Choice(last - 1, None)
        for r in ends[last]:
            if (value := sums[r.slot.first] + _merit(r)) > best:
                best, choice = value, _Choice(r.slot.first, r)
        sums.append(best)
        chosen.append(choice)
    return list(_traced(chosen))[::-1]


class _Choice(NamedTuple):
    """How some tokens are best read: so many as before, then a slot or a word as it stands."""

    before: int
    slot: RankedSlot | None


def _traced(chosen: Sequence[_Choice]) -> Iterator[RankedSlot]:
    """The slots of the best choice for all tokens, the last first."""
    place = len(chosen) - 1
    while place > 0:
        if slot := chosen[place].slot:
            yield slot
        place = chosen[place].before


def _merit(r: RankedSlot) -> float:
    """How many garbled words are expected to be covered."""
    return len(r.slot.words) * (r.garbled + _GLOSSARY * r.in_glossary)


def _with_combinations(r: RankedSlot, slots: Iterable[RankedSlot]) -> RankedSlot:
    """A phrase with what it reads if its parts are restored one by one as further options."""
    known = {o.text for o in r.slot.options}
    found = [(p, text) for p, text in _combinations(r, slots) if text not in known]
    # they share what is left to the text as it is, and stay behind the phrase's own options
    left, total, least = 1.0 - r.garbled, sum(p for p, _ in found), min(r.probabilities)
    return replace(
        r,
        slot=replace(r.slot, options=(*r.slot.options, *(_option(r, text, p) for p, text in found))),
        features=(*r.features, *({} for _ in found)),
        probabilities=(*r.probabilities, *(min(left * p / total, least) for p, _ in found)),
    )


def _option(r: RankedSlot, text: str, p: float) -> Option:
    return Option(text, {"parts": Candidate(r.slot.first, r.slot.last, text, "parts", p, "restored word by word")})


def _combinations(r: RankedSlot, slots: Iterable[RankedSlot]) -> Iterator[tuple[float, str]]:
    """Readings of a phrase in which at least one part is restored, with their probability, the likeliest first."""
    slot = r.slot
    tokens = slot.sentence.tokens[slot.first : slot.last]
    inside = [s for s in slots if slot.first <= s.slot.first and s.slot.last <= slot.last and s is not r]
    stands = {s.slot.first: 1.0 - s.garbled for s in inside if len(s.slot.words) == 1}
    arcs = [
        Arc(i, i + 1, (t.norm,), math.log(max(stands.get(slot.first + i, 1.0), _LEAST))) for i, t in enumerate(tokens)
    ]
    for s in inside:
        first, last = s.slot.first - slot.first, s.slot.last - slot.first
        few = list(zip(s.slot.options, s.probabilities, strict=True))[:_OPTIONS]
        arcs += [
            Arc(first, last, words, math.log(max(p, _LEAST)), o) for o, p in few if (words := words_of(o.text.lower()))
        ]
    for path in best_paths(arcs, len(tokens), lambda left, word: 0.0, 0.0, _COMBINATIONS + 1):
        if any(arc.option for arc in path.arcs):
            yield math.exp(path.score), _joined(path.arcs, tokens)


def _joined(arcs: Iterable[Arc], tokens: Sequence[Token]) -> str:
    """The text of a reading, with white space where the tokens have it."""
    text = ""
    for arc in arcs:
        first = tokens[arc.first]
        gap = " " if arc.first and first.start > tokens[arc.first - 1].end else ""
        text += gap + (arc.option.text if arc.option else first.text)
    return text
