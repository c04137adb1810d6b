"""Writing glossary files: entries as YAML, and one entry appended to a file.

What is appended always loads: it is read back and linted before it goes anywhere.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from restore.entries import Entry, parse_glossary
from restore.errors import GlossaryError
from restore.formats.files import write_atomically
from restore.lint import contradictions, lint

_FIELDS = ("pos", "near", "not_near", "article", "left", "right", "not_left", "not_right", "note", "example",
           "counterexample")  # fmt: skip


def as_yaml(entry: Entry, comments: Sequence[str] = (), indent: int = 2) -> str:
    """An entry as an item of a list under its subject, in the style of `glossary.yaml`; ends in a newline."""
    lines = [f"# {' '.join(c.split())}" for c in comments]
    for i, (name, value) in enumerate(_fields(entry).items()):
        lines.append(f"{'  ' if i else '- '}{name}: {_scalar(value)}")
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def glossary_text(items: Iterable[tuple[Entry, Sequence[str]]], head: str) -> str:
    """A glossary file: entries by subject, each with the comments above it, under a head of comment lines."""
    by_subject: dict[str, list[str]] = defaultdict(list)
    for entry, comments in items:
        by_subject[entry.subject].append(as_yaml(entry, comments))
    parts = ["".join(f"# {line}\n" for line in head.splitlines())]
    parts += [f"\n{_scalar(subject)}:\n{''.join(texts)}" for subject, texts in by_subject.items()]
    return "".join(parts)


def _fields(entry: Entry) -> dict[str, Any]:
    """The fields that are set, lists of one as text."""
    phrases = {"keep": entry.spun} if entry.keeps else {"spun": entry.spun, "original": entry.original}
    values = phrases | {name: getattr(entry, name) for name in _FIELDS if getattr(entry, name)}
    return {name: v[0] if isinstance(v, tuple) and len(v) == 1 else v for name, v in values.items()}


def _scalar(value: Any) -> str:
    """A value on one line, quoted where YAML would take it for something else."""
    plain = list(value) if isinstance(value, tuple) else value
    text: str = yaml.safe_dump(plain, default_flow_style=True, width=10**9, allow_unicode=True, sort_keys=False)
    return text.strip().removesuffix("...").strip()


def append_entry(path: Path, entry: Entry, others: Sequence[Entry] = ()) -> None:
    """Add an entry to a glossary file under its subject; the file is made if there is none.

    All that stands in it, comments too, stays byte for byte. Raises GlossaryError, naming the finding, if the entry
    brings in what lint calls an error, or contradicts `others`, the entries of the glossaries loaded with this one.
    """
    with _alone(path):
        mark, body = _read(path)
        old = parse_glossary(body, str(path))
        grown = _grown(body, entry)
        _check_grown(path, old, grown, entry, others)
        write_atomically(path, (mark + grown).encode("utf-8"))


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other process changes a glossary meanwhile; its folder is locked, as the file is replaced by a new one."""
    with contextlib.suppress(OSError):  # what is wrong with the folder is told by whoever writes
        path.parent.mkdir(parents=True, exist_ok=True)
    folder = None
    with contextlib.suppress(OSError):  # some file systems have no locks
        folder = os.open(path.resolve().parent, os.O_RDONLY)
        fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if folder is not None:
            os.close(folder)


def _read(path: Path) -> tuple[str, str]:
    """A glossary file's byte order mark and its text; both empty if there is none."""
    data = path.read_bytes() if path.exists() else b""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise GlossaryError(f"{path}: not UTF-8 text (byte {error.start})", "save it as UTF-8") from error
    return text[: text.startswith("\ufeff")], text.removeprefix("\ufeff")


def has_entry(path: Path, entry: Entry) -> bool:
    """Whether an entry stands in a glossary file."""
    return _content(entry) in map(_content, parse_glossary(_read(path)[1], str(path)))


def remove_entry(path: Path, entry: Entry) -> None:
    """Take out an entry that `append_entry` added; a subject that would be left empty goes with it.

    All else stays byte for byte. Raises GlossaryError if the entry is not there, or not in lines of its own.
    """
    with _alone(path):
        mark, body = _read(path)
        old = parse_glossary(body, str(path))
        places = [i for i, e in enumerate(old) if _content(e) == _content(entry)]
        if not places:
            raise GlossaryError(f"{path}: '{entry.spun[0]}' is not there")
        shrunk = _without(body, places[-1])
        left = Counter(map(_content, old)) - Counter([_content(entry)])
        if shrunk is None or Counter(map(_content, parse_glossary(shrunk, str(path)))) != left:
            raise GlossaryError(f"{path}: '{entry.spun[0]}' has no lines of its own", "take it out by hand")
        write_atomically(path, (mark + shrunk).encode("utf-8"))


