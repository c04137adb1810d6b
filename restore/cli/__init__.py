"""The command line: `restore COMMAND`. Commands are thin; what they do lives in the package.

Exit codes: 0 done, 1 `--check` found suggestions, 2 the call or the configuration is wrong, 3 some input failed.
"""

from __future__ import annotations

import errno

import click

from restore import __version__
from restore.cli.doctor import doctor
from restore.cli.evaluate import evaluate
from restore.cli.glossary import glossary
from restore.cli.restoring import apply, diff, run, suggest
from restore.cli.review import review
from restore.cli.train import train
from restore.errors import EditError, InputError, JournalError, RestoreError

COMMANDS = (suggest, review, run, apply, diff, glossary, evaluate, train, doctor)


class Main(click.Group):
    """A group that turns the package's errors into one line on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(130)
        except RestoreError as error:
            click.echo(f"restore: {error}", err=True)
            ctx.exit(3 if isinstance(error, InputError | EditError | JournalError) else 2)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly when nobody reads on
            click.echo(f"restore: cannot write the output: {error.strerror or error}", err=True)
            ctx.exit(3)


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="restore")
def main() -> None:
    """Undo article spinning: find garbled phrases and propose what the author most likely wrote.

    \b
    restore suggest article.txt            show what reads like spun text, with proposals
    restore review article.txt             decide about them one by one
    restore run article.txt -o restored/   write the restored article, and what is unsure to a review file
    restore diff article.txt restored/article.txt
    """


for command in COMMANDS:
    main.add_command(command)
