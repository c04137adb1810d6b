"""`restore glossary learn`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from restore.cli.options import reading_options
from restore.decided import Texts, read_all
from restore.errors import UsageError
from restore.formats.files import ReadOptions, write_atomically
from restore.glossary import load_glossary
from restore.glossary_writing import as_yaml, glossary_text
from restore.learning import Lesson, Proposal, conclude, gather
from restore.resources import packaged_glossary
from restore.wording import counted

_HEAD = """Learned by `restore glossary learn` from decisions. Look at every entry: would it fire on honest prose?
Add cues or take it out. An exception ('keep') has its phrase left as written, whatever may be proposed for it."""


@click.command()
@click.argument("decisions", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Glossary file to write [standard output].")
@click.option(
    "--approve",
    type=click.Choice(["all", "ask"]),
    help="Write all proposals, or ask about each [ask if stdin is a terminal].",
)
@click.option(
    "--min-count",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Decisions that a phrase must have.",
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    help="A text that was decided about, if it has moved or is JSONL.",
)
@click.option("--unasked", is_flag=True, help="Count also what `restore run` accepted by itself.")
@click.option(
    "--glossary",
    "glossaries",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Pass over what this holds, as well as the one that ships.",
)
@reading_options
def learn(
    decisions: tuple[str, ...],
    output: Path | None,
    approve: str | None,
    min_count: int,
    texts: tuple[str, ...],
    unasked: bool,
    glossaries: tuple[Path, ...],
    encoding: str | None,
    text_field: str,
    id_field: str,
) -> None:
    """Propose glossary entries from DECISIONS: review.jsonl of `restore run -o`, and journals of reviews.

    A phrase that people restored becomes an entry, one that they only rejected an exception (`keep`). Where both
    happened, the words beside it become cues, if they tell the places apart. The texts that the decisions are about are
    read for contexts if they are at hand (`--text`, by any name) and unchanged; the others are named. Exit code 3 if
    some line could not be read.
    """
    if output is not None and output.exists():
        raise UsageError(f"{output}: exists", "move it, or name another file")
    known = load_glossary(packaged_glossary(), *glossaries)
    read, damaged = read_all(decisions)
    at_hand = Texts(texts, ReadOptions(encoding, text_field, id_field))
    lesson = conclude(gather(read, at_hand, unasked), known, min_count)
    for message in (*damaged, *at_hand.missing()):
        click.echo(f"restore: {message}", err=True)
    _report(lesson, min_count)
    asked = approve == "ask" or (approve is None and sys.stdin.isatty())
    _write(_approved(lesson.proposals) if asked else lesson.proposals, output)
    if damaged:
        sys.exit(3)


def _report(lesson: Lesson, min_count: int) -> None:
    for phrase, reason in lesson.passed_over:
        click.echo(f"passed over: '{phrase}': {reason}", err=True)
    kept = sum(p.entry.keeps for p in lesson.proposals)
    counts = (
        f"{_entries(len(lesson.proposals) - kept)} and {counted(kept, 'exception')} proposed",
        f"{counted(len(lesson.passed_over), 'phrase')} passed over",
        f"{lesson.too_few} with fewer than {counted(min_count, 'decision')}",
    )
    click.echo(", ".join(counts), err=True)


def _entries(number: int) -> str:
    return counted(number, "entry", "entries")


def _approved(proposals: list[Proposal]) -> list[Proposal]:
    """Those that a person says yes to; q leaves out the rest."""
    approved = []
    for i, proposal in enumerate(proposals, 1):
        click.echo(f"\n{i} of {len(proposals)}, for {proposal.entry.subject}:", err=True)
        click.echo(as_yaml(*proposal), err=True, nl=False)
        answer = click.prompt("Take it in?", type=click.Choice(["y", "n", "q"]), err=True)
        if answer == "q":
            break
        if answer == "y":
            approved.append(proposal)
    return approved


def _write(proposals: list[Proposal], output: Path | None) -> None:
    text = glossary_text(proposals, _HEAD) if proposals else ""
    if output is None:
        click.echo(text, nl=False)
    elif proposals:
        write_atomically(output, text.encode("utf-8"))
        click.echo(f"{output}: {_entries(len(proposals))}", err=True)
    else:
        click.echo(f"{output}: not written, as there is nothing to write", err=True)
