"""Suggestions kept between runs, by the text and by all that they were made with; see `restore.cache`."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import restore
from restore.cache import cache_folder, keep, read_kept
from restore.datamodels import Document, Suggestion
from restore.decisions import parse_suggestion
from restore.encoders import DEFAULT_REQUIREMENT
from restore.resources import Settings, glossary_paths

_PACKAGE = Path(restore.__file__).parent
#: articles whose suggestions are kept
_KEPT = 50


class Results:
    """What is kept for a text, by the knowledge as it is when this is made: before anything is read of it, since the
    editor may change a glossary at any time."""

    def __init__(self, document: Document, settings: Settings) -> None:
        self._document = document
        self._file, self._key = _place(document, settings)

    def kept(self) -> list[Suggestion] | None:
        """The suggestions that were made for the text with the same knowledge, or None."""
        found = read_kept(self._file, self._key) if self._file else None
        if found is None:
            return None
        return [replace(parse_suggestion(s, str(self._file)), doc=self._document.id) for s in found["suggestions"]]

    def keep(self, suggestions: Sequence[Suggestion]) -> None:
        """Keep them for the next time; of many articles, the last ones."""
        if self._file is None:
            return
        keep(self._file, self._key, {"suggestions": [s.as_dict() for s in suggestions]})
        with contextlib.suppress(OSError):
            results = sorted(self._file.parent.glob("suggestions-*.json"), key=lambda f: f.stat().st_mtime)
            for old in results[:-_KEPT]:
                old.unlink()


def _place(document: Document, settings: Settings) -> tuple[Path | None, str]:
    folder = cache_folder()
    file = folder / f"suggestions-{document.digest[:32]}.json" if folder else None
    try:
        made_with = "\n".join(_made_with(settings))
    except OSError:  # whoever needs the file that is missing says so
        return None, ""
    return file, hashlib.sha256(made_with.encode("utf-8", "surrogateescape")).hexdigest()


def _made_with(settings: Settings) -> Iterator[str]:
    """Everything that suggestions depend on but the text: the program and its data, glossaries, models, settings."""
    yield from _stamps(_PACKAGE)
    for path in (*glossary_paths(settings.glossaries), *settings.references):
        yield f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    if settings.restorer:
        yield from _stamps(settings.restorer)
    if settings.model and os.path.isdir(settings.model):
        yield from _stamps(Path(settings.model))
    for package in (DEFAULT_REQUIREMENT, "lemminflect", "wordfreq"):
        with contextlib.suppress(metadata.PackageNotFoundError):  # the model may be left out
            yield f"{package} {metadata.version(package)}"
    yield repr(settings)


def _stamps(folder: Path) -> Iterator[str]:
    """Name, size and time of each file: models are too large to be read for this."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            stat = path.stat()
            yield f"{path} {stat.st_size} {stat.st_mtime_ns}"
