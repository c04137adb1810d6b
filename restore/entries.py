"""Glossary entries, and how a glossary file is read.

A file is YAML: subjects as keys, under each a list of entries. See the head of `glossary.yaml` for every field.
What is written into such files lies in `restore.glossary_writing`, what becomes of the entries in `restore.glossary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from restore.errors import GlossaryError
from restore.surface import POS

_LISTS = ("spun", "original", "keep", "near", "not_near", "article", "left", "right", "not_left", "not_right")
_TEXTS = ("pos", "note", "example", "counterexample")
_PARTS_OF_SPEECH = (*POS, "phrase")


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
