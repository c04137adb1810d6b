"""Suggestions as they are found: kept ones or the glossary's at once, the rest from a worker process.

The worker has a process of its own, because Python runs one thread at a time: in the same process every key would
have to wait for it.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from typing import Any

from restore.datamodels import Document, Suggestion
from restore.decisions import parse_suggestion
from restore.resources import Settings, load_glossary_alone
from restore.review.first_look import glance
from restore.review.results import Results
from restore.review.worker import job

#: what the worker runs; it imports from where this process does, and nothing from the article's folder, as -m would
_WORKER = "import sys; sys.path[:] = sys.argv[1:]; from restore.review.worker import main; main()"


@dataclass(frozen=True)
class Batch:
    """Suggestions for the text from `start` to `end`, in place of those there before."""

    start: int
    end: int
    suggestions: tuple[Suggestion, ...]


class Feed:
    """The suggestions for one document, batch by batch."""

    def __init__(self, document: Document, settings: Settings) -> None:
        self._document = document
        self._settings = settings
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the feed
        self.complete = False
        #: what went wrong with the slower suggestions; "" if nothing did
        self.problem = ""

    def first(self) -> list[Suggestion]:
        """What can be had at once. Raises GlossaryError."""
        kept = Results(self._document, self._settings).kept()
        if kept is not None:
            self.complete = True
            return kept
        return glance(self._document, load_glossary_alone(self._settings))

    def start(self) -> None:
        """Have the rest found, unless everything is there already."""
        if self.complete or self._process is not None:
            return
        command = [sys.executable, "-P", "-c", _WORKER, *sys.path]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, start_new_session=True
            )
        except OSError as error:
            self._end({"error": f"no worker can be started: {error.strerror}"})
            return
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(job(self._document, self._settings))
            process.stdin.flush()
            for line in process.stdout:
                self._answers.put(json.loads(line))
        self._answers.put({"ended": process.wait()})

    def poll(self, wait: bool = False) -> list[Batch]:
        """What was found since; with `wait`, all that is still to be found."""
        batches = []
        if wait:
            self.start()
        while not self.complete:
            try:
                answer = self._answers.get(block=wait)
            except queue.Empty:
                break
            if "suggestions" in answer:
                batches.append(self._batch(answer))
            else:
                self._end(answer)
        return batches

    def _batch(self, answer: dict[str, Any]) -> Batch:
        found = tuple(parse_suggestion(s, "worker") for s in answer["suggestions"])
        return Batch(answer["start"], answer["end"], found)

    def _end(self, answer: dict[str, Any]) -> None:
        self.complete = True
        if "done" not in answer:
            self.problem = answer.get("error") or f"the worker has ended early: {self._last_words()}"

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it does not say why"

    def close(self) -> None:
        """End the worker."""
        self.complete = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._errors.close()
