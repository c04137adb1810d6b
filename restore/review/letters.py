"""The letters of the plain mode: a function for each, and `LETTERS`, the table that gives them keys and explains them.

A function takes the prompt and what stands behind its letter (the number itself, for a number).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from restore.datamodels import Decision
from restore.errors import InputError, UsageError
from restore.review.history import Step
from restore.review.journal import Addition
from restore.review.own_glossary import entry_for, exception_for, pair_for
from restore.review.plain import SHORT_REACH, said
from restore.review.session import Alike, decided, never_again, rejected
from restore.review.typed import changed_filter, confidence, numbers
from restore.review.view import ORDERS, described
from restore.wording import counted, on_one_line

if TYPE_CHECKING:
    from restore.review.prompt import Prompt


# deciding about one


def _accept(p: Prompt, _: str = "") -> None:
    p.decide([decided(p.current)])


def _go_on(p: Prompt, _: str) -> None:
    """What an empty line does: accept; what is decided already stays so."""
    if p.is_open:
        _accept(p)
    else:
        p.go(lambda: p.session.go(1))


def _reject(p: Prompt, _: str) -> None:
    p.decide([rejected(p.current)])


def _take(p: Prompt, number: str) -> None:
    p.decide([decided(p.current, _alternative(p, number))])


def _edit(p: Prompt, text: str) -> None:
    s = p.current
    question = f"Instead of '{on_one_line(s.before)}' (empty: no change, \"\": nothing)? "
    text = (text or p.talk.answer(question)).strip()
    if not text:
        raise UsageError("no text was given")
    p.decide([decided(s, "" if text == '""' else text)])


def _postpone(p: Prompt, _: str) -> None:
    s = p.current
    if not p.is_open:
        raise UsageError("that is decided already", "j goes on, u undoes")
    p.session.postpone()
    p.talk.say("Later." if p.session.current != s else "Nothing else is left that is undecided.")


def _alternative(p: Prompt, number: str) -> str:
    """The text of an alternative; of the first, if no number is given."""
    found = numbers(number or "1", len(p.current.candidates))
    if len(found) != 1:
        raise UsageError(f"'{number}' is no number of an alternative")
    return p.current.candidates[found.pop() - 1].text


# deciding about many


def _accept_alike(p: Prompt, number: str) -> None:
    """Accept an alternative in all undecided places with the same phrase, but for some."""
    places = p.session.alike(p.current, _alternative(p, number))
    p.decide([decided(a.suggestion, a.text) for a in _chosen(p, places)])


def _reject_alike(p: Prompt, _: str) -> None:
    p.decide([rejected(a.suggestion) for a in _chosen(p, p.session.alike(p.current))])


def _accept_sure(p: Prompt, least: str) -> None:
    """Accept all undecided suggestions from a confidence on."""
    sure = p.session.at_least(confidence(least))
    if not sure:
        raise UsageError("no undecided suggestion is that sure", "those inside quotations do not count")
    what = f"{counted(len(sure), 'suggestion')} of {100 * confidence(least):g} % or more"
    question = f"Accept {what}, in the whole article and outside of quotations [y,n]? "
    p.decide([decided(s) for s in sure] if p.talk.yes(question) else [])


def _reject_unsure(p: Prompt, most: str) -> None:
    """Reject all undecided suggestions up to a confidence."""
    unsure = p.session.at_most(confidence(most))
    if not unsure:
        raise UsageError("no undecided suggestion is that unsure")
    what = f"{counted(len(unsure), 'suggestion')} of {100 * confidence(most):g} % or less"
    p.decide([rejected(s) for s in unsure] if p.talk.yes(f"Reject {what}, in the whole article [y,n]? ") else [])


def _chosen(p: Prompt, places: list[Alike]) -> list[Alike]:
    """List some places; those that the editor does not leave out."""
    if not places:
        raise UsageError("no undecided place is like this")
    for i, (s, text, first) in enumerate(places, 1):
        notes = ["" if first else ", not the first alternative there", ", inside a quotation" if s.quoted else ""]
        p.talk.say(f"{i}{''.join(notes)}: {p.plain.in_context(s, text, SHORT_REACH)}")

    def kept(answer: str) -> list[Alike]:
        left_out = range(1, len(places) + 1) if answer.strip() == "q" else numbers(answer, len(places))
        return [place for i, place in enumerate(places, 1) if i not in left_out]

    return p.talk.until("Leave out which numbers (empty: none, q: do nothing)? ", kept)


# the editor's glossary


def _never_again(p: Prompt, _: str) -> None:
    """Have the phrase stand wherever it is, here and in other articles."""
    file, s = _glossary(p), p.current
    _decide_with(p, never_again(p.session, s), exception_for(s, file))


def _add_to_glossary(p: Prompt, number: str) -> None:
    """Accept, and have the replacement in the editor's glossary, as the editor words it."""
    file, s = _glossary(p), p.current
    text = _alternative(p, number) if number else p.session.text_for(s)
    pair = pair_for(s, text)
    pos = f", {pair.pos}" if pair.pos else ""
    p.talk.say(f"For {file}: '{on_one_line(pair.phrase)}' stands for '{on_one_line(pair.original)}'{pos}.")
    phrase = p.talk.instead_of(pair.phrase, "Phrase")
    original = p.talk.instead_of(pair.original, "Original")
    if original != pair.original:
        text = p.talk.instead_of(text, "And in this place")
    addition = entry_for(p.session.document, s, pair._replace(phrase=phrase, original=original), file)
    _decide_with(p, [decided(s, text)], addition)
    if "example:" not in addition.entry:
        p.talk.say("This entry does not find the place that it was made for; `restore glossary lint` may say why.")


