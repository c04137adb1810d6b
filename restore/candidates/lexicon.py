"""Candidates from the substitution lexicon: what spinners are known to put for what."""

from __future__ import annotations

from collections.abc import Iterator

from restore.context import Context, fitted, reading_at, touchable
from restore.datamodels import Candidate, Sentence
from restore.lexicon import Pair
from restore.matching import Match
from restore.resources import Resources
from restore.surface import POS, Reading, readings, words_of


def propose(sentence: Sentence, context: Context, resources: Resources) -> Iterator[Candidate]:
    """One candidate for each pair whose spun form stands in the sentence, in the form that fits there."""
    for m in resources.lexicon.matches(sentence.tokens):
        if not touchable(sentence, m.first, m.last):
            continue
        for pair in m.value:
            fits, reading = _agreement(sentence, m, pair)
            if fits:
                text = fitted(sentence, m.first, m.last, pair.original, reading)
                yield Candidate(m.first, m.last, text, pair.source, pair.probability, _why(pair), pair.forward)


def _why(pair: Pair) -> str:
    if pair.source == "written":
        usual = "usual word" if pair.forward > -1.1 else "word"
        return f"a spinner's {usual} for '{pair.original}'"
    return f"stands for '{pair.original}' in known spun phrases"


def _agreement(sentence: Sentence, m: Match[tuple[Pair, ...]], pair: Pair) -> tuple[bool, Reading | None]:
    """Whether the text can be the pair's part of speech (for a learned pair: any that its original can be),
    and as which form of it. A pair of another kind ("other") fits anywhere."""
    pos = POS.get(pair.pos, "")
    if m.last - m.first == 1:
        allowed = {pos} if pos else None if pair.pos else {r.pos for r in readings(pair.original)}
        reading = reading_at(sentence, m.first, pair.spun if m.inflected >= 0 else "", allowed)
        return reading is not None or allowed is None, reading
    if m.inflected < 0:
        return True, None
    base = words_of(pair.spun)[m.inflected - m.first]
    reading = reading_at(sentence, m.inflected, base, {pos})  # a phrase of another kind only as it is spelled
    return reading is not None, reading
