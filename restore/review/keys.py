"""The keys of the review, in one table: what the screen binds, what its foot shows and what its help says."""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """Some keys that do the same."""

    #: names as Textual has them, separated by commas
    keys: str
    #: what they do, as a call of an action of the screen
    action: str
    #: a word for the foot of the screen; "" to leave it out there
    label: str
    #: how the keys are written
    shown: str
    help: str


KEYS = (
    Key("a,y,enter", "accept", "accept", "a y enter", "put in what is suggested"),
    Key("x,n", "reject", "reject", "x n", "leave it as it stands"),
    Key("1,2,3,4,5,6,7,8,9", "take", "", "1-9", "take that alternative"),
    Key("e", "edit", "edit", "e", "write something else"),
    Key("space", "later", "", "space", "decide later: it comes again at the end"),
    Key("u,ctrl+z", "undo", "undo", "u ctrl+z", "undo the last step and go back to it, without end"),
    Key("ctrl+y,ctrl+r", "redo", "", "ctrl+y", "do again what was undone"),
    Key("j,down,right", "go(1)", "", "j ↓ →", "next undecided"),
    Key("k,up,left", "go(-1)", "", "k ↑ ←", "previous undecided"),
    Key("J", "go_through(1)", "", "J", "next, decided or not"),
    Key("K", "go_through(-1)", "", "K", "previous, decided or not"),
    Key("g,home", "first", "", "g", "first"),
    Key("G,end", "last", "", "G", "last"),
    Key("pagedown,ctrl+d", "scroll(1)", "", "page down", "scroll on"),
    Key("pageup,ctrl+u", "scroll(-1)", "", "page up", "scroll back"),
    Key("slash", "search", "search", "/", "search the suggestions; again with an empty line for the next"),
    Key("f", "filter", "filter", "f", "show only some: by state, source, confidence, phrase"),
    Key("o", "order", "", "o", "order: by text, least sure first, most repeated first"),
    Key("A", "accept_alike", "", "A", "accept all places like this, after a look at each (or what you chose)"),
    Key("X", "reject_alike", "", "X", "reject all places like this, at once"),
    Key("exclamation_mark", "never", "", "!", "never suggest this again: an exception in your glossary"),
    Key("plus", "add", "", "+", "add this replacement to your glossary, and accept it"),
    Key("t", "accept_sure", "", "t", "accept everything that is at least so sure"),
    Key("T", "reject_unsure", "", "T", "reject everything that is at most so sure"),
    Key("d", "sides", "", "d", "old and new side by side, and back"),
    Key("ctrl+t", "theme", "", "ctrl+t", "dark, light, or the terminal's own colours"),
    Key("w", "write", "write", "w", "write the restored article and the decisions"),
    Key("question_mark,f1", "help", "help", "?", "this list"),
    Key("q", "quit", "quit", "q", "quit; every decision is kept already"),
)

#: actions in the order of the foot: where the window is narrow, the first ones
FOOT = ("accept", "reject", "edit", "undo", "help", "quit", "write", "search", "filter")
