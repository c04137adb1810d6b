"""Review: a person decides about every suggestion.

    session.py    what is suggested, what was decided, undo, where the editor is; knows no screen
    view.py       filters and orders
    history.py    steps, done and undone; pace.py: how fast they are taken
    journal.py    every decision on disk before it counts; anchoring.py finds its place in a changed text
    locking.py    one review of an article at a time
    feed.py       suggestions as they are found, by worker.py in a process of its own
    outcome.py    the restored article, the decisions file, a summary
    opening.py    all of these put together
    app.py        the screen; prompt.py: the plain terminal. Both only drive the session.

The screen (screen.py, and what its keys do) is made of article_view.py, which breaks lines by layout.py, panel.py,
ask_line.py and dialogs.py; keys.py is the table of its keys, and steady.py has them come one after the other. The plain
terminal has its letters in letters.py, its words in plain.py; talk.py asks, typed.py reads what is answered.
"""
