"""The user's folders for caches, settings and state, as the XDG Base Directory Specification names them."""

from __future__ import annotations

import os
from pathlib import Path


def user_folder(variable: str, default: str) -> Path | None:
    """The program's folder in the one that an XDG variable names, else in a default one of the user's home; None for
    an account without a home."""
    base = os.environ.get(variable, "")
    if os.path.isabs(base):  # the standard has other values ignored
        return Path(base, "restore")
    try:
        return Path.home() / default / "restore"
    except RuntimeError:
        return None
