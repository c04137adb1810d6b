"""Clean text to learn from: plain or gzipped UTF-8, one paragraph a line, a blank line between documents."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from restore.datamodels import Document
from restore.errors import InputError
from restore.evaluation import GoldDocument

Part = Literal["train", "held-out"]


def documents(paths: Iterable[Path], part: Part) -> Iterator[str]:
    """The documents of one part of the corpora.

    Every tenth document, by a checksum of its text, is held out of all training, so that
    "does it leave honest prose alone?" is always asked of text that nothing was learned from.
    """
    for path in paths:
        for text in _blocks(path):
            held_out = zlib.crc32(text.encode()) % 10 == 0
            if held_out == (part == "held-out"):
                yield text


def clean_documents(paths: Sequence[Path], words: int) -> Iterator[GoldDocument]:
    """Held-out documents with nothing to restore, about `words` words of them in all, the same share of each file."""
    for path in paths:
        left = words // len(paths)
        for i, text in enumerate(documents([path], "held-out")):
            if left <= 0:
                break
            yield GoldDocument(Document(text, f"{path.name}-{i}"), ())
            left -= len(text.split())


def _blocks(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    lines: list[str] = []
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    lines.append(line.strip())
                elif lines:
                    yield "\n".join(lines)
                    lines = []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot read the corpus: {error}", "give UTF-8 text (.txt or .txt.gz)") from error
    if lines:
        yield "\n".join(lines)
