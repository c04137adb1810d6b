"""The plain mode of a review: one suggestion at a time, a question, a letter for an answer.

It works over a screen reader, in a terminal that can do nothing, and with answers from a pipe; with the same session
and journal as the screen. What the letters do is in letters.py, what is printed of a suggestion in plain.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TextIO

from restore.datamodels import Decision, Suggestion
from restore.errors import RestoreError, UsageError
from restore.review.letters import BY_KEY, parsed
from restore.review.opening import Review
from restore.review.plain import PlainText, parting, said
from restore.review.talk import Talk
from restore.review.view import described
from restore.wording import counted, on_one_line


def run_prompt(review: Review, ask: TextIO, say: TextIO, again: str = "") -> None:
    """Review until `q` or the end of the input. `again` is the command to go on with, as it is shown at the end.

    An interruption (ctrl-C) is passed on, after a word that everything is kept.
    """
    prompt = Prompt(review, Talk(ask, say))
    try:
        review.feed.start()
        prompt.begin()
        while prompt.going:
            prompt.turn()
    except EOFError:
        prompt.talk.say("")
    except KeyboardInterrupt:
        prompt.talk.say("", "Interrupted. Everything decided so far is kept.")
        prompt.end(again)
        raise
    prompt.end(again)


class Prompt:
    """A conversation about one review."""

    def __init__(self, review: Review, talk: Talk) -> None:
        self.review, self.session, self.talk = review, review.session, talk
        self.plain = PlainText(review.session)
        self.going = True
        #: whether the editor went to a suggestion, which may be decided already
        self.looking = False
        #: the phrase that was searched for last
        self.wanted = ""
        self._shown: object = None
        self._problem = ""

    @property
    def current(self) -> Suggestion:
        """The suggestion in question. Raises UsageError if there is none."""
        if self.session.current is None or self._idle():
            raise UsageError("nothing is left that is undecided", "k goes back to a suggestion, u undoes, w writes")
        return self.session.current

    @property
    def is_open(self) -> bool:
        """Whether nothing was decided about the current suggestion."""
        return self.session.is_open(self.current)

    def begin(self) -> None:
        """Say what the review is about, and have suggestions to begin with."""
        self.talk.say(f"{self.review.article}: a review in plain lines; ? lists the letters.")
        notices = self.review.notices()
        self.talk.say(f"Every decision is kept at once, in {self.review.journal.path}", *notices)
        self.review.journal.tell(notices)
        if not self.talk.live and not self.review.feed.complete:
            self.session.go_to(None)  # nothing was shown: where to begin is told when all is there
            self._wait()

    def turn(self) -> None:
        """One question, and what the answer asks for."""
        self._take_in(wait=False)
        if self._idle() and not self.review.feed.complete and not self._left_in_view():
            self._wait()
        if self._idle() and self._left_in_view():
            self.session.go(1)
        self._show()
        try:
            self._do(self.talk.answer(self._question()))
        except RestoreError as error:
            self.talk.say(f"Not done: {error}")

    def end(self, again: str) -> None:
        """Say how far it is, and how to go on."""
        self.talk.say(*parting(self.review, again or f"restore review {self.review.article}"))

    def decide(self, decisions: Sequence[Decision], keep: Callable[[], None] | None = None) -> None:
        """Decide in one step (by `keep`, if it has more to do), and say so."""
        if not decisions:
            self.talk.say("Nothing was done.")
            return
        (keep or (lambda: self.session.decide(decisions)))()
        self.looking = False
        word = "rejected" if decisions[0].verdict == "reject" else "accepted"
        many = f"{counted(len(decisions), 'suggestion')} {word}"
        words = said(decisions[0]) if len(decisions) == 1 else many
        self.talk.say(words[:1].upper() + words[1:] + ".")

    def go(self, move: Callable[[], object]) -> None:
        """Go to a suggestion, and have it printed, decided or not."""
        if not self.session.view:
            raise UsageError("no suggestion passes the filter", "f all shows everything")
        move()
        self.looking = True
        self.show_again()

    def show_again(self) -> None:
        """Have the suggestion printed before the next question."""
        self._shown = None

    def _wait(self) -> None:
        self.talk.say("Reading the article ...")
        self._take_in(wait=True)

    def _take_in(self, wait: bool) -> None:
        feed, before = self.review.feed, len(self.session.suggestions)
        for batch in feed.poll(wait):
            self.session.take_in(batch.suggestions, batch.start, batch.end)
        if (now := len(self.session.suggestions)) != before:
            self.talk.say(f"{counted(now, 'suggestion')} {'in all' if feed.complete else 'so far'}.")
        if feed.problem != self._problem:
            self._problem = feed.problem
            self.talk.say(f"More suggestions cannot be made: {feed.problem}")

    def _do(self, answer: str) -> None:
        name, argument = parsed(answer)
        letter = BY_KEY.get(name)
        if letter is None or (argument and not letter.argument):
            raise UsageError(f"'{on_one_line(answer)}' is no answer here", "? lists the letters")
        letter.does(self, argument if letter.argument else name)

    def _idle(self) -> bool:
        """Whether no suggestion is in question: what is in front is decided, and the editor did not go there."""
        current = self.session.current
        return current is None or (not self.looking and not self.session.is_open(current))

    def _left_in_view(self) -> bool:
        return any(map(self.session.is_open, self.session.view))

    def _show(self) -> None:
        """Print the current suggestion, unless it was printed last."""
        current = self.session.current
        now = self._idle(), current and self.session.decision(current), self.session.filter
        if now != self._shown:
            self.talk.say("", *(self._at_the_end() if self._idle() else self.plain.lines(self.current)))
        self._shown = now

    def _at_the_end(self) -> list[str]:
        tally = self.session.tally()
        what = "Everything" if not self.review.feed.problem else "What could be suggested"
        why = f"{what} is decided." if tally.total else "Nothing is suggested for this article."
        if tally.left:
            why = f"Nothing undecided passes the filter ({described(self.session.filter)}); f all shows everything."
        return [why, f"{tally}.", "w writes the restored article, u undoes, k goes back, q ends the review."]

    def _question(self) -> str:
        if self._idle():
            return "What now [w,u,k,q,?]? "
        s = self.current
        numbers = f"1-{min(9, len(s.candidates))}" if len(s.candidates) > 1 else "1"
        if self.is_open:
            return f"Accept '{on_one_line(s.after)}' [a,x,{numbers},e,s,u,q,?]? "
        return f"Change that, or go on with j [a,x,{numbers},e,j,u,q,?]? "
