"""`restore suggest`, `run`, `apply` and `diff`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from restore.batch import Outcome, Target, restore_files
from restore.cli.options import (
    colour_option,
    knowledge_options,
    read_options,
    reading_options,
    same_file,
    settings,
    use_colour,
)
from restore.cli.progress import progress_bar
from restore.errors import InputError, UsageError
from restore.formats import REPORTS
from restore.formats.files import STDIN, read, write_atomically
from restore.formats.report import write_comparison


def _fail(failed: int) -> None:
    if failed:
        sys.exit(3)


def _write_out(data: bytes | str) -> None:
    click.echo(data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data, nl=False)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(list(REPORTS)), default="table", show_default=True, help="What to print."
)
@click.option("--check", is_flag=True, help="Exit with 1 if there is any suggestion.")
@colour_option
@knowledge_options
@reading_options
def suggest(paths: tuple[str, ...], form: str, check: bool, color: str, **options: Any) -> None:
    """Print what reads like spun text in each PATH, with proposals ("-" is standard input).

    A .jsonl file holds one document a line. Offsets count Unicode code points of the text as read.
    """
    if form == "html" and len(paths) > 1:
        raise UsageError("--format html makes one page of one document.", "call it once for each PATH")
    from restore.pipeline import suggest_document
    from restore.resources import load_resources

    reading, resources = read_options(options), load_resources(settings(options))
    failed = found = 0
    with progress_bar("reading") as progress:
        for path in paths:
            try:
                source = read(path, reading)
            except InputError as error:
                click.echo(f"restore: {error}", err=True)
                failed += 1
                continue
            if form == "html" and len(source.documents) > 1:
                raise UsageError(f"{path}: holds {len(source.documents)} documents, --format html takes one")
            for document in source.documents:
                suggestions = suggest_document(document, resources, progress)
                found += len(suggestions)
                _write_out(REPORTS[form](document, suggestions, use_colour(color)))
    _fail(failed)
    if check and found:
        sys.exit(1)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for the restored files and review.jsonl.")
@click.option("--in-place", is_flag=True, help="Replace the inputs (a copy stays beside each, ending in .orig).")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if anything would be restored or reviewed.")
@knowledge_options
@reading_options
def run(paths: tuple[str, ...], output: Path | None, in_place: bool, check: bool, **options: Any) -> None:
    """Restore each PATH by itself: apply what is sure, send the rest to a review file.

    With "-" or a single PATH and no folder the restored text goes to standard output.
    """
    target = _target(paths, output, in_place, check)
    from restore.resources import load_resources

    reading, resources = read_options(options), load_resources(settings(options))
    with progress_bar("restoring") as progress:
        outcomes = list(restore_files(paths, target, reading, resources, progress))
    for outcome in outcomes:
        click.echo(str(outcome), err=True)
    if len(outcomes) > 1:
        click.echo(str(Outcome.total(outcomes)), err=True)
    if target.kind == "stdout" and not outcomes[0].error:
        _write_out(outcomes[0].data)
    _fail(sum(bool(o.error) for o in outcomes))
    if check and any(o.applied or o.left for o in outcomes):
        sys.exit(1)


def _target(paths: tuple[str, ...], output: Path | None, in_place: bool, check: bool) -> Target:
    if paths.count(STDIN) > 1:
        raise UsageError("standard input can be read only once.")
    if sum((output is not None, in_place, check)) > 1:
        raise UsageError("-o, --in-place and --check exclude each other.")
    if check:
        return Target("nowhere")
    if in_place:
        if STDIN in paths:
            raise UsageError("--in-place needs files, not standard input.")
        return Target("in place")
    if output is not None:
        return Target.folder(output, paths)
    if len(paths) > 1:
        raise UsageError("Several inputs need -o FOLDER or --in-place.")
    return Target("stdout")


@click.command()
@click.argument("path")
@click.argument("decisions")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write [standard output].")
@click.option("--in-place", is_flag=True, help="Replace PATH (a copy stays beside it, ending in .orig).")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="Also accept undecided suggestions of at least this confidence.",
)
@reading_options
def apply(
    path: str, decisions: str, output: Path | None, in_place: bool, min_confidence: float | None, **options: Any
) -> None:
    """Apply the DECISIONS file to PATH.

    DECISIONS is the journal of a review, or what it wrote beside its article; or JSONL as `restore suggest --format
    jsonl` or `restore run` writes it, with a field "decision" on each line: "accept", "reject", or "edit" with the
    text in "replacement". Lines without it are left alone.
    """
    if output is not None and in_place:
        raise UsageError("-o and --in-place exclude each other.")
    if path == decisions == STDIN or (in_place and path == STDIN):
        raise UsageError("standard input can be read only once, and not be replaced.")
    for given in (path, decisions):
        if same_file(output, given):
            raise UsageError(f"{output}: would overwrite an input", "use --in-place to replace the article")
    from restore.decisions import apply_to_source, read_decisions

    source = read(path, read_options(options))
    data, accepted, left = apply_to_source(source, read_decisions(decisions), min_confidence)
    if in_place:
        Target("in place").write(path, data)
    elif output is not None:
        write_atomically(output, data)
    else:
        _write_out(data)
    click.echo(f"{path}: {accepted} applied, {left} not", err=True)


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--check", is_flag=True, help="Exit with 1 if the texts differ.")
@colour_option
@reading_options
def diff(old: str, new: str, check: bool, color: str, **options: Any) -> None:
    """Show by word what changed from OLD to NEW."""
    from restore.edits import edits_between

    if old == new == STDIN:
        raise UsageError("standard input can be read only once.")
    reading = read_options(options)
    before, after = read(old, reading), read(new, reading)
    if len(before.documents) != len(after.documents):
        raise UsageError(f"{old} holds {len(before.documents)} documents, {new} {len(after.documents)}")
    texts_after = {d.id: d for d in after.documents}
    changes = 0
    for document, other in zip(before.documents, after.documents, strict=False):
        other = texts_after.get(document.id, other)
        edits = edits_between(document.text, other.text)
        changes += len(edits)
        _write_out(write_comparison(document.text, edits, use_colour(color)))
    if check and changes:
        sys.exit(1)
