"""Lint for glossaries: what is valid YAML and still wrong. Each rule is one function in the table at the end.

`fires_on_clean` is the one rule outside the table: it needs clean text beside the entries.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from restore.base_pairs import same_in_base_form
from restore.context import Context
from restore.datamodels import Document, Token
from restore.entries import Entry
from restore.errors import InputError
from restore.formats.encodings import decode
from restore.glossary import PUNCTUATION, SENTENCE_EDGE, SPUN, Glossary, Surroundings
from restore.segmentation import segment, tokenize
from restore.surface import inflected_word, readings, words_of


class Problem(NamedTuple):
    """One finding: an error makes the glossary unusable or wrong, a warning deserves a look."""

    severity: Literal["error", "warning"]
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class CleanText(NamedTuple):
    """A document of honest prose, and where it starts: file and line (from 1)."""

    document: Document
    file: str
    line: int

    def place(self, offset: int) -> str:
        """File and line of an offset of the document."""
        return f"{self.file}:{self.line + self.document.text.count(chr(10), 0, offset)}"


def lint(entries: Sequence[Entry], clean: Iterable[CleanText] = ()) -> list[Problem]:
    """All findings of all rules, in the order of the file; with clean text also what fires on it."""
    found = [p for rule in RULES for p in rule(entries)]
    found += fires_on_clean(entries, clean)
    return sorted(found, key=lambda p: (p.place.rpartition(":")[0], int(p.place.rpartition(":")[2])))


def contradictions(entries: Sequence[Entry]) -> Iterator[Problem]:
    """The findings with which a glossary cannot even be loaded."""
    yield from self_mappings(entries, lambda phrase, original: words_of(phrase) == words_of(original))
    yield from cycles(entries)


def self_mappings(entries: Sequence[Entry], same: Callable[[str, str], bool] = same_in_base_form) -> Iterator[Problem]:
    """A phrase that is its own original, or another form of it."""
    for e in entries:
        for phrase in e.spun:
            original = next((o for o in e.original if same(phrase, o)), "")
            if original:
                form = "" if words_of(phrase) == words_of(original) else f" in base form ('{original}')"
                yield Problem("error", e.place, f"'{phrase}' maps to itself{form}")


class Loop(NamedTuple):
    """Phrases each of which is an original of the one before it, the last the same as the first."""

    phrases: tuple[tuple[str, ...], ...]
    #: the entry that closes it
    entry: Entry


def cycles(entries: Sequence[Entry]) -> Iterator[Problem]:
    """a -> b and b -> ... -> a: no order of reading would be right."""
    return map(loop_problem, loops(entries))


def loop_problem(loop: Loop) -> Problem:
    """A cycle as a finding."""
    shown = " -> ".join(f"'{' '.join(p)}'" for p in loop.phrases)
    return Problem("error", loop.entry.place, f"cycle: {shown}")


def loops(entries: Sequence[Entry]) -> Iterator[Loop]:
    """The cycles among some entries; a loop of one is a self-mapping."""
    targets: dict[tuple[str, ...], list[tuple[tuple[str, ...], Entry]]] = defaultdict(list)
    for e in entries:
        for phrase in e.spun if e.original else ():
            targets[words_of(phrase)] += [(words_of(o), e) for o in e.original]
    done: set[tuple[str, ...]] = set()
    for start in list(targets):
        path: list[tuple[str, ...]] = []
        yield from _loops_from(start, targets, done, path, targets[start][0][1])


def _loops_from(
    node: tuple[str, ...],
    targets: dict[tuple[str, ...], list[tuple[tuple[str, ...], Entry]]],
    done: set[tuple[str, ...]],
    path: list[tuple[str, ...]],
    entry: Entry,
) -> Iterator[Loop]:
    if node in path:
        if path[-1] != node:
            yield Loop((*path[path.index(node) :], node), entry)
        return
    if node in done:
        return
    path.append(node)
    for following, via in targets.get(node, ()):
        yield from _loops_from(following, targets, done, path, via)
    path.pop()
    done.add(node)


def duplicates(entries: Sequence[Entry]) -> Iterator[Problem]:
    """The same phrase twice under the same cues: the later one would always win."""
    seen: dict[object, Entry] = {}
    for e in entries:
        for phrase in e.spun:
            key = (words_of(phrase), conditions(e))
            if key in seen:
                yield Problem("error", e.place, f"'{phrase}' is already at {seen[key].place}")
            seen[key] = e


def conditions(e: Entry) -> tuple[object, ...]:
    """What must hold for an entry to speak: its cues, and the part of speech."""
    return e.near, e.not_near, e.article, e.left, e.right, e.not_left, e.not_right, e.pos


def chains(entries: Sequence[Entry]) -> Iterator[Problem]:
    """An original that another entry, in any context, would take for spun."""
    sure = {words_of(p): e for e in entries if not (e.has_cues or e.keeps) for p in e.spun}
    for e in entries:
        for o in e.original:
            other = sure.get(words_of(o))
            if other is not None and other is not e:
                yield Problem("error", e.place, f"original '{o}' is itself a spun phrase at {other.place}")


def respun_originals(entries: Sequence[Entry]) -> Iterator[Problem]:
    """An original in which, as running text, an entry without cues speaks: what was restored would be taken for
    spun the next time. (Whole originals are `chains`.)"""
    sure = Glossary([e for e in entries if not e.has_cues])
    for e in entries:
        for o in e.original:
            for other in speaking(sure, o, spun=False):
                if words_of(o) not in {words_of(p) for p in other.spun}:
                    yield Problem("error", e.place, f"original '{o}' holds a spun phrase of {other.place}")


def inflected_phrases(entries: Sequence[Entry]) -> Iterator[Problem]:
    """A phrase in an inflected form beside its own base form: it can never add anything."""
    base = {(words_of(p), e.original): e for e in entries for p in e.spun}
    for e in entries:
        for phrase in e.spun:
            words = words_of(phrase)
            for i, word in enumerate(words):
                for r in readings(word):
                    other = base.get(((*words[:i], r.lemma, *words[i + 1 :]), e.original))
                    if r.lemma != word and other is not None and not other.has_cues:
                        yield Problem("warning", e.place, f"'{phrase}' is an inflected form of {other.place}")


def silent_examples(entries: Sequence[Entry]) -> Iterator[Problem]:
    """An example in which no entry with this original speaks, or a counterexample in which the entry does.

    An example is read as part of a spun article, a counterexample as part of one without other signs of spinning.
    """
    glossary = Glossary(entries)
    for e in entries:
        if e.example and not any(_serves(f, e) for f in _winning(glossary, e.example, spun=True)):
            yield Problem("error", e.place, f"'{e.spun[0]}' does not fire in its example")
        if e.counterexample and any(e is f for f in _winning(glossary, e.counterexample, spun=False)):
            unspun = " (read as standing in an article that is not spun)" if SPUN in e.article else ""
            yield Problem("error", e.place, f"'{e.spun[0]}' fires in its counterexample{unspun}")


def _serves(speaker: Entry, e: Entry) -> bool:
    """Whether it is as good as the entry itself: it is, or it has its likeliest original."""
    return speaker is e or (not e.keeps and e.original[0] in speaker.original)


def unproven_cues(entries: Sequence[Entry]) -> Iterator[Problem]:
    """An ambiguous entry without both its examples."""
    for e in entries:
        if e.has_cues and not (e.example and e.counterexample):
            yield Problem("warning", e.place, f"'{e.spun[0]}' has cues but not both example and counterexample")


def missing_examples(entries: Sequence[Entry]) -> Iterator[Problem]:
    """An entry without an example. An exception needs none: that it fires is seen by nothing happening."""
    for e in entries:
        if not (e.example or e.keeps):
            yield Problem("warning", e.place, f"no example: nothing proves that '{e.spun[0]}' fires")


def unreachable(entries: Sequence[Entry]) -> Iterator[Problem]:
    """A phrase that never speaks for its entry, because others win wherever its cues hold, or these never do.

    Proved by matching: the phrase by itself, as spelled and inflected, between every left and right cue, with
    every near and article cue in turn and no other words. `duplicates` are named there.
    """
    glossary = Glossary(entries)
    for e in entries:
        for phrase in e.spun:
            winner = _winner(glossary, e, phrase)
            if winner is None:
                yield Problem("warning", e.place, f"'{phrase}' can never fire: its cues never hold together")
            elif winner is not e and not _is_duplicate(winner, e, phrase):
                yield Problem("warning", e.place, f"'{phrase}' can never fire: {winner.place} always wins")


def _is_duplicate(other: Entry, e: Entry, phrase: str) -> bool:
    same_phrase = words_of(phrase) in {words_of(p) for p in other.spun}
    return same_phrase and conditions(other) == conditions(e)


class _Trial(NamedTuple):
    """A phrase at tokens [first, last) of a made-up sentence in which the cues of its entry may hold."""

    tokens: tuple[Token, ...]
    first: int
    last: int
    surroundings: Surroundings

    def winner(self, glossary: Glossary) -> Entry | None:
        """The entry that speaks for the phrase, or eats a part of it."""
        hits = list(glossary.winners(self.tokens, self.surroundings))
        return next((h.entry for h in hits if h.first < self.last and self.first < h.last), None)


def _winner(glossary: Glossary, e: Entry, phrase: str) -> Entry | None:
    """The entry itself if it speaks in any trial or they are too many for a proof, else the one that first does."""
    found = None
    for number, trial in enumerate(_trials(e, phrase)):
        winner = trial.winner(glossary)
        if winner is e or number == _MOST_TRIALS:
            return e
        found = found or winner
    return found


def _trials(e: Entry, phrase: str) -> Iterator[_Trial]:
    lefts, rights = e.left or (_NEUTRAL, SENTENCE_EDGE), e.right or (_NEUTRAL, PUNCTUATION)
    for text in _forms(phrase):
        for left, right, near, article in product(lefts, rights, e.near or ("",), e.article or ("",)):
            yield _trial(text, left, right, near, article)


def _forms(phrase: str) -> Iterator[str]:
    """The phrase, and the phrase with one word inflected."""
    yield phrase
    words = phrase.split(" ")
    for i, tag in product(range(len(words)), _TAGS):
        form = inflected_word(words[i], tag)
        if form != words[i]:
            yield " ".join((*words[:i], form, *words[i + 1 :]))


def _trial(text: str, left: str, right: str, near: str, article: str) -> _Trial:
    before = {SENTENCE_EDGE: "", PUNCTUATION: ","}.get(left, left)
    tokens = tokenize(f"{before} {text} {right}")
    first = len(tokenize(before))
    nearby = (*tokens, *tokenize(near))
    everything = nearby if article == SPUN else (*nearby, *tokenize(article))
    around = Surroundings(Surroundings.index(nearby), Surroundings.index(everything), article == SPUN)
    return _Trial(tokens, first, first + len(tokenize(text)), around)


#: a word that no cue names
_NEUTRAL = "zq"
_TAGS = ("NNS", "VBZ", "VBD", "VBN", "VBG", "JJR", "JJS")
_MOST_TRIALS = 2_000


def fires_on_clean(entries: Sequence[Entry], texts: Iterable[CleanText]) -> Iterator[Problem]:
    """An entry that fires on honest prose."""
    glossary = Glossary(entries)
    for text in texts:
        sentences = segment(text.document)
        context = Context(sentences, glossary)
        for s in sentences:
            for hit in glossary.hits(s.tokens, context.at(s).surroundings):
                start, end = s.tokens[hit.first].start, s.tokens[hit.last - 1].end
                said = " ".join(text.document.text[start:end].split())
                yield Problem("warning", hit.entry.place, f"fires on clean text: '{said}' at {text.place(start)}")


def read_clean(path: Path) -> Iterator[CleanText]:
    """The documents of a clean text, plain or gzipped: they stand apart by lines of "---" or, where a file has
    none of these, by blank lines. Raises InputError if it cannot be read."""
    try:
        data = path.read_bytes()
        text = decode(gzip.decompress(data) if path.suffix == ".gz" else data, str(path)).text
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot read the clean text: {error}") from error
    ruled = re.search(r"^---[ \t]*\r?$", text, re.M)
    start, line = 0, 1
    for separator in re.finditer(r"^---[ \t]*\r?$|\Z" if ruled else r"\n\s*\n|\Z", text, re.M if ruled else 0):
        document = Document(text[start : separator.start()], str(path))
        if document.text.strip():
            yield CleanText(document, str(path), line)
        line += text.count("\n", start, separator.end())
        start = separator.end()


def speaking(glossary: Glossary, text: str, spun: bool) -> list[Entry]:
    """The entries that speak in a text, with the whole glossary loaded.

    `spun` says whether the article around it shows other signs of spinning, which one sentence cannot.
    """
    return [e for e in _winning(glossary, text, spun) if not e.keeps]


def _winning(glossary: Glossary, text: str, spun: bool) -> list[Entry]:
    sentences = segment(Document(text))
    everything = Surroundings.index([t for s in sentences for t in s.tokens])
    around = Surroundings(everything, everything, spun)
    return [h.entry for s in sentences for h in glossary.winners(s.tokens, around)]


Rule = Callable[[Sequence[Entry]], Iterator[Problem]]
RULES: tuple[Rule, ...] = (
    self_mappings,
    cycles,
    duplicates,
    chains,
    respun_originals,
    inflected_phrases,
    unreachable,
    silent_examples,
    unproven_cues,
    missing_examples,
)
