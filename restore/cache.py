"""Compiled forms of data files, kept between runs, so that loading need not parse, check and tokenise them again.

One file a source in `$RESTORE_CACHE` (empty: no cache), else `$XDG_CACHE_HOME/restore`, else `~/.cache/restore`. Its
first line holds a digest of what it was made from and one of what follows; where either does not fit, or the file
cannot be read, it is made anew. A cache never fails and holds nothing but JSON: it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from restore.folders import user_folder

_PACKAGE = Path(__file__).parent
#: bytes of sources that are parsed as quickly as looked up; it also keeps passing files out of the cache
_SMALL = 16_384


def compiled(source: Path, contents: Mapping[str, bytes], build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `build` makes of a source, a file or a folder whose files have these names and contents.

    `build` must give what JSON gives back unchanged.
    """
    folder = cache_folder()
    if folder is None or sum(map(len, contents.values())) < _SMALL:
        with _no_collection():
            return build()
    place = os.path.abspath(source)
    file = folder / f"{source.stem}-{hashlib.sha256(os.fsencode(place)).hexdigest()[:16]}.json"
    key = _key(contents)
    found = read_kept(file, key)
    if found is None:
        with _no_collection():
            found = build()
        keep(file, key, found)
    return found


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Without the garbage collector: it would walk through a growing parse tree again and again, half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def cache_folder() -> Path | None:
    """Where compiled forms are kept, or None if nowhere."""
    chosen = os.environ.get("RESTORE_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    return user_folder("XDG_CACHE_HOME", ".cache")


def _key(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(code_digest())
    for name, content in contents.items():
        digest.update(f"\n{len(content)} {name}\n".encode("utf-8", "surrogateescape"))
        digest.update(content)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def code_digest() -> bytes:
    """A digest of the package's own code, its version included: what is compiled depends on how."""
    digest = hashlib.sha256()
    for module in sorted(_PACKAGE.glob("*.py")):
        if module.is_file():  # an editor's lock is a link to nowhere
            digest.update(module.read_bytes())
    return digest.digest()


def read_kept(file: Path, key: str) -> dict[str, Any] | None:
    """What is kept in a file of the cache, if it was made from what the key stands for."""
    try:
        with file.open("rb") as stream:
            head, body = stream.readline(), stream.read()
        if head != _head(key, body):
            return None
        found: dict[str, Any] = json.loads(body)
    except (OSError, ValueError):
        return None
    return found


def keep(file: Path, key: str, content: dict[str, Any]) -> None:
    """Keep something that JSON gives back unchanged in a file of the cache; without a word if that cannot be."""
    body = json.dumps(content, separators=(",", ":")).encode("ascii")
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_head(key, body))
                stream.write(body)
            os.replace(temporary, file)  # whole or not at all, also beside other processes
        except OSError:
            os.unlink(temporary)


def _head(key: str, body: bytes) -> bytes:
    return f"{key} {hashlib.sha256(body).hexdigest()}\n".encode("ascii")