def _decide_with(p: Prompt, decisions: list[Decision], addition: Addition) -> None:
    """Decide, with an addition to the glossary in the same step."""
    p.decide(decisions, partial(p.session.decide, decisions, addition))
    p.talk.say(f"Added to {addition.file}:", *addition.entry.splitlines())


def _glossary(p: Prompt) -> Path:
    if p.review.glossary is None:
        raise UsageError("there is no glossary to add to", "name one with --glossary")
    return p.review.glossary


# steps back, and going about


def _undo(p: Prompt, _: str) -> None:
    _stepped(p, "Undone", p.session.undo())


def _redo(p: Prompt, _: str) -> None:
    _stepped(p, "Done again", p.session.redo())


def _stepped(p: Prompt, word: str, step: Step | None) -> None:
    if step is None:
        raise UsageError("there is no such step")
    what = counted(len(step.changes), "decision") if step.changes else "put off"
    if len(step.changes) == 1:
        what = said(step.changes[0].after)
    changed = f"; {step.addition.file} has changed with it" if step.addition else ""
    p.talk.say(f"{word}: {what}{changed}.")
    p.looking = True
    p.show_again()


def _to_next(by: int, p: Prompt, _: str) -> None:
    p.go(lambda: p.session.go(by))


def _through(by: int, p: Prompt, _: str) -> None:
    p.go(lambda: p.session.go_through(by))


def _to_end(last: bool, p: Prompt, _: str) -> None:
    p.go(lambda: p.session.go_to_end(last))


def _find(p: Prompt, phrase: str) -> None:
    """Go to the next suggestion that mentions a phrase; without one, the phrase of before."""
    p.wanted = phrase.strip() or p.wanted
    if not p.wanted:
        raise UsageError("nothing to search for", "for example: /drone")
    if not p.session.find(p.wanted):
        raise UsageError(f"no suggestion in view mentions '{p.wanted}'")
    p.go(lambda: None)


def _filter(p: Prompt, words: str) -> None:
    """Show or change which suggestions are in view."""
    if words:
        p.session.show(changed_filter(p.session.filter, words, p.session.sources()))
        p.looking = p.session.current in p.session.view
    view, total = len(p.session.view), len(p.session.suggestions)
    p.talk.say(f"Filter: {described(p.session.filter)}; {view} of {total} in view.")


def _order(p: Prompt, name: str) -> None:
    """Show or change the order in which suggestions come."""
    if name and name not in ORDERS:
        raise UsageError(f"no order '{name}'", f"one of {', '.join(ORDERS)}")
    if name:
        p.session.show(order=name)
    p.talk.say(f"Order: {p.session.order}.")


# looking and leaving


def _print_again(p: Prompt, _: str) -> None:
    p.show_again()


