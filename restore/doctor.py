"""What is installed, what is used, and what is missing."""

from __future__ import annotations

import platform
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from restore import __version__
from restore.collocations import Collocations
from restore.encoders import DEFAULT_REQUIREMENT, check_weights, default_folder, load_encoder
from restore.entries import Entry
from restore.errors import RestoreError
from restore.glossary import load_glossary
from restore.lexicon import Lexicon
from restore.resources import Settings, glossary_paths
from restore.surface import words_of
from restore.terms import TermModel
from restore.thesaurus import Thesaurus

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
        _data("lexicon", lambda: f"{len(Lexicon.load())} pairs"),
        _data("thesaurus", lambda: f"{len(Thesaurus.load())} words (WordNet, Moby)"),
        _data("collocations", lambda: f"{len(Collocations.load())} words"),
        _data("terms", lambda: f"{len(TermModel.load(Collocations.load()))} known terms"),
        _model(settings, load),
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
            why = "ships with restore" if i == 0 else "--glossary; wins over those before it"
            yield _data("glossary", lambda path=path, why=why: f"{path} ({why}), {len(load_glossary(path))} entries")  # type: ignore[misc]
    except RestoreError as error:
        yield Finding("glossary", False, error.message, error.hint)


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
    by_phrase: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        for phrase in dict.fromkeys(map(words_of, entry.spun)):
            by_phrase[phrase].append(entry)
    for phrase, rivals in by_phrase.items():
        if rivals[0].rank != rivals[-1].rank:
            yield Finding("glossary overlap", True, f"'{' '.join(phrase)}': {_ranking(rivals)}")


def _ranking(rivals: Sequence[Entry]) -> str:
    """Which of the entries with one phrase, in the order of loading, win and which lose."""
    last = rivals[-1].rank
    winners = " and ".join(_mapping(e) for e in rivals if e.rank == last)
    losers = " and ".join(_mapping(e) for e in rivals if e.rank < last)
    where = "" if any(e.rank == last and not e.has_cues for e in rivals) else " where its cues hold"
    return f"{winners} wins{where} over {losers}"


def _mapping(e: Entry) -> str:
    return f"{e.place} (-> {e.original[0]})" if e.original else f"{e.place} (kept as written)"


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
