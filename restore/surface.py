"""The outer form of words: inflection, case, and a/an.

Dictionaries hold base forms; articles hold "rambles" and "Rambles". This module goes from one to the other,
with LemmInflect's tables (Penn Treebank tags) behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from restore.datamodels import Token
from restore.forms import kept_forms
from restore.segmentation import tokenize


class Reading(NamedTuple):
    """One way to read an inflected word."""

    lemma: str
    #: Universal Dependencies part of speech: NOUN VERB ADJ ADV AUX
    pos: str
    #: Penn Treebank tag: NN NNS VB VBZ VBD VBG VBN JJ JJR JJS RB RBR RBS
    tag: str


#: Glossary and lexicon names of the parts of speech, in LemmInflect's terms.
POS = {"noun": "NOUN", "verb": "VERB", "adjective": "ADJ", "adverb": "ADV"}
POS_NAMES = {upos: name for name, upos in POS.items()}
_BASE_TAG = {"NOUN": "NN", "VERB": "VB", "ADJ": "JJ", "ADV": "RB"}
_INFLECTED = {
    "NOUN": ("NNS",),
    "VERB": ("VBZ", "VBD", "VBN", "VBG"),
    "ADJ": ("JJR", "JJS"),
    "ADV": ("RBR", "RBS"),
}
_DETERMINERS = frozenset(
    "the a an this that these those his her its their our my your some any no every each several many few".split()
)
_SUBJECTS = frozenset("i you he she it we they who which".split())
_BEFORE_BASE_VERB = frozenset("to will would can could may might must shall should not n't don't didn't".split())
_BEFORE_PARTICIPLE = frozenset("have has had having be been being is are was were am 's 've 'd get gets got".split())
_PREPOSITIONS = frozenset("of in on upon at by for with from into against between under over after before".split())


@lru_cache(maxsize=65_536)
def readings(word: str) -> tuple[Reading, ...]:
    """Every way to read a lower-case word as base form or inflection; empty for what is not a known word."""
    if (forms := kept_forms()) is not None:
        found = forms.readings.get(word)
        return tuple(Reading(*r.split("|")) for r in found.split(";")) if found else ()
    return _readings(word)


def _readings(word: str) -> tuple[Reading, ...]:
    from lemminflect import getAllLemmas

    found = []
    for pos, lemmas in getAllLemmas(word).items():
        if pos not in _BASE_TAG:
            continue
        for lemma in lemmas:
            found += [Reading(lemma, pos, tag) for tag in _tags(word, lemma, pos)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=65_536)
def lemmas(word: str) -> tuple[str, ...]:
    """The word itself and every base form it may have, without repeats."""
    return tuple(dict.fromkeys([word, *(r.lemma for r in readings(word))]))


@lru_cache(maxsize=65_536)
def inflected_word(lemma: str, tag: str) -> str:
    """A base form in the form that a Penn tag asks for; the lemma itself where the tag names a base form."""
    if (forms := kept_forms()) is not None and (found := forms.inflections.get(f"{lemma} {tag}")) is not None:
        return found
    return _inflected_word(lemma, tag)


def _inflected_word(lemma: str, tag: str) -> str:
    if tag in _BASE_TAG.values() or lemma in _UNINFLECTED or not lemma.isalpha():
        return lemma
    if lemma.isupper() and len(lemma) > 1 and tag in ("NNS", "VBZ"):  # "UAVs"
        return lemma + "s"
    from lemminflect import getInflection

    is_comparison = tag[0] in "JR"
    forms = getInflection(lemma, tag, inflect_oov=not is_comparison)
    if forms:
        return str(forms[0])
    if is_comparison:  # "consequential" has no "-er" form
        return ("more " if tag.endswith("R") else "most ") + lemma
    return lemma


_UNINFLECTED = frozenset("personnel staff police media intelligence information".split())


def inflect(phrase: str, pos: str, tag: str) -> str:
    """A base-form phrase with its head inflected: the last word before a preposition of a noun phrase
    ("member of parliament" -> "members of parliament"), the first word of a verb phrase. A head that is known, but not
    as this part of speech, stays as it is."""
    if tag in _BASE_TAG.values():
        return phrase
    words = phrase.split(" ")
    head = _head(words, pos)
    known = readings(words[head])
    forms = {r.tag for r in known if r.pos == pos}
    if pos == "NOUN" and (forms == {"NNS"} or words[0] == "per"):
        return phrase  # plural as it stands: "troops", "per cent"
    if (known and not forms) or words[head] in _PREPOSITIONS:
        return phrase  # no such word: "at a loss" for a verb
    words[head] = inflected_word(words[head], tag)
    return " ".join(words)


def _head(words: list[str], pos: str) -> int:
    if pos != "NOUN":
        return 0
    return next((i - 1 for i, w in enumerate(words) if i and w in _PREPOSITIONS), len(words) - 1)


@lru_cache(maxsize=65_536)
def _tags(word: str, lemma: str, pos: str) -> tuple[str, ...]:
    """Which forms of the lemma the word is."""
    if word == lemma:
        base: tuple[str, ...] = (_BASE_TAG[pos],)
        same = tuple(t for t in ("VBD", "VBN") if pos == "VERB" and inflected_word(lemma, t) == word)
        return base + same
    from lemminflect import getAllInflections

    forms = getAllInflections(lemma, upos=pos)
    if pos == "VERB":  # the table names a participle only where it differs from the past tense
        forms.setdefault("VBN", forms.get("VBD", ()))
    return tuple(t for t in _INFLECTED[pos] if word in forms.get(t, ())) or _guess_tag(word, pos)


def _guess_tag(word: str, pos: str) -> tuple[str, ...]:
    endings = {"NOUN": {"s": "NNS"}, "VERB": {"s": "VBZ", "ing": "VBG", "ed": "VBD"}}.get(pos, {})
    return tuple(tag for ending, tag in endings.items() if word.endswith(ending))


def best_reading(options: tuple[Reading, ...], left: str, right: str) -> Reading:
    """The likeliest of a word's readings between its two neighbours (lower-case words or marks).

    A few rules of English word order, enough to tell noun from verb and past tense from participle.
    """
    return max(options, key=lambda r: _fit(r, left, right))


def _fit(r: Reading, left: str, right: str) -> float:
    noun, verb = r.pos == "NOUN", r.pos == "VERB"
    score = {"NOUN": 0.3, "VERB": 0.2, "ADJ": 0.25, "ADV": 0.1}[r.pos]
    if left in _DETERMINERS:
        score += noun * 2 + (r.pos == "ADJ") * 1.6 + (r.tag in ("VBN", "VBG")) * 0.4
    elif left in _BEFORE_BASE_VERB:
        score += (r.tag == "VB") * 3
    elif left in _BEFORE_PARTICIPLE:
        score += (r.tag in ("VBN", "VBG")) * 2 + (r.pos == "ADJ") * 1.5
    elif left in _SUBJECTS:
        score += (r.tag in ("VBD", "VBZ", "VB")) * 2
    elif left in _PREPOSITIONS:
        score += noun * 1.5 + (r.tag == "VBG") + (r.pos == "ADJ") * 0.7
    if right in _DETERMINERS or right in {"him", "them", "her", "us", "me"}:
        score += verb * 1.2
    elif right in {"of", "'s"} or right in _BEFORE_PARTICIPLE or right in _BEFORE_BASE_VERB - {"to", "not"}:
        score += noun * 1.2
    elif right == "by":
        score += (r.tag == "VBN") * 1.5
    if r.tag in ("VBD", "VBN") and left not in _BEFORE_PARTICIPLE:
        score += 0.1 * (r.tag == "VBD")
    return score


def in_title_case(tokens: Sequence[Token]) -> bool:
    """Whether a phrase is written like a name: several long words, each with a capital."""
    long_words = [t.text for t in tokens if len(t.text) > 3]
    return len(long_words) > 1 and all(w[0].isupper() for w in long_words)


def match_case(before: str, after: str, heading: bool = False) -> str:
    """`after` in the capitals of `before`: all capitals, or a capital first letter."""
    letters = [c for c in before if c.isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters) and len(before) > 3:
        return after.upper()
    if not letters or not letters[0].isupper():
        return after
    if heading and " " in after:
        return " ".join(w[:1].upper() + w[1:] if len(w) > 3 else w for w in after.split(" "))
    return after[:1].upper() + after[1:]


_VOWEL_SOUND = re.compile(
    r"(?:hour|honest|honou?r|heir|[fhlmnrsx]-)|"
    r"(?!(?:uni(?!n|m|d)|unanim|us[eu]|ut[eio]|u-|uk[er]|ugand|eu|ew|one\b|once|ubiq|uri|uru|urani))[aeiou]",
    re.I,
)
_SPELLED_OUT = re.compile(r"[A-Z]{2,5}s?\b(?![a-z])")


def article_for(following: str) -> str:
    """ "a" or "an", whichever belongs before this text."""
    if _SPELLED_OUT.match(following) and following[:3] not in {"NAS", "NAT", "OPE", "UNE", "AID"}:
        return "an" if following[0] in "AEFHILMNORSX" else "a"
    return "an" if _VOWEL_SOUND.match(following) else "a"


def mend_article(article: Token, after: str) -> str | None:
    """The article as it must read before `after`, or None if it already does or is no indefinite article."""
    return right_article(article.text, after)


def right_article(article: str, after: str) -> str | None:
    """The article (a or an) as it must read before `after`, or None if it already does."""
    if article.lower() not in ("a", "an") or not after[:1].isalpha():
        return None
    right = article_for(after)
    if right == article.lower():
        return None
    return right.capitalize() if article[0].isupper() else right


@lru_cache(maxsize=262_144)
def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase as the normalised tokens that matching and language model compare."""
    return tuple(t.norm for t in tokenize(phrase))


def known_readings() -> dict[str, str]:
    """The readings of every word in LemmInflect's dictionary, as `restore.forms` keeps them."""
    from lemminflect import Lemmatizer

    known = Lemmatizer()
    words = {*known._getLemmaDict(), *known._getOverridesDict()}
    return {word: ";".join(map("|".join, _readings(word))) for word in words}


def known_inflections() -> dict[str, str]:
    """Every inflection of every base form in it, by "lemma tag"."""
    from lemminflect import Inflections

    found = {}
    for lemma, forms in Inflections()._getInflDict().items():
        for tags in _INFLECTED.values():
            if not forms.keys().isdisjoint(tags):  # not all are named: a participle only where it differs
                found.update({f"{lemma} {tag}": _inflected_word(lemma, tag) for tag in tags})
    return found
