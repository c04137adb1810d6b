"""restore: undo article spinning.

>>> from restore import restore_text, suggest
>>> restore_text("On the off chance that it rains, we stay.", model=None)
'If it rains, we stay.'
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

__version__ = "0.1.0"

from restore.datamodels import Document, Edit, Restoration, Suggestion
from restore.edits import apply_edits, edits_between, invert_edits
from restore.errors import RestoreError
from restore.glossary import Glossary, load_glossary
from restore.pipeline import restore_with, suggest_document
from restore.resources import Resources, Settings, load_resources

__all__ = [
    "Document",
    "Edit",
    "Glossary",
    "Resources",
    "Restoration",
    "RestoreError",
    "Settings",
    "Suggestion",
    "apply_edits",
    "edits_between",
    "invert_edits",
    "load_glossary",
    "load_resources",
    "restore_document",
    "restore_text",
    "suggest",
]


def suggest(text: str, *, glossary: str | Path | None = None, model: str | None = "") -> list[Suggestion]:
    """What reads like spun text, with proposals, in the order of the text.

    `glossary` is a file to use with the one that ships; `model` is a sentence-transformers name or folder,
    "" for the default, None for none. Raises RestoreError.
    """
    return suggest_document(Document(text), _resources(_settings(glossary, model)))


def restore_text(text: str, *, glossary: str | Path | None = None, model: str | None = "") -> str:
    """The text with everything restored that is sure enough to need no review; parameters as for `suggest`."""
    return restore_document(Document(text), _settings(glossary, model)).text


def restore_document(document: Document, settings: Settings = Settings()) -> Restoration:
    """A document with its suggestions, what was decided about them, the edits and the restored text."""
    return restore_with(document, _resources(settings))


def _settings(glossary: str | Path | None, model: str | None) -> Settings:
    from restore.resources import packaged_glossary

    return Settings(glossaries=None if glossary is None else (packaged_glossary(), Path(glossary)), model=model)


@lru_cache(maxsize=4)
def _resources(settings: Settings) -> Resources:
    """Loaded once for each combination of settings."""
    return load_resources(settings)
