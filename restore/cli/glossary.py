"""`restore glossary lint|list`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from restore.errors import GlossaryError
from restore.glossary import Entry, load_glossary, parse_glossary, read_glossary
from restore.lint import lint
from restore.resources import packaged_glossary


@click.group()
def glossary() -> None:
    """Look at glossaries and check them."""


@glossary.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Fail on warnings as well.")
def lint_command(paths: tuple[Path, ...], strict: bool) -> None:
    """Check glossary files (default: the one that ships): exit code 2 if there are errors."""
    failed = False
    for path in paths or (packaged_glossary(),):
        try:
            entries = parse_glossary(read_glossary(path), str(path))
        except GlossaryError as error:
            click.echo(f"restore: {error}", err=True)
            failed = True
            continue
        problems = lint(entries)
        for p in problems:
            click.echo(f"{p.place}: {p.severity}: {p.message}")
        errors = sum(p.severity == "error" for p in problems)
        failed |= bool(errors or (strict and problems))
        click.echo(f"{path}: {len(entries)} entries, {errors} errors, {len(problems) - errors} warnings", err=True)
    if failed:
        sys.exit(2)


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
    click.echo(f"{shown} entries", err=True)


def _wanted(entry: Entry, subject: str | None, find: str | None) -> bool:
    if subject and entry.subject != subject:
        return False
    return not find or any(find.lower() in text.lower() for text in (*entry.spun, *entry.original))


def _line(entry: Entry) -> str:
    cues = " (with cues)" if entry.has_cues else ""
    return f"{entry.subject}: {' | '.join(entry.spun)} -> {' | '.join(entry.original)}{cues}"
