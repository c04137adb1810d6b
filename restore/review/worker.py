"""The process that finds suggestions while the editor decides.

It reads one job, a line of JSON, and answers with a line for each stretch of the text; it ends when its standard input
does, so that it never outlives the review.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from restore.datamodels import Document, Suggestion
from restore.errors import RestoreError
from restore.resources import Settings

#: how much the worker gives way to the screen
_NICE = 5


def job(document: Document, settings: Settings) -> bytes:
    """A document and how to read it, as a line for the worker's standard input."""
    record = {"text": document.text, "id": document.id, "settings": asdict(settings)}
    return json.dumps(record, default=str).encode("ascii") + b"\n"


def parse_job(line: bytes) -> tuple[Document, Settings]:
    """What `job` has written."""
    record = json.loads(line)
    return Document(record["text"], record["id"]), _settings(record["settings"])


def _settings(values: Mapping[str, Any]) -> Settings:
    paths = {name: tuple(map(Path, values[name])) for name in ("references", "glossaries") if values[name] is not None}
    restorer = values["restorer"] and Path(values["restorer"])
    return Settings(**{**values, **paths, "restorer": restorer})


def answers(document: Document, settings: Settings) -> Iterator[dict[str, Any]]:
    """One answer for each stretch of the text, and one at the end; or one with what is wrong."""
    from restore.pipeline import suggest_by_stretch
    from restore.resources import load_resources
    from restore.review.results import Results

    found: list[Suggestion] = []
    try:
        results = Results(document, settings)  # before anything is read: the editor may change a glossary meanwhile
        for stretch in suggest_by_stretch(document, load_resources(settings)):
            found += stretch.suggestions
            yield stretch._asdict() | {"suggestions": [s.as_dict() for s in stretch.suggestions]}
    except RestoreError as error:
        yield {"error": str(error)}
        return
    results.keep(found)
    yield {"done": True}


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Do one job."""
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    document, settings = parse_job(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_input, daemon=True).start()
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints is no answer
    for answer in answers(document, settings):
        out.write(json.dumps(answer).encode("ascii") + b"\n")
        out.flush()
    from restore.forms import keep_forms

    keep_forms()  # now that nobody waits: the next review opens sooner
