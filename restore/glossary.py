"""The glossary: curated phrases whose original is (nearly) sure. Load, validate, match.

A file is YAML: subjects as keys, under each a list of entries. See the head of `glossary.yaml` for every field.
Matching is by token and lemma; context cues decide whether an entry speaks at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from restore.cache import compiled
from restore.datamodels import Token
from restore.errors import GlossaryError
from restore.matching import Match, PhraseTable, joined
from restore.segmentation import tokenize
from restore.surface import POS, Reading, best_reading, in_title_case, inflect, lemmas, readings

_LISTS = ("spun", "original", "keep", "near", "not_near", "article", "left", "right", "not_left", "not_right")
_TEXTS = ("pos", "note", "example", "counterexample")
_PARTS_OF_SPEECH = (*POS, "phrase")
#: cue words for the edge of a sentence, for any punctuation mark, and for an article that shows other signs of
#: spinning (an entry without cues speaks somewhere in it)
SENTENCE_EDGE, PUNCTUATION, SPUN = "^", ".", "@spun"


@dataclass(frozen=True, slots=True)
class Entry:
    """One glossary entry; `file` and `line` say where it was written.

    An exception (`keep: phrase` in place of `spun` and `original`) has phrases but no original: where it wins, by the
    same rules and cues as any entry, its phrase stands as written and no source may propose anything for it.
    """

    spun: tuple[str, ...]
    original: tuple[str, ...]
    pos: str = ""
    subject: str = ""
    near: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    article: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    not_left: tuple[str, ...] = ()
    not_right: tuple[str, ...] = ()
    note: str = ""
    example: str = ""
    counterexample: str = ""
    file: str = ""
    line: int = 0
    #: place of its file among those loaded together: later ones win
    rank: int = 0

    @property
    def has_cues(self) -> bool:
        """Whether the entry speaks only in a certain context."""
        return any((self.near, self.not_near, self.article, self.left, self.right, self.not_left, self.not_right))

    @property
    def keeps(self) -> bool:
        """Whether it is an exception: its phrases stand as written."""
        return not self.original

    @property
    def place(self) -> str:
        """Where the entry stands, for messages."""
        return f"{self.file}:{self.line}"


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


class StoredEntry(NamedTuple):
    """An entry as the cache holds it: its fields as JSON, and what depends on the call."""

    fields: str
    file: str
    rank: int

    def read(self) -> Entry:
        """The entry itself."""
        values: dict[str, Any] = json.loads(self.fields)
        lists = {name: tuple(v) for name, v in values.items() if isinstance(v, list)}
        return Entry(**values | lists | {"file": self.file, "rank": self.rank})


class Index(NamedTuple):
    """Where joined phrases and originals stand in a list of entries, and where the exceptions do."""

    phrases: dict[str, list[int]]
    originals: dict[str, list[int]]
    exceptions: list[int]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Index:
        """The index of some entries."""
        index = cls({}, {}, [])
        for i, entry in enumerate(entries):
            for phrase in dict.fromkeys(map(joined, entry.spun)):
                index.phrases.setdefault(phrase, []).append(i)
            for original in dict.fromkeys(map(joined, entry.original)):
                index.originals.setdefault(original, []).append(i)
            if entry.keeps:
                index.exceptions.append(i)
        return index

    def extend(self, other: Index, offset: int) -> None:
        """Take in the index of entries that follow from place `offset`."""
        for mine, theirs in ((self.phrases, other.phrases), (self.originals, other.originals)):
            for phrase, places in theirs.items():
                mine.setdefault(phrase, []).extend([offset + i for i in places])
        self.exceptions.extend(offset + i for i in other.exceptions)

    def linked(self) -> list[int]:
        """The entries with an original that is itself a phrase: only they can be part of a contradiction."""
        return sorted({i for o in self.originals.keys() & self.phrases.keys() for i in self.originals[o]})


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
        content = _content(Path(path), path)
        index.extend(Index(*content["index"]), offset=len(entries))
        entries += [StoredEntry(fields, path, rank) for fields in content["entries"]]
    glossary = Glossary(entries, index)
    for problem in contradictions([glossary.entry(i) for i in index.linked()]):
        raise GlossaryError(str(problem))
    return glossary


def _content(path: Path, file: str) -> dict[str, Any]:
    """A glossary file with its index, ready for the cache."""
    text = read_glossary(path)

    def compile_entries() -> dict[str, Any]:
        entries = parse_glossary(text, file)
        return {"entries": list(map(_as_json, entries)), "index": Index.of(entries)}

    return compiled(path, {path.name: text.encode()}, compile_entries)


def _as_json(entry: Entry) -> str:
    """The fields that are set, but for those that depend on the call."""
    values = {f.name: getattr(entry, f.name) for f in fields(entry) if f.name not in ("file", "rank")}
    defaults = {f.name: f.default for f in fields(entry)}
    return json.dumps({name: v for name, v in values.items() if v != defaults[name]}, separators=(",", ":"))


def read_glossary(path: Path) -> str:
    """The text of a glossary file, or a GlossaryError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise GlossaryError(f"{path}: not UTF-8 text (byte {error.start})", "save it as UTF-8") from error
    except OSError as error:
        raise GlossaryError(f"{path}: cannot read the glossary: {error.strerror or error}") from error


