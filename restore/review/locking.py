"""One review of an article at a time: a lock file beside the article says who has it open.

The system lets go of the lock itself (flock) when the process ends, however it ends, so that a file left behind by
a crash is no lock. In a folder that cannot be written to, the lock lies in the temporary folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import hashlib
import json
import os
import platform
import tempfile
from datetime import datetime
from pathlib import Path

from restore.errors import UsageError


class ArticleLock:
    """Holds an article for this process until `release`."""

    def __init__(self, article: Path) -> None:
        """Raises UsageError, naming the other process, if the article is under review elsewhere."""
        self._article = article
        file = article.resolve()  # also under the name of a link
        name = hashlib.sha256(os.fsencode(file)).hexdigest()[:16]
        elsewhere = Path(tempfile.gettempdir(), f"restore-{name}.review-lock")
        for self._path in (file.with_name(f".{file.name}.review-lock"), elsewhere):
            with contextlib.suppress(OSError):  # a read-only or full disk
                self._file: int | None = self._taken()
                return
        raise UsageError(f"{article}: no lock can be made for it", "make its folder or the temporary one writable")

    def _taken(self) -> int:
        while True:
            file = _opened(self._path)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = _holder(file)
                os.close(file)
                raise UsageError(f"{self._article}: is under review already, by {holder}", "end that first") from None
            if still_there(self._path, file):
                break
            os.close(file)  # its holder has taken it away just now
        with contextlib.suppress(OSError):  # a full disk, or another user's file: locked, if without a name
            os.ftruncate(file, 0)
            os.write(file, _own_name())
        return file

    def release(self) -> None:
        """Let others have the article."""
        if self._file is None:
            return
        with contextlib.suppress(OSError):
            if still_there(self._path, self._file):
                self._path.unlink()
        os.close(self._file)
        self._file = None


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:
        return os.open(path, os.O_RDONLY)  # made by another user: it can be locked all the same


def still_there(path: Path, file: int) -> bool:
    """Whether an open file is the one that has this name."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(file))
    except FileNotFoundError:
        return False


def _own_name() -> bytes:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    now = datetime.now().strftime("%Y-%m-%d %H:%M")
    return json.dumps({"pid": os.getpid(), "user": user, "host": platform.node(), "since": now}).encode("ascii")


def _holder(file: int) -> str:
    try:
        found = json.loads(os.pread(file, 4096, 0))
        return f"process {found['pid']} ({found['user']} on {found['host']}, since {found['since']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
