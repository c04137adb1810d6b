"""`restore review`."""

from __future__ import annotations

import io
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from restore.cli.options import knowledge_options, read_options, reading_options, same_file, settings
from restore.errors import UsageError
from restore.formats.files import STDIN
from restore.review.view import ORDERS

if TYPE_CHECKING:
    from restore.review.opening import Review


class _AsTyped(click.Command):
    """A command that remembers its arguments: how to go on is told in the editor's own words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        ctx.meta["typed"] = list(args)
        return super().parse_args(ctx, args)


@click.command(cls=_AsTyped)
@click.argument("article")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File for the restored article [article.restored.txt for article.txt].",
)
@click.option("--in-place", is_flag=True, help="Replace ARTICLE (a copy stays beside it, ending in .orig).")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps every decision, and that an earlier review is taken up from [beside ARTICLE].",
)
@click.option("--doc", "document", metavar="ID", help="Which document of a JSONL file.")
@click.option("--plain", is_flag=True, help="Lines and letters instead of a screen [if there is no terminal].")
@click.option(
    "--order",
    type=click.Choice(list(ORDERS)),
    default="text",
    show_default=True,
    help="Which suggestions come first: as they stand, the least sure, the most frequent.",
)
@click.option("--theme", type=click.Choice(["dark", "light", "terminal"]), help="Colours of the screen [dark].")
@knowledge_options
@reading_options
@click.pass_context
def review(
    ctx: click.Context,
    /,
    article: str,
    output: Path | None,
    in_place: bool,
    journal: Path | None,
    document: str | None,
    plain: bool,
    order: str,
    theme: str | None,
    **options: Any,
) -> None:
    """Decide about the suggestions for ARTICLE, one by one: accept, reject, edit.

    Every decision is kept at once in a journal, and the same command goes on where you left it. Entries that you add
    while reviewing go to the last --glossary, or else to your own (`restore doctor` names it).
    """
    _check(article, output, in_place, journal)
    from restore.resources import user_glossary
    from restore.review.opening import Review, Wanted

    glossary = (user_glossary(), *options["glossaries"])[-1]
    wanted = Wanted(output, in_place, journal, document, order, glossary)
    reading = read_options(options)
    opened = Review(article, settings(options), reading, wanted)
    again = shlex.join(("restore", "review", *ctx.meta["typed"]))
    try:
        if plain or not _has_screen():
            _converse(opened, again)
        else:
            _show(opened, theme, again)
    finally:
        opened.close()


def _check(article: str, output: Path | None, in_place: bool, journal: Path | None) -> None:
    if article == STDIN:
        raise UsageError("a review needs a file: standard input is for answers.")
    if output is not None and in_place:
        raise UsageError("-o and --in-place exclude each other.")
    if same_file(output, article):
        raise UsageError(f"{output}: is the article itself", "use --in-place to replace it")
    if same_file(journal, article):
        raise UsageError(f"{journal}: is the article itself", "name another file with --journal")


def _has_screen() -> bool:
    ends = (sys.stdin, sys.stdout)
    return os.environ.get("TERM") != "dumb" and all(end is not None and end.isatty() for end in ends)


def _converse(opened: Review, again: str) -> None:
    from restore.review.prompt import run_prompt

    # what no encoding knows must not end the conversation: shown as a code, refused when typed
    ask, say = _forgiving(sys.stdin, "surrogateescape"), _forgiving(sys.stdout, "backslashreplace")
    run_prompt(opened, ask, say, again)


def _forgiving(stream: TextIO | None, errors: str) -> TextIO:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=errors)
    return io.StringIO() if stream is None else stream


def _show(opened: Review, theme: str | None, again: str) -> None:
    from restore.review.app import ReviewApp
    from restore.review.plain import parting

    app = ReviewApp(opened, theme=theme)
    app.run()
    click.echo("\n".join(parting(opened, again)))
    if app.return_code:  # it has said why
        sys.exit(app.return_code)
