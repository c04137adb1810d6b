"""Lint for glossaries: what is valid YAML and still wrong. Each rule is one function in the table at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from restore.datamodels import Document
from restore.glossary import Entry, Glossary, Surroundings
from restore.segmentation import segment
from restore.surface import readings, words_of


class Problem(NamedTuple):
    """One finding: an error makes the glossary unusable or wrong, a warning deserves a look."""

    severity: Literal["error", "warning"]
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def lint(entries: Sequence[Entry]) -> list[Problem]:
    """All findings of all rules, in the order of the file."""
    found = [p for rule in RULES for p in rule(entries)]
    return sorted(found, key=lambda p: (p.place.rpartition(":")[0], int(p.place.rpartition(":")[2])))


def contradictions(entries: Sequence[Entry]) -> Iterator[Problem]:
    """The findings with which a glossary cannot even be loaded."""
    yield from self_mappings(entries)
    yield from cycles(entries)


def self_mappings(entries: Sequence[Entry]) -> Iterator[Problem]:
    """A phrase that is its own original."""
    for e in entries:
        for phrase in e.spun:
            if any(words_of(phrase) == words_of(o) for o in e.original):
                yield Problem("error", e.place, f"'{phrase}' maps to itself")


def cycles(entries: Sequence[Entry]) -> Iterator[Problem]:
    """a -> b and b -> ... -> a: no order of reading would be right."""
    targets: dict[tuple[str, ...], list[tuple[tuple[str, ...], Entry]]] = defaultdict(list)
    for e in entries:
        for phrase in e.spun:
            targets[words_of(phrase)] += [(words_of(o), e) for o in e.original]
    done: set[tuple[str, ...]] = set()
    for start in list(targets):
        path: list[tuple[str, ...]] = []
        yield from _cycles_from(start, targets, done, path, targets[start][0][1])


def _cycles_from(
    node: tuple[str, ...],
    targets: dict[tuple[str, ...], list[tuple[tuple[str, ...], Entry]]],
    done: set[tuple[str, ...]],
    path: list[tuple[str, ...]],
    entry: Entry,
) -> Iterator[Problem]:
    if node in path:
        loop = [*path[path.index(node) :], node]
        if len(loop) > 2:  # a loop of one is a self-mapping
            shown = " -> ".join(f"'{' '.join(n)}'" for n in loop)
            yield Problem("error", entry.place, f"cycle: {shown}")
        return
    if node in done:
        return
    path.append(node)
    for following, via in targets.get(node, ()):
        yield from _cycles_from(following, targets, done, path, via)
    path.pop()
    done.add(node)


def duplicates(entries: Sequence[Entry]) -> Iterator[Problem]:
    """The same phrase twice under the same cues: the later one would always win."""
    seen: dict[object, Entry] = {}
    for e in entries:
        cues = (e.near, e.not_near, e.article, e.left, e.right, e.not_left, e.not_right, e.pos)
        for phrase in e.spun:
            key = (words_of(phrase), cues)
            if key in seen:
                yield Problem("error", e.place, f"'{phrase}' is already at {seen[key].place}")
            seen[key] = e


def chains(entries: Sequence[Entry]) -> Iterator[Problem]:
    """An original that another entry, in any context, would take for spun."""
    sure = {words_of(p): e for e in entries if not e.has_cues for p in e.spun}
    for e in entries:
        for o in e.original:
            other = sure.get(words_of(o))
            if other is not None and other is not e:
                yield Problem("error", e.place, f"original '{o}' is itself a spun phrase at {other.place}")


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
    """An example in which no entry with this original speaks, or a counterexample in which the entry does."""
    glossary = Glossary(entries)
    for e in entries:
        if e.example and not any(
            e is f or e.original[0] in f.original for f in speaking(glossary, e.example, spun=True)
        ):
            yield Problem("error", e.place, f"'{e.spun[0]}' does not fire in its example")
        if e.counterexample and any(e is f for f in speaking(glossary, e.counterexample, spun=False)):
            yield Problem("error", e.place, f"'{e.spun[0]}' fires in its counterexample")


def unproven_cues(entries: Sequence[Entry]) -> Iterator[Problem]:
    """An ambiguous entry without both its examples."""
    for e in entries:
        if e.has_cues and not (e.example and e.counterexample):
            yield Problem("warning", e.place, f"'{e.spun[0]}' has cues but not both example and counterexample")


def speaking(glossary: Glossary, text: str, spun: bool) -> list[Entry]:
    """The entries that speak in a text, with the whole glossary loaded.

    `spun` says whether the article around it shows other signs of spinning, which one sentence cannot.
    """
    sentences = segment(Document(text))
    everything = Surroundings.index([t for s in sentences for t in s.tokens])
    around = Surroundings(everything, everything, spun)
    return [h.entry for s in sentences for h in glossary.hits(s.tokens, around)]


Rule = Callable[[Sequence[Entry]], Iterator[Problem]]
RULES: tuple[Rule, ...] = (
    self_mappings,
    cycles,
    duplicates,
    chains,
    inflected_phrases,
    silent_examples,
    unproven_cues,
)
