"""Texts, suggestions and sessions for tests of reviews, built by hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from restore.datamodels import Alternative, Document, Suggestion, suggestion_id
from restore.review.journal import Journal
from restore.review.session import Session

#: "blip" three times, once with a capital and once in a quotation, all far apart
TEXT = (
    "Blips were seen above the harbour when the guards came back from lunch on that day.\n"
    "The local armies fired, and one blip fell into the water close to the old lighthouse.\n"
    "“Another blip was moored there all along,” said the captain, who knows the coast well.\n"
    "Nobody had rambled on about the air terminal for so many years as he had done.\n"
)


def suggest(
    document: Document, before: str, *after: str, nth: int = 0, confidence: float = 0.5, source: str = "glossary",
    quoted: bool = False,
) -> Suggestion:  # fmt: skip
    """A suggestion for a place of `before`."""
    start = -1
    for _ in range(nth + 1):
        start = document.text.index(before, start + 1)
    end = start + len(before)
    alternatives = tuple(Alternative(text, confidence / 2**i, source) for i, text in enumerate(after))
    id = suggestion_id(document, start, end, before)
    return Suggestion(document.id, id, start, end, before, confidence, False, alternatives, ("why",), quoted)


def suggest_all(document: Document) -> list[Suggestion]:
    """Seven suggestions for TEXT."""
    return [
        suggest(document, "Blips", "Drones", "Jets", confidence=0.9),
        suggest(document, "local armies", "militias", "troops", confidence=0.8),
        suggest(document, "blip", "drone", "jet", confidence=0.7),
        suggest(document, "blip", "drone", "jet", nth=1, confidence=0.95, quoted=True),
        suggest(document, "moored", "docked", confidence=0.2, source="thesaurus"),
        suggest(document, "rambled on", "talked", confidence=0.4, source="lexicon"),
        suggest(document, "air terminal", "airport", confidence=0.99),
    ]


def open_session(
    journal: Path, text: str = TEXT, suggestions: Iterable[Suggestion] | None = None, name: str = "article.txt"
) -> Session:
    """A session with the suggestions for a text; without any named, all those for TEXT."""
    document = Document(text, name)
    session = Session(document, Journal(journal), clock=lambda: 0.0)
    session.take_in(suggest_all(document) if suggestions is None else suggestions)
    return session


def decided_in(session: Session) -> dict[str, tuple[str, str]]:
    """What was decided, by the words decided about, numbered where they come again."""
    found: dict[str, tuple[str, str]] = {}
    for d in session.decisions():
        if d.verdict != "undecided":
            name = d.suggestion.before
            while name in found:
                name += "'"
            found[name] = (d.verdict, d.text)
    return found


def at(session: Session) -> str:
    """The words in front of the editor."""
    return session.current.before if session.current else ""


def undo_all(session: Session) -> None:
    """Undo as far as it goes."""
    while session.undo():
        pass
