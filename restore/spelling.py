"""One article gets one spelling: of variants like "adviser" and "advisor", the one that the article uses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from restore.datamodels import Option, RankedSlot, Sentence
from restore.surface import match_case

#: what variants of one word have in common: (pattern, what stands for it)
_SAME = tuple(
    (re.compile(pattern), common)
    for pattern, common in (
        (r"[-\s]", ""),  # health care, health-care, healthcare
        (r"(?<=[a-z]{2})our(?=s?\b|ed|ing|ab|it|ful|h)", "or"),  # colour, neighbourhood
        (r"viser(?=s?\b)", "visor"),  # adviser
        (r"(?<=[a-z]{3})ys(?=e|ing|er|ed)", "yz"),  # analyse
        (r"(?<=[a-z]{3})is(?=e[ds]?\b|ing\b|ation|er)", "iz"),  # organise, organisation
        (r"(?<=[a-z]{2})re(?=s?\b)", "er"),  # centre
        (r"ogue(?=s?\b)", "og"),  # dialogue
        (r"ence(?=s?\b)", "ense"),  # defence
        (r"ll(?=ed|ing|er)", "l"),  # travelled
        (r"\bgrey", "gray"),
        (r"programme(?=s?\b)", "program"),
        (r"wards\b", "ward"),  # towards
    )
)


@lru_cache(maxsize=65_536)
def common_form(text: str) -> str:
    """What all spelling variants of a text have in common; no word to print."""
    form = text.lower()
    for pattern, common in _SAME:
        form = pattern.sub(common, form)
    return form


def one_spelling(ranked: Sequence[RankedSlot], sentences: Sequence[Sentence]) -> list[RankedSlot]:
    """The slots with all options in the article's own spelling, or else in the one that comes first most often."""
    house = _house_spellings(ranked, sentences)
    return [_respelled(r, house) for r in ranked]


def _house_spellings(ranked: Sequence[RankedSlot], sentences: Sequence[Sentence]) -> Mapping[str, str]:
    """Common form -> the spelling to use, for the options that have variants."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for r in ranked:
        spellings[common_form(r.slot.options[0].text)][r.slot.options[0].text.lower()] += 1
        for option in r.slot.options[1:]:
            spellings[common_form(option.text)][option.text.lower()] += 0
    varied = {form: counts for form, counts in spellings.items() if len(counts) > 1}
    if varied:
        wanted = {text for counts in varied.values() for text in counts}
        for text in _standing(wanted, sentences):
            varied[common_form(text)][text] += len(ranked) + 1  # the author's own word outweighs any vote
    return {form: counts.most_common(1)[0][0] for form, counts in varied.items()}


def _standing(wanted: set[str], sentences: Sequence[Sentence]) -> list[str]:
    """Those of the wanted texts that stand in the article as they are, once for each time."""
    found = []
    for sentence in sentences:
        line = f" {' '.join(t.norm for t in sentence.tokens)} "
        found += [text for text in wanted if f" {text} " in line]
    return found


def _respelled(r: RankedSlot, house: Mapping[str, str]) -> RankedSlot:
    options: list[Option] = []
    for option in r.slot.options:
        spelling = house.get(common_form(option.text), option.text.lower())
        text = option.text if spelling == option.text.lower() else match_case(option.text, spelling)
        options.append(replace(option, text=text))
    return replace(r, slot=replace(r.slot, options=tuple(options)))