def _without(text: str, number: int) -> str | None:
    """The text without one of its entries; None if that has no lines of its own."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    lists = [(None, root)] if isinstance(root, yaml.SequenceNode) else root.value
    key, sequence, node = [(key, sequence, node) for key, sequence in lists for node in sequence.value][number]
    if sequence.flow_style:
        return None
    alone = key if len(sequence.value) == 1 else None
    start = text.rfind("\n", 0, (alone or node).start_mark.index) + 1
    if alone:  # its subject goes, and the empty line that was put above it
        start -= next((len(gap) for gap in ("\r\n", "\n") if text[:start].endswith(("\n" + gap, "\r" + gap))), 0)
    end = text.find("\n", len(text[: _last_index(node)].rstrip())) + 1
    return text[:start] + text[end:] if end else text[:start].removesuffix("\n").removesuffix("\r")


def _grown(text: str, entry: Entry) -> str:
    """The text of a glossary file with the entry behind the last one of its subject."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.SequenceNode):
        return _insert(text, root, entry, named=True)
    if isinstance(root, yaml.MappingNode):
        for key, node in root.value:
            if key.value == (entry.subject or _NO_SUBJECT):
                return _insert(text, node, entry)
    newline = _newline(text)
    block = f"{_scalar(entry.subject or _NO_SUBJECT)}:\n{as_yaml(entry)}".replace("\n", newline)
    if text and not text.endswith("\n"):  # then the last line has no end afterwards either
        return text + 2 * newline + block.removesuffix(newline)
    return text + (newline if text else "") + block


_NO_SUBJECT = "own"


def _insert(text: str, sequence: yaml.CollectionNode, entry: Entry, named: bool = False) -> str:
    """The text with an item more at the end of a list; `named`: the item says its subject itself."""
    subject = {"subject": entry.subject} if named and entry.subject else {}
    if sequence.flow_style:
        end = sequence.end_mark.index - 1
        comma = "" if text[:end].rstrip().endswith(("[", ",")) else ", "
        fields = {name: list(v) if isinstance(v, tuple) else v for name, v in (_fields(entry) | subject).items()}
        return text[:end] + comma + _scalar(fields) + text[end:]
    indent = sequence.start_mark.column
    item = as_yaml(entry, indent=indent)
    item += f"{' ' * (indent + 2)}subject: {_scalar(entry.subject)}\n" if subject else ""
    newline = _newline(text)
    item = item.replace("\n", newline)
    line_end = text.find("\n", len(text[: _last_index(sequence)].rstrip())) + 1
    return text[:line_end] + item + text[line_end:] if line_end else text + newline + item.removesuffix(newline)


def _last_index(node: yaml.Node) -> int:
    """Where the last thing written in a node ends; a block's own mark stands behind the comments that follow it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last  # of a mapping, the last value
    return int(node.end_mark.index)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _check_grown(path: Path, old: Sequence[Entry], grown: str, entry: Entry, others: Sequence[Entry]) -> None:
    hint = "add it by hand"
    try:
        new = parse_glossary(grown, str(path))
    except GlossaryError as error:
        raise GlossaryError(f"{path}: not added: {error.message}", error.hint or hint) from error
    own = replace(entry, subject=entry.subject or (_NO_SUBJECT if any(e.subject for e in new) else ""))
    if Counter(map(_content, new)) != Counter(map(_content, [*old, own])):
        raise GlossaryError(f"{path}: not added: the layout of the file leaves no sure place for it", hint)
    findings = _contradicting([*others, *new]) - _contradicting([*others, *old])
    findings += _errors(new) - _errors(old)
    if findings:
        raise GlossaryError(f"{path}: not added: {next(iter(findings))}")


def _content(e: Entry) -> Entry:
    return replace(e, file="", line=0)


def _errors(entries: Sequence[Entry]) -> Counter[str]:
    """The messages of lint's errors, without line numbers: those behind the new entry have changed."""
    return Counter(re.sub(r":\d+\b", "", p.message) for p in lint(entries) if p.severity == "error")


def _contradicting(entries: Sequence[Entry]) -> Counter[str]:
    return Counter(p.message for p in contradictions(entries))
