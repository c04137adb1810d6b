"""The glossary: curated phrases whose original is (nearly) sure. Load, match.

Matching is by token and lemma; context cues decide whether an entry speaks at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from restore.compiled_entries import Index, StoredEntry, read_compiled
from restore.datamodels import Token
from restore.entries import Entry
from restore.errors import GlossaryError
from restore.matching import Match, PhraseTable, joined
from restore.segmentation import tokenize
from restore.surface import POS, Reading, best_reading, in_title_case, inflect, lemmas, readings

#: cue words for the edge of a sentence, for any punctuation mark, and for an article that shows other signs of
#: spinning (an entry without cues speaks somewhere in it)
SENTENCE_EDGE, PUNCTUATION, SPUN = "^", ".", "@spun"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What cues are asked about: the forms of all words near a match and in the whole article.

    Each is a text of normalised tokens and lemmas between spaces, so that phrases can be looked for.
    """

    near: str
    article: str
    spun: bool = False

    @staticmethod
    def index(tokens: Sequence[Token]) -> str:
        """The searchable text of some tokens: once as written, once in base forms."""
        words = [t.norm.removesuffix("'s") for t in tokens]
        forms = [lemmas(w) for w in words]
        base = " ".join(f[-1] for f in forms)
        others = " ".join(form for f in forms for form in f[1:-1])
        return f" {' '.join(words)} | {base} | {others} "


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that speaks: tokens [first, last) with the originals in the form that fits."""

    first: int
    last: int
    entry: Entry
    originals: tuple[str, ...]
    #: whether the phrase stands as the entry spells it, no word inflected
    exact: bool

    def forbids(self, first: int, last: int) -> bool:
        """Of an exception: whether tokens [first, last) touch its phrase. A span that holds all of it and more is
        another, longer phrase, which the exception says nothing about."""
        touches = first < self.last and self.first < last
        longer = first <= self.first and self.last <= last and last - first > self.last - self.first
        return touches and not longer


class Glossary:
    """Entries, and a table of their phrases. Stored entries are read when they are first asked for."""

    def __init__(self, entries: Iterable[Entry | StoredEntry], index: Index | None = None) -> None:
        self._entries = list(entries)
        if index is None:
            index = Index.of(self.entries)
        self._has_exceptions = bool(index.exceptions)
        self._table = PhraseTable(index.phrases, self._values)

    def __len__(self) -> int:
        return len(self._entries)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in the order of the files."""
        return tuple(map(self.entry, range(len(self))))

    def entry(self, place: int) -> Entry:
        """The entry at a place in that order; always the same object."""
        entry = self._entries[place]
        if isinstance(entry, StoredEntry):
            entry = self._entries[place] = entry.read()
        return entry

    def _values(self, phrase: str, places: Iterable[int]) -> tuple[tuple[Entry, tuple[Token, ...]], ...]:
        """The entries with a joined phrase, each with the phrase as the entry spells it."""
        entries = map(self.entry, places)
        return tuple((e, tokenize(spun)) for e in entries for spun in e.spun if joined(spun) == phrase)

    def is_spun(self, sentences: Iterable[Sequence[Token]]) -> bool:
        """Whether an entry without cues speaks in any of the sentences: a sign of spinning in itself."""
        nowhere = Surroundings("", "")
        return any(
            not (m.value[0].has_cues or m.value[0].keeps)
            and _speak(m, tokens, nowhere)
            and not any(k.forbids(m.first, m.last) for k in self.kept(tokens, nowhere))
            for tokens in sentences
            for m in self._table.matches(tokens)
        )

    def hits(self, tokens: Sequence[Token], surroundings: Surroundings) -> Iterator[Hit]:
        """The entries that speak in a sentence for an original (see `winners`)."""
        return (hit for hit in self.winners(tokens, surroundings) if not hit.entry.keeps)

    def kept(self, tokens: Sequence[Token], surroundings: Surroundings) -> tuple[Hit, ...]:
        """The exceptions that win in a sentence: ask each whether it `forbids` a span."""
        if not self._has_exceptions:
            return ()
        return tuple(hit for hit in self.winners(tokens, surroundings) if hit.entry.keeps)

    def winners(self, tokens: Sequence[Token], surroundings: Surroundings) -> Iterator[Hit]:
        """The entries and exceptions that speak in a sentence: leftmost-longest, never overlapping.

        Of the longest phrases, one of a later file wins, then one that stands as spelled over an inflected one,
        one with cues over one without, and a later entry over an earlier one.
        """
        free = 0
        best: Hit | None = None
        for m in self._table.matches(tokens):
            if best is not None and m.first > best.first:
                yield best
                free, best = best.last, None
            if m.first < free:
                continue
            hit = _speak(m, tokens, surroundings)
            if hit and (best is None or _precedence(hit) >= _precedence(best)):
                best = hit
        if best is not None:
            yield best


