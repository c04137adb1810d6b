"""What is installed, what is used, and what is missing."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from restore import __version__
from restore.collocations import Collocations
from restore.encoders import DEFAULT_REQUIREMENT, check_weights, default_folder, load_encoder
from restore.errors import InputError, ModelError, RestoreError
from restore.formats.files import read
from restore.glossary import load_glossary
from restore.idioms import Idioms
from restore.lexicon import Lexicon
from restore.resources import Settings, glossary_paths, user_glossary
from restore.restorer import FOLDER, WEIGHTS, load_restorer, read_card
from restore.segmentation import segment
from restore.stacking import overlaps, ranking
from restore.terms import TermModel
from restore.thesaurus import Thesaurus
from restore.wording import counted

_PACKAGES = (
    "torch", "sentence-transformers", "click", "diff-match-patch", "pyyaml", "lemminflect", "numpy", "tqdm", "wordfreq",
    "symspellpy", DEFAULT_REQUIREMENT,
)  # fmt: skip


class Finding(NamedTuple):
    """One line of the report; `remedy` is the command that mends it."""

    what: str
    ok: bool
    found: str
    remedy: str = ""


def examine(settings: Settings, load: bool = False) -> list[Finding]:
    """Everything that a run with these settings needs."""
    return [
        Finding("restore", True, f"{__version__} in {Path(__file__).parent}, Python {platform.python_version()}"),
        *map(_package, _PACKAGES),
        *_glossaries(settings),
        *_overruled(settings),
        *map(_reference, settings.references),
        _data("lexicon", lambda: f"{len(Lexicon.load())} pairs"),
        _data("thesaurus", lambda: f"{len(Thesaurus.load())} words (WordNet, Moby)"),
        _data("collocations", lambda: f"{len(Collocations.load())} words"),
        _data("idioms", lambda: f"{len(Idioms.load())} phrases"),
        _data("terms", lambda: f"{len(TermModel.load(Collocations.load()))} known terms"),
        _model(settings, load),
        _restorer(settings, load),
    ]


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, False, "not installed", f"pip install {name}")


def _glossaries(settings: Settings) -> Iterator[Finding]:
    try:
        paths = glossary_paths(settings.glossaries)
        if not paths:
            yield Finding("glossary", True, "none (--no-glossary)")
        for i, path in enumerate(paths):
            why = _why_used(path, i)
            yield _data("glossary", lambda path=path, why=why: f"{path} ({why}), {_entries(path)}")  # type: ignore[misc]
    except RestoreError as error:
        yield Finding("glossary", False, error.message, error.hint)


def _why_used(path: Path, place: int) -> str:
    if place == 0:
        return "ships with restore"
    return f"{'your own' if path == user_glossary() else '--glossary'}; wins over those before it"


def _entries(path: Path) -> str:
    return counted(len(load_glossary(path)), "entry", "entries")


def _overruled(settings: Settings) -> Iterator[Finding]:
    """For each phrase that stands in more than one of the files: whose entry wins, and whose lose."""
    try:
        paths = glossary_paths(settings.glossaries)
        entries = load_glossary(*paths).entries if len(paths) > 1 else ()
    except RestoreError as error:
        # a file that cannot be loaded by itself is named above; this one cannot be loaded with the others
        if all(f.ok for f in _glossaries(settings)):
            yield Finding("glossaries together", False, error.message, error.hint)
        return
    for phrase, rivals in overlaps(entries):
        yield Finding("glossary overlap", True, f"'{phrase}': {ranking(rivals)}")


def _reference(path: Path) -> Finding:
    def describe() -> str:
        tokens = [t for d in read(str(path)).documents for s in segment(d) for t in s.tokens]
        words = sum(t.text[0].isalnum() for t in tokens)
        if not words:
            raise InputError(f"{path}: holds no words", "name a clean article on the same events")
        return f"{path}, {counted(words, 'word')}"

    return _data("reference", describe)


def _data(what: str, describe: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, describe())
    except RestoreError as error:
        return Finding(what, False, error.message, error.hint)


def _model(settings: Settings, load: bool) -> Finding:
    if settings.model is None:
        return Finding("model", True, "none (--no-model)")

    def describe() -> str:
        if settings.model:
            found = f"{settings.model} (--model)"
        else:
            folder = default_folder()
            check_weights(folder)
            found = f"all-MiniLM-L6-v2 in {folder} (default; SHA-256 as published)"
        if load:
            dimension = load_encoder(settings.model or "").encode(["It works."]).shape[1]
            found += f", loads and gives {dimension} dimensions"
        return found

    return _data("model", describe)


def _restorer(settings: Settings, load: bool) -> Finding:
    if settings.model is None:
        return Finding("restorer", True, "none (--no-model)")
    folder = settings.restorer or FOLDER

    def describe() -> str:
        card = read_card(folder)
        if "sha256" not in card:
            raise ModelError(f"{folder}: card.json names no SHA-256 of the weights", "train it again")
        why = "--restorer" if settings.restorer else "ships with restore"
        size = (folder / WEIGHTS).stat().st_size / 1e6
        found = f"{folder} ({why}; SHA-256 as its card says), {size:.1f} MB, over {card['base']}"
        if load:
            load_restorer(folder)
            found += ", loads"
        return found

    return _data("restorer", describe)
