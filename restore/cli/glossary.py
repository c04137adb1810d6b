"""`restore glossary`: `lint`, `list` and `stats`; `learn`, `add` and `import` have files of their own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from restore.cli.glossary_add import add, import_command
from restore.cli.glossary_learn import learn
from restore.cli.glossary_stats import stats
from restore.entries import Entry, parse_glossary, read_glossary
from restore.errors import GlossaryError
from restore.glossary import load_glossary
from restore.lint import CleanText, Problem, lint, read_clean
from restore.resources import packaged_glossary
from restore.stacking import lint_together
from restore.wording import counted


@click.group()
def glossary() -> None:
    """Look at glossaries, check them, and make them grow."""


for command in (learn, add, import_command, stats):
    glossary.add_command(command)


@glossary.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Fail on warnings as well.")
@click.option(
    "--clean",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Honest prose (.txt or .txt.gz, documents apart by lines of --- or blank lines) on which nothing may fire "
    "[in a source checkout: tests/gold/clean.txt].",
)
def lint_command(paths: tuple[Path, ...], strict: bool, clean: tuple[Path, ...]) -> None:
    """Check glossary files (default: the one that ships): exit code 2 if there are errors.

    Several files are also checked together, as they would be read in this order: later ones win.
    """
    failed = False
    texts = _clean_texts(clean)
    files: list[list[Entry]] = []
    for path in paths or (packaged_glossary(),):
        try:
            entries = parse_glossary(read_glossary(path), str(path))
        except GlossaryError as error:
            click.echo(f"restore: {error}", err=True)
            failed = True
            continue
        files.append(entries)
        failed |= _failing(f"{path}: {counted(len(entries), 'entry', 'entries')}", lint(entries, texts), strict)
    if len(files) > 1:
        failed |= _failing(f"{counted(len(files), 'file')} together", lint_together(files), strict)
    if failed:
        sys.exit(2)


def _failing(what: str, problems: Sequence[Problem], strict: bool) -> bool:
    """Print the findings and their number; whether the check failed."""
    for p in problems:
        click.echo(f"{p.place}: {p.severity}: {p.message}")
    errors = sum(p.severity == "error" for p in problems)
    click.echo(f"{what}, {counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}", err=True)
    return bool(errors or (strict and problems))


def _clean_texts(chosen: tuple[Path, ...]) -> list[CleanText]:
    ours = packaged_glossary().parent / "tests" / "gold" / "clean.txt"
    paths = chosen or ((ours,) if ours.is_file() else ())
    return [text for path in paths for text in read_clean(path)]


@glossary.command("list")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--subject", help="Only the entries of this subject.")
@click.option("--find", help="Only entries with this text in a phrase or an original.")
def list_command(paths: tuple[Path, ...], subject: str | None, find: str | None) -> None:
    """Print entries, one a line (default: the glossary that ships)."""
    shown = 0
    for entry in load_glossary(*(paths or (packaged_glossary(),))).entries:
        if _wanted(entry, subject, find):
            click.echo(_line(entry))
            shown += 1
    click.echo(counted(shown, "entry", "entries"), err=True)


def _wanted(entry: Entry, subject: str | None, find: str | None) -> bool:
    if subject and entry.subject != subject:
        return False
    return not find or any(find.lower() in text.lower() for text in (*entry.spun, *entry.original))


def _line(entry: Entry) -> str:
    cues = " (with cues)" if entry.has_cues else ""
    original = " | ".join(entry.original) or "(kept as written)"
    return f"{entry.subject}: {' | '.join(entry.spun)} -> {original}{cues}"