def _precedence(hit: Hit) -> tuple[int, int, bool, bool]:
    return hit.last - hit.first, hit.entry.rank, hit.exact, hit.entry.has_cues


def _speak(
    m: Match[tuple[Entry, tuple[Token, ...]]], tokens: Sequence[Token], surroundings: Surroundings
) -> Hit | None:
    entry, phrase = m.value
    left = tokens[m.first - 1].norm if m.first else SENTENCE_EDGE
    right = tokens[m.last].norm if m.last < len(tokens) else PUNCTUATION
    if not _leaves_names_alone(tokens[m.first : m.last], phrase):
        return None
    if not _cues_hold(entry, left, right, surroundings):
        return None
    if m.inflected < 0:
        return Hit(m.first, m.last, entry, entry.original, exact=True)
    reading = _reading(m, tokens, entry, left, right)
    if reading is None:
        return None
    originals = tuple(inflect(o, reading.pos, reading.tag) for o in entry.original)
    return Hit(m.first, m.last, entry, originals, exact=False)


def _leaves_names_alone(matched: Sequence[Token], phrase: Sequence[Token]) -> bool:
    """Names and numbers are matched only by an entry that spells them out, or by a whole phrase that was made
    a name ("Bad Habit President")."""
    about_names = in_title_case(matched) or any(t.protection == "number" for t in phrase)
    for t, wanted in zip(matched, phrase, strict=True):
        if t.protection in ("url", "code", "front matter"):
            return False
        if t.protection == "name" and not (about_names or wanted.text[0].isupper()):
            return False
    return True


def _cues_hold(entry: Entry, left: str, right: str, surroundings: Surroundings) -> bool:
    if not entry.has_cues:
        return True
    return (
        (not entry.left or _is_one_of(left, entry.left))
        and (not entry.right or _is_one_of(right, entry.right))
        and not _is_one_of(left, entry.not_left)
        and not _is_one_of(right, entry.not_right)
        and (not entry.near or _mentions(surroundings.near, entry.near))
        and (not entry.article or _in_article(entry.article, surroundings))
        and not _mentions(surroundings.near, entry.not_near)
    )


def _in_article(cues: Sequence[str], surroundings: Surroundings) -> bool:
    return (SPUN in cues and surroundings.spun) or _mentions(surroundings.article, cues)


def _is_one_of(neighbour: str, cues: Sequence[str]) -> bool:
    if PUNCTUATION in cues and not neighbour[0].isalnum() and neighbour != SENTENCE_EDGE:
        return True
    return any(form in _cue_set(tuple(cues)) for form in lemmas(neighbour))


@lru_cache(maxsize=20_000)
def _cue_set(cues: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_cue(c) for c in cues)


@lru_cache(maxsize=20_000)
def _cue(cue: str) -> str:
    return " ".join(t.norm for t in tokenize(cue))


def _mentions(text: str, cues: Sequence[str]) -> bool:
    return any(f" {_cue(cue)} " in text for cue in cues)


def _reading(
    m: Match[tuple[Entry, tuple[Token, ...]]], tokens: Sequence[Token], entry: Entry, left: str, right: str
) -> Reading | None:
    """What the inflected token is, seen from the part of speech that the entry has or may have."""
    i = m.inflected
    wanted = entry.pos and POS.get(entry.pos)
    base = m.value[1][i - m.first].norm
    options = tuple(r for r in readings(tokens[i].norm) if r.lemma == base and (not wanted or r.pos == wanted))
    if not options:
        return None
    before = tokens[i - 1].norm if i else left
    after = tokens[i + 1].norm if i + 1 < len(tokens) else right
    return best_reading(options, before, after)


def load_glossary(*paths: Path | str) -> Glossary:
    """Read one or more glossary files; entries of later files win over those of earlier ones.

    Raises GlossaryError, naming file and line, for anything that is not a valid entry. Questions of
    judgement (duplicates, cycles, examples that do not fire) are `restore.lint`'s; a self-mapping or a cycle
    would garble text, so that loading refuses them too.
    """
    from restore.lint import contradictions

    entries: list[StoredEntry] = []
    index = Index({}, {}, [])
    for rank, path in enumerate(map(str, paths)):
        stored, own = read_compiled(Path(path), path, rank)
        index.extend(own, offset=len(entries))
        entries += stored
    glossary = Glossary(entries, index)
    for problem in contradictions([glossary.entry(i) for i in index.linked()]):
        raise GlossaryError(str(problem))
    return glossary
