"""Candidates from the glossary: few and nearly sure."""

from __future__ import annotations

from collections.abc import Iterator

from restore.context import Context, fitted
from restore.datamodels import Candidate, Sentence
from restore.resources import Resources

#: for the originals of one entry, the first being the likeliest
_SHARES = (0.97, 0.6, 0.4, 0.3)


def propose(sentence: Sentence, context: Context, resources: Resources) -> Iterator[Candidate]:
    """One candidate for each original of each entry that speaks."""
    for hit in resources.glossary.hits(sentence.tokens, context.surroundings):
        why = f"glossary: '{hit.entry.spun[0]}' stands for '{hit.entry.original[0]}'"
        if hit.entry.note:
            why += f" ({hit.entry.note})"
        for original, share in zip(hit.originals, _SHARES, strict=False):
            # the glossary has inflected its originals already; only the case is left to fit
            text = fitted(sentence, hit.first, hit.last, original, None)
            yield Candidate(hit.first, hit.last, text, "glossary", share, why)