def parse_glossary(text: str, file: str = "<glossary>") -> list[Entry]:
    """The entries of a glossary file, or a GlossaryError with file and line."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        raise GlossaryError(_yaml_message(error, text, file)) from error
    if root is None:
        return []
    if isinstance(root, yaml.SequenceNode):
        return [_entry(node, "", file) for node in root.value]
    entries = []
    for subject, node in _mapping(root, file).items():
        if not isinstance(node, yaml.SequenceNode):
            raise GlossaryError(f"{_at(node, file)}: subject '{subject}' must hold a list of entries")
        entries += [_entry(child, subject, file) for child in node.value]
    return entries


def _yaml_message(error: yaml.YAMLError, text: str, file: str) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    if mark is None:
        return f"{file}: not valid YAML: {' '.join(str(problem).split())}"
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        problem = "a tab is used for indentation; YAML takes spaces only"
    return f"{file}:{mark.line + 1}: not valid YAML: {problem}"


def _at(node: yaml.Node, file: str) -> str:
    return f"{file}:{node.start_mark.line + 1}"


def _mapping(node: yaml.Node, file: str) -> Mapping[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise GlossaryError(f"{_at(node, file)}: expected 'field: value' lines, found {_shown(node)}")
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = _text(key, "a field name", file)
        if name in found:
            raise GlossaryError(f"{_at(key, file)}: duplicate key '{name}'")
        found[name] = value
    return found


def _entry(node: yaml.Node, subject: str, file: str) -> Entry:
    fields = _mapping(node, file)
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _LISTS:
            values[name] = _texts(value, name, file)
        elif name in _TEXTS or name == "subject":
            values[name] = _text(value, f"'{name}'", file)
        else:
            known = ", ".join((*_LISTS, *_TEXTS, "subject"))
            raise GlossaryError(f"{_at(value, file)}: unknown field '{name}'", f"known fields: {known}")
    if "keep" in values:
        _refuse_beside_keep(node, values, file)
        values |= {"spun": values.pop("keep"), "original": ()}
    for required in ("spun", "original"):
        if required not in values:
            raise GlossaryError(f"{_at(node, file)}: the entry has no '{required}'")
    for phrase in values["spun"]:
        if not any(c.isalnum() for c in phrase):
            raise GlossaryError(f"{_at(node, file)}: 'spun' holds no word: '{phrase}'")
    if values.get("pos") and values["pos"] not in _PARTS_OF_SPEECH:
        known = ", ".join(_PARTS_OF_SPEECH)
        raise GlossaryError(f"{_at(node, file)}: unknown part of speech '{values['pos']}'", f"one of: {known}")
    return Entry(**{"subject": subject, **values, "file": file, "line": node.start_mark.line + 1})


def _refuse_beside_keep(node: yaml.Node, values: Mapping[str, Any], file: str) -> None:
    for field in ("spun", "original", "pos"):
        if field in values:
            raise GlossaryError(f"{_at(node, file)}: 'keep' and '{field}' exclude each other", "make it two entries")


def _texts(node: yaml.Node, field: str, file: str) -> tuple[str, ...]:
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if not nodes:
        raise GlossaryError(f"{_at(node, file)}: '{field}' is an empty list", "name something, or leave the field out")
    return tuple(_text(child, f"'{field}'", file) for child in nodes)


def _text(node: yaml.Node, what: str, file: str) -> str:
    """The string a node holds; numbers, dates and YAML's many spellings of true and false are refused."""
    if not isinstance(node, yaml.ScalarNode):
        raise GlossaryError(f"{_at(node, file)}: {what} must be text, found {_shown(node)}")
    value = " ".join(str(node.value).split())
    if not value:
        raise GlossaryError(f"{_at(node, file)}: {what} is empty")
    kind = node.tag.rpartition(":")[2]
    if kind != "str":
        raise GlossaryError(
            f"{_at(node, file)}: {what} reads as a YAML {kind}", f'put quotes around it: "{node.value}"'
        )
    return value


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "a mapping" if isinstance(node, yaml.MappingNode) else f"'{node.value}'"
