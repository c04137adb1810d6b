"""What can go wrong, as a small tree. Every message says what is wrong, where, and what to do next."""

from __future__ import annotations


class RestoreError(Exception):
    """Base of all errors that `restore` raises on purpose.

    `message` names what is wrong and where (file, line); `hint`, if given, what to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(RestoreError):
    """The call itself makes no sense, whatever the files hold (exit code 2)."""


class InputError(RestoreError):
    """A document cannot be read: missing, a folder, binary, undecodable, malformed (exit code 3)."""


class GlossaryError(RestoreError):
    """A glossary file is malformed or contradicts itself (exit code 2)."""


class DataError(RestoreError):
    """A data file of the package is missing or damaged (exit code 2)."""


class ModelError(RestoreError):
    """The sentence-embedding model is missing, altered or unusable (exit code 2)."""


class EditError(RestoreError):
    """Edits do not fit the text they are applied to (exit code 3)."""


class JournalError(RestoreError):
    """A review's journal cannot be read or written; what could not be written has not happened (exit code 3)."""
