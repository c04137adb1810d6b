"""Replacements in dictionary form, as glossary entries have them: ramble -> drone for "Rambles" -> "Drones"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from restore.lexicon import base_form
from restore.segmentation import tokenize
from restore.surface import POS, Reading, best_reading, in_title_case, inflect, readings, words_of


class BasePair(NamedTuple):
    """A pair in base form; `pos` is a glossary part of speech, "" if the forms leave it open."""

    phrase: str
    original: str
    pos: str


def base_pair(
    before: str, after: str, left: str = "", right: str = "", is_name: bool = False, names: Collection[str] = ()
) -> BasePair:
    """The dictionary form of a replacement: "The rambles" -> "the drones" gives ramble -> drone.

    a/an before both is dropped, capitals go unless both are names, and the head loses its ending if both phrases
    have the same one. `left` and `right`, lower-case words, help where several readings are possible; `names` are
    words that the text shows to be names.
    """
    before, after = _without_articles(" ".join(before.split()), " ".join(after.split()))
    if is_name or (in_title_case(tokenize(before)) and in_title_case(tokenize(after))):
        return BasePair(before, after, "")
    before, after = _in_lower_case(before, after, names)
    options: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading, base in _bases(before):
        for other, other_base in _bases(after):
            if (reading.pos, reading.tag) == (other.pos, other.tag):
                options[base, other_base].append(reading)
    if not options:
        return BasePair(before, after, "")
    wanted = best_reading(tuple(r for rs in options.values() for r in rs), left, right)
    pair = next(p for p, rs in options.items() if wanted in rs)
    parts = {r.pos for r in options[pair]}
    pos = next(name for name, ud in POS.items() if ud == wanted.pos) if len(parts) == 1 else ""
    return BasePair(*pair, pos)


def same_in_base_form(phrase: str, other: str) -> bool:
    """Whether both are one phrase, or one of them is the other's base form: no word stands for another.

    Two spellings of one form are two phrases: "refered" and "referred".
    """
    words, others = words_of(phrase), words_of(other)
    return words == others or _base_words(words) == others or words == _base_words(others)


def _base_words(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(base_form, words))


def _without_articles(before: str, after: str) -> tuple[str, str]:
    a, _, rest = before.partition(" ")
    b, _, other_rest = after.partition(" ")
    both = {a.lower(), b.lower()} <= {"a", "an"} and rest and other_rest
    return (rest, other_rest) if both else (before, after)


def _in_lower_case(before: str, after: str, names: Collection[str]) -> tuple[str, str]:
    """Both without the capitals that the place asked for: of a sentence's start, a heading, or a shout."""
    if before.isupper() and len(before) > 3:
        return before.lower(), after.lower()
    if in_title_case(tokenize(before)):
        return _all_lowered(before, names), _all_lowered(after, names)
    if before[:1].isupper():
        return _lowered(before, names), _lowered(after, names)
    return before, after


def _all_lowered(heading: str, names: Collection[str]) -> str:
    return " ".join(_lowered(word, names) for word in heading.split(" "))


def _lowered(text: str, names: Collection[str]) -> str:
    """The text with a small first letter, if it is a capital only because of its place."""
    first = next((t.text for t in tokenize(text)), "")
    is_name = first in names or first.removesuffix("'s").removesuffix("’s") in names
    is_plain = first[1:].islower() and first[:2] not in ("I'", "I’")
    if first == "A" or (is_plain and not is_name):  # "A" may be a name elsewhere ("plan A"), yet not at a beginning
        return text[0].lower() + text[1:]
    return text


def _bases(phrase: str) -> Iterator[tuple[Reading, str]]:
    """Every reading of a word of a phrase under which the phrase is its base form, inflected."""
    words = phrase.split(" ")
    for i, word in enumerate(words):
        for r in readings(word) or _plural(word):
            base = " ".join((*words[:i], r.lemma, *words[i + 1 :]))
            if inflect(base, r.pos, r.tag).lower() == phrase.lower():  # "UAV" comes back as "UAVS"
                yield r, base


def _plural(word: str) -> tuple[Reading, ...]:
    """The one form that words outside the dictionary are read as: "UAVs"."""
    return (Reading(word[:-1], "NOUN", "NNS"),) if len(word) > 3 and word.endswith("s") else ()
