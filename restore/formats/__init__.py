"""Reading documents and writing what was found. One table of readers by ending, one of report writers by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from restore.datamodels import Document, Suggestion
from restore.formats.criticmarkup import write_criticmarkup
from restore.formats.html import write_html
from restore.formats.report import write_diff, write_jsonl, write_table

#: reports of `restore suggest --format`: (document, its suggestions, whether to use colour) -> text
Report = Callable[[Document, Sequence[Suggestion], bool], str]
REPORTS: dict[str, Report] = {
    "table": write_table,
    "jsonl": write_jsonl,
    "diff": write_diff,
    "criticmarkup": write_criticmarkup,
    "html": write_html,
}

__all__ = ["REPORTS", "Report"]
