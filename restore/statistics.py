"""Counting what glossaries and the lexicon hold: figures, each with its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from restore.entries import Entry
from restore.lexicon import FUNCTION_WORDS, Pair, base_form

Figure = tuple[str, int | str]
#: how many of the most frequent words the lexicon is held against
_FREQUENT = 4_000
#: forms among which these are sought; they are those of some 13,000 words
_FORMS = 20_000


def glossary_figures(entries: Sequence[Entry]) -> list[Figure]:
    """What the entries of a glossary amount to."""
    phrases = [p for e in entries for p in e.spun]
    restoring = [e for e in entries if not e.keeps]
    originals = sum(len(e.original) for e in restoring)
    return [
        ("entries", len(entries)),
        ("of them exceptions (keep)", len(entries) - len(restoring)),
        ("with cues", sum(e.has_cues for e in entries)),
        ("with example", sum(bool(e.example) for e in entries)),
        ("with counterexample", sum(bool(e.counterexample) for e in entries)),
        ("phrases", len(phrases)),
        ("of several words", sum(" " in p for p in phrases)),
        ("originals per entry", f"{originals / max(len(restoring), 1):.2f}"),
        *((f"subject {name or '(none)'}", n) for name, n in _counted(e.subject for e in entries)),
    ]


def lexicon_figures(pairs: Sequence[Pair]) -> list[Figure]:
    """What the pairs of a lexicon amount to."""
    return [
        ("pairs", len(pairs)),
        ("spun forms", len({p.spun for p in pairs})),
        (f"of the {_FREQUENT:,} most frequent English content words are originals", covered(pairs)),
        *((f"source {name}", n) for name, n in _counted(p.source for p in pairs)),
        *((f"part of speech {name or '(none)'}", n) for name, n in _counted(p.pos for p in pairs)),
        *((f"subject {name}", n) for name, n in _counted(p.subject for p in pairs) if name),
    ]


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(names).most_common()


def covered(pairs: Iterable[Pair]) -> int:
    """How many of the most frequent content words are originals of at least one pair."""
    originals = {p.original.lower() for p in pairs}
    return sum(word in originals for word in frequent_words())


def frequent_words() -> tuple[str, ...]:
    """The most frequent English content words in base form, the most frequent first."""
    return tuple(islice(dict.fromkeys(_content_words()), _FREQUENT))


def _content_words() -> Iterator[str]:
    from wordfreq import top_n_list

    for form in top_n_list("en", _FORMS):
        if len(form) < 3 or not (form.isalpha() and form.islower()) or form in FUNCTION_WORDS:
            continue
        word = base_form(form)
        if word not in FUNCTION_WORDS:  # "having"
            yield word
