"""Glossary files read together, the later ones winning: phrases that stand in several, and what contradicts what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from restore.entries import Entry
from restore.lint import Problem, conditions, loop_problem, loops
from restore.surface import words_of


def lint_together(files: Sequence[Sequence[Entry]]) -> list[Problem]:
    """What is wrong with the entries of some files only because they are read together, in this order."""
    stacked = [replace(e, rank=rank) for rank, entries in enumerate(files) for e in entries]
    return [*_cycles(files, stacked), *_clashes(stacked)]


def overlaps(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Each phrase that stands in more than one of the files, with its entries in the order of loading."""
    by_phrase: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        for phrase in dict.fromkeys(map(words_of, entry.spun)):
            by_phrase[phrase].append(entry)
    for phrase, rivals in by_phrase.items():
        if rivals[0].rank != rivals[-1].rank:
            yield " ".join(phrase), rivals


def ranking(rivals: Sequence[Entry]) -> str:
    """Which of the entries with one phrase, in the order of loading, win and which lose."""
    last = rivals[-1].rank
    winners = " and ".join(_mapping(e) for e in rivals if e.rank == last)
    losers = " and ".join(_mapping(e) for e in rivals if e.rank < last)
    where = "" if any(e.rank == last and not e.has_cues for e in rivals) else " where its cues hold"
    return f"{winners} wins{where} over {losers}"


def _mapping(e: Entry) -> str:
    return f"{e.place} (-> {e.original[0]})" if e.original else f"{e.place} (kept as written)"


def _cycles(files: Sequence[Sequence[Entry]], stacked: Sequence[Entry]) -> Iterator[Problem]:
    """Cycles that lead through several files; those within one are its own finding."""
    own = {frozenset(loop.phrases) for entries in files for loop in loops(entries)}
    return (loop_problem(loop) for loop in loops(stacked) if frozenset(loop.phrases) not in own)


def _clashes(stacked: Sequence[Entry]) -> Iterator[Problem]:
    """Phrases that one file restores and another keeps (errors) or restores otherwise (warnings)."""
    for phrase, rivals in overlaps(stacked):
        later, message = rivals[-1], f"'{phrase}': {ranking(rivals)}"
        if any(_contradict(e, f) for i, e in enumerate(rivals) for f in rivals[i + 1 :]):
            yield Problem("error", later.place, f"kept and restored: {message}")
        elif _differ(rivals):
            yield Problem("warning", later.place, message)


def _differ(rivals: Sequence[Entry]) -> bool:
    """Whether the last file restores a phrase and others restore it otherwise."""
    last = rivals[-1].rank
    winning = {e.original for e in rivals if e.rank == last and not e.keeps}
    losing = {e.original for e in rivals if e.rank < last and not e.keeps}
    return bool(winning and losing - winning)


def _contradict(earlier: Entry, later: Entry) -> bool:
    """Whether one file keeps what the other restores, and the later one leaves the earlier no place to speak."""
    silenced = not later.has_cues or conditions(later)[:-1] == conditions(earlier)[:-1]
    return earlier.rank != later.rank and earlier.keeps != later.keeps and silenced