def _paragraph(p: Prompt, _: str) -> None:
    """Print the paragraph as it was, and as it will be."""
    before, after = p.plain.paragraph(p.current)
    p.talk.say(f"Was: {before}", f"Will be{', if you accept' if p.is_open else ''}: {after}")


def _write(p: Prompt, name: str) -> None:
    """Write the restored article and the decisions."""
    try:
        written = p.review.writer.write(Path(name) if name else None)
    except InputError as error:
        raise InputError(error.message, "w FILE writes to another file") from error
    p.talk.say(*written.lines())


def _quit(p: Prompt, _: str) -> None:
    p.going = False


def _help(p: Prompt, _: str) -> None:
    p.talk.say(*(f"{letter.shown:<12} {letter.help}" for letter in LETTERS))


class Letter(NamedTuple):
    """An answer: its keys, how help shows them, what it does, and whether more may stand behind it."""

    keys: tuple[str, ...]
    shown: str
    does: Callable[[Prompt, str], None]
    help: str
    argument: bool = False


LETTERS = (
    Letter(("",), "empty line", _go_on, "accept; go on, where something is decided already"),
    Letter(("a", "y"), "a, y", _accept, "accept the first alternative"),
    Letter(("x", "n"), "x, n", _reject, "reject: what stands there stays"),
    Letter(tuple("123456789"), "1 to 9", _take, "accept this alternative"),
    Letter(("e",), "e [TEXT]", _edit, "put in a text of your own", True),
    Letter(("s", " "), "s, space", _postpone, "later: it comes again at the end"),
    Letter(("u",), "u", _undo, "undo the last step, and return to it"),
    Letter(("r",), "r", _redo, "redo what was undone"),
    Letter(("j",), "j", partial(_to_next, 1), "next undecided suggestion"),
    Letter(("k",), "k", partial(_to_next, -1), "previous undecided suggestion; any, where all are decided"),
    Letter(("J",), "J", partial(_through, 1), "next suggestion, decided or not"),
    Letter(("K",), "K", partial(_through, -1), "previous suggestion, decided or not"),
    Letter(("g",), "g", partial(_to_end, False), "first suggestion"),
    Letter(("G",), "G", partial(_to_end, True), "last suggestion"),
    Letter(("/",), "/PHRASE", _find, "next suggestion that mentions a phrase; / alone: the same phrase", True),
    Letter(("f",), "f [FILTER]", _filter, "show the filter, or change it: f undecided (decided, accepted, edited, "
           "rejected), f source NAME, f confidence 0.2 0.8, f phrase TEXT, f all", True),
    Letter(("o",), "o [ORDER]", _order, f"show the order, or change it: {', '.join(ORDERS)}", True),
    Letter(("A",), "A [1-9]", _accept_alike, "accept all like this, after a list (of an alternative, if given)", True),
    Letter(("X",), "X", _reject_alike, "reject all like this, after a list"),
    Letter(("t",), "t 0.9", _accept_sure, "accept all from this confidence on, after a question", True),
    Letter(("T",), "T 0.1", _reject_unsure, "reject all up to this confidence, after a question", True),
    Letter(("!",), "!", _never_again, "never suggest this phrase again: reject all, and an exception in your glossary"),
    Letter(("+",), "+ [1-9]", _add_to_glossary, "accept, and add it to your glossary", True),
    Letter(("d",), "d", _paragraph, "the paragraph as it was, and as it will be"),
    Letter(("p",), "p", _print_again, "print the suggestion again"),
    Letter(("w",), "w [FILE]", _write, "write the restored article and the decisions", True),
    Letter(("q",), "q", _quit, "quit; every decision is kept, nothing need be saved"),
    Letter(("?",), "?", _help, "this table"),
)  # fmt: skip

BY_KEY = {key: letter for letter in LETTERS for key in letter.keys}


def parsed(answer: str) -> tuple[str, str]:
    """A letter and what stands behind it: "e some text", "/phrase". Blanks alone are the space bar."""
    if answer.isspace():
        return " ", ""
    answer = answer.strip()
    if answer.startswith("/"):
        return "/", answer[1:]
    name, _, argument = answer.partition(" ")
    return name, argument.strip()
