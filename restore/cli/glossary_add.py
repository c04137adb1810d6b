"""`restore glossary add|import`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from restore.entries import Entry, parse_glossary
from restore.errors import InputError, UsageError
from restore.formats.files import write_atomically
from restore.glossary import load_glossary
from restore.glossary_writing import append_entry, as_yaml, glossary_text
from restore.importing import Remark, common_words, import_pairs, read_pairs
from restore.resources import packaged_glossary
from restore.wording import counted


@click.command()
@click.argument("spun")
@click.argument("original")
@click.option("--also", multiple=True, help="Another spun phrase with the same original.")
@click.option("--or", "others", multiple=True, help="Another original, less likely.")
@click.option("--pos", default="", help="noun, verb, adjective, adverb or phrase.")
@click.option("--subject", default="own", show_default=True, help="The list that it goes to.")
@click.option("--near", multiple=True, help="Cue: this word, or another one given so, stands nearby.")
@click.option("--not-near", multiple=True, help="Cue: it does not.")
@click.option("--left", multiple=True, help="Cue: the word just before.")
@click.option("--right", multiple=True, help="Cue: the word just after.")
@click.option("--note", default="", help="Why, if it is not obvious.")
@click.option("--example", default="", help="A spun sentence in which it fires.")
@click.option("--counterexample", default="", help="An honest sentence in which it must not.")
@click.option(
    "--to",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("mine.yaml"),
    show_default=True,
    help="The glossary file; made if there is none.",
)
def add(
    spun: str,
    original: str,
    also: tuple[str, ...],
    others: tuple[str, ...],
    path: Path,
    **fields: str | tuple[str, ...],
) -> None:
    """Add an entry to a glossary of your own: SPUN stands for ORIGINAL.

    What the file holds stays as it is, comments too. What `restore glossary lint` would call an error is refused.
    """
    wanted = Entry((spun, *also), (original, *others), **fields)  # type: ignore[arg-type]
    append_entry(path, _valid(wanted), load_glossary(packaged_glossary()).entries)
    click.echo(f"{path}: '{spun}' -> '{original}' added under '{wanted.subject}'", err=True)


def _valid(entry: Entry) -> Entry:
    """The entry as a glossary file would give it: tidied, or refused for what loading would refuse."""
    (read,) = parse_glossary(f"x:\n{as_yaml(entry)}", "the new entry")
    return replace(read, subject=entry.subject)


@click.command("import")
@click.argument("table")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Glossary file to write [standard output].")
@click.option("--subject", default="imported", show_default=True, help="The list that the entries go to.")
@click.option("--verbose", is_flag=True, help="Name every row that was left out or changed.")
@click.option(
    "--glossary",
    "glossaries",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Leave out what conflicts with this, as well as with the one that ships.",
)
@click.option("--encoding", help="Encoding of the table [detected].")
def import_command(
    table: str, output: Path | None, subject: str, verbose: bool, glossaries: tuple[Path, ...], encoding: str | None
) -> None:
    """Make a glossary from a TABLE of pairs: CSV, TSV, or JSON as the Problematic Paper Screener exports it.

    Columns are known by their names (spun, tortured, before; original, established, after, expected), or the spun
    phrase stands first. What is unfit for a glossary is left out and counted by reason. Exit code 3, and no file, if
    nothing is left.
    """
    if output is not None and output.exists():
        raise UsageError(f"{output}: exists", "move it, or name another file")
    loaded = load_glossary(packaged_glossary(), *glossaries).entries
    result = import_pairs(read_pairs(table, encoding), loaded, common_words(), subject)
    _count("left out", result.left_out, verbose)
    _count("changed", result.changed, verbose)
    phrases = sum(len(e.spun) for e in result.entries)
    imported = counted(len(result.entries), "entry", "entries")
    click.echo(f"{imported} with {counted(phrases, 'phrase')} imported", err=True)
    if not result.entries:
        raise InputError(f"{table}: holds nothing for a glossary", "--verbose names every row that was left out")
    name = table.replace("\\", "/").rpartition("/")[2]
    head = f"Imported from {name} by `restore glossary import`. No entry has cues or an example yet."
    text = glossary_text(((e, ()) for e in result.entries), head)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_atomically(output, text.encode("utf-8"))


def _count(what: str, remarks: Sequence[Remark], verbose: bool) -> None:
    if verbose:
        for remark in remarks:
            click.echo(str(remark), err=True)
    for reason, number in Counter(r.reason for r in remarks).most_common():
        click.echo(f"{number} {what}: {reason}", err=True)
