"""Learn from decisions: what people accepted, edited and rejected, as proposed glossary entries.

    decisions = read_all(files)             every line that can be read; the last word about a suggestion counts
    evidence  = gather(decisions, texts)    by phrase in base form: what was chosen, what rejected, where
    lesson    = conclude(evidence, ...)     entries to approve, exceptions, and what is passed over and why

A phrase that people restored becomes an entry; one that they only ever rejected becomes an exception (`keep`), which
forbids every source to propose anything for it. Where both happened, the words beside the places have to tell them
apart: these become cues.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from restore.base_pairs import BasePair, base_pair, same_in_base_form
from restore.datamodels import Decision, Token
from restore.decided import Setting, Texts
from restore.entries import Entry
from restore.glossary import PUNCTUATION, SENTENCE_EDGE, Glossary
from restore.lint import speaking
from restore.surface import lemmas, words_of
from restore.wording import counted

Outcome = Literal["accepted", "edited to", "rejected"]
#: of the choices made for a phrase, the share that its likeliest original must have
_MAJORITY = 2 / 3
_CONTEXTS = 3
_CONTEXT_WORDS = 5
_LONGEST_EXAMPLE = 240
SUBJECT, EXCEPTIONS = "learned", "kept"


class Place(NamedTuple):
    """One decision about a phrase, and what stands around it as far as the document is at hand ("" if not)."""

    doc: str
    outcome: Outcome
    #: the neighbours as cues name them
    left: str = ""
    right: str = ""
    #: a few words, the span in brackets
    shown: str = ""
    sentence: str = ""


@dataclass
class Evidence:
    """All that was decided about a phrase in base form."""

    phrase: str
    chosen: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    rejected: list[Place] = field(default_factory=list)
    #: the part of speech that each decision shows ("" if none), for choices only
    pos: set[str] = field(default_factory=set)

    @property
    def best(self) -> tuple[str, list[Place]]:
        """The original chosen most often, with its places."""
        return max(self.chosen.items(), key=lambda item: len(item[1]), default=("", []))

    @property
    def places(self) -> list[Place]:
        """Every decision."""
        return [p for places in self.chosen.values() for p in places] + self.rejected

    def counts(self) -> str:
        """The evidence on one line."""
        parts = []
        for original, places in sorted(self.chosen.items(), key=lambda item: -len(item[1])):
            counts = Counter(p.outcome for p in places)
            parts.append(f"'{original}' " + ", ".join(f"{what} {n}" for what, n in counts.items()))
        parts += [f"rejected {len(self.rejected)}"] if self.rejected else []
        return f"{'; '.join(parts)}; in {counted(len({p.doc for p in self.places}), 'document')}"


def gather(decisions: Iterable[Decision], texts: Texts, unasked: bool = False) -> list[Evidence]:
    """The evidence of each phrase. What a batch run applied by itself counts only if `unasked`: else the program
    would learn from its own guesses."""
    found: dict[str, Evidence] = {}
    for d in decisions:
        automatic = d.verdict == "accept" and d.suggestion.auto
        if d.verdict == "undecided" or (automatic and not unasked):
            continue
        _take_in(d, texts, found)
    return [e for e in found.values() if e.places]


def _take_in(d: Decision, texts: Texts, found: dict[str, Evidence]) -> None:
    s = d.suggestion
    after = d.text if d.verdict == "edit" else s.after
    where = texts.setting(s)
    base = _base_pair(s.before, after, where)
    outcome: Outcome = {"accept": "accepted", "edit": "edited to", "reject": "rejected"}[d.verdict]  # type: ignore[assignment]
    if d.verdict == "edit" and words_of(after) == words_of(s.before):
        outcome = "rejected"
    evidence = found.setdefault(base.phrase.lower(), Evidence(base.phrase))
    if base.phrase.islower():
        evidence.phrase = base.phrase  # the capitals were those of a heading
    place = _place(s.doc, outcome, where)
    if outcome == "rejected":
        evidence.rejected.append(place)
    elif words_of(base.original) and not same_in_base_form(base.original, base.phrase):
        known = next((o for o in evidence.chosen if o.lower() == base.original.lower()), base.original)
        evidence.chosen[known].append(place)
        evidence.pos.add(base.pos)


def _base_pair(before: str, after: str, where: Setting | None) -> BasePair:
    """The pair in base form, seen between its neighbours as far as the document is at hand."""
    if where is None:
        return base_pair(before, after)
    tokens, first, last = where.sentence.tokens, where.first, where.last
    left = tokens[first - 1].norm if first else ""
    right = tokens[last].norm if last < len(tokens) else ""
    return base_pair(before, after, left, right, tokens[first].protection == "name", where.names)


def _place(doc: str, outcome: Outcome, where: Setting | None) -> Place:
    if where is None:
        return Place(doc, outcome)
    sentence, first, last, text, _ = where
    tokens = sentence.tokens
    if tokens[first].norm in ("a", "an") and last - first > 1:
        first += 1  # the article belongs to the suggestion, not to the phrase
    left = _cue(tokens[first - 1]) if first else SENTENCE_EDGE
    right = _cue(tokens[last]) if last < len(tokens) else PUNCTUATION
    start, end = tokens[max(0, first - _CONTEXT_WORDS)].start, tokens[min(len(tokens), last + _CONTEXT_WORDS) - 1].end
    spans = ((start, tokens[first].start), (tokens[first].start, tokens[last - 1].end), (tokens[last - 1].end, end))
    before, span, after = (text[a - sentence.start : b - sentence.start] for a, b in spans)
    return Place(doc, outcome, left, right, " ".join(f"{before}[{span}]{after}".split()), " ".join(text.split()))


def _cue(neighbour: Token) -> str:
    return neighbour.norm if neighbour.text[0].isalnum() else PUNCTUATION


class Proposal(NamedTuple):
    """An entry for a person to approve, with the evidence as lines of comment."""

    entry: Entry
    comments: tuple[str, ...]


class Lesson(NamedTuple):
    """What was learned; `passed_over` holds phrases with evidence and the reason why nothing is proposed."""

    proposals: list[Proposal]
    passed_over: list[tuple[str, str]]
    #: phrases with fewer decisions than asked for
    too_few: int


Known = Mapping[tuple[str, ...], Sequence[Entry]]


def conclude(evidence: Sequence[Evidence], glossary: Glossary, min_count: int = 2) -> Lesson:
    """The entries that the evidence supports, most of it first; what the glossary already says is passed over."""
    known: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for e in glossary.entries:
        for phrase in e.spun:
            known[words_of(phrase)].append(e)
    proposed: list[tuple[Evidence, Entry]] = []
    originals: set[tuple[str, ...]] = set()
    passed_over = []
    enough = [e for e in evidence if max(len(e.best[1]), len(e.rejected)) >= min_count]
    for item in sorted(enough, key=lambda e: -len(e.places)):
        result = _entry_for(item, known, min_count)
        if isinstance(result, Entry) and not result.keeps and words_of(item.phrase) in originals:
            result = "is itself the original of a phrase with more evidence"
        if isinstance(result, Entry):
            proposed.append((item, result))
            known[words_of(item.phrase)].append(result)
            originals |= {words_of(o) for o in result.original}
        else:
            passed_over.append((item.phrase, f"{result} ({item.counts()})"))
    return Lesson(list(_with_examples(proposed, glossary)), passed_over, len(evidence) - len(enough))


def _entry_for(item: Evidence, known: Known, min_count: int) -> Entry | str:
    """The entry for a phrase, or why there is none."""
    best, places = item.best
    own = known.get(words_of(item.phrase), ())
    if not places:
        kept = next((e.place for e in own if e.keeps), "")
        return f"already kept at {kept}" if kept else Entry((item.phrase,), (), subject=EXCEPTIONS)
    same = next((e for e in own if words_of(best) in {words_of(o) for o in e.original}), None)
    if same is not None:
        return f"already at {same.place}" + ("; give it cues" if item.rejected else "")
    if len(places) < min_count:
        return "mostly rejected, yet not always"
    if len(places) < _MAJORITY * sum(map(len, item.chosen.values())):
        return "no original prevails"
    entry = Entry((item.phrase,), _originals(item, min_count), subject=SUBJECT, pos=_only(item.pos))
    return _in_harmony(entry, known) or (_with_cues(entry, item) if item.rejected else entry)


def _in_harmony(entry: Entry, known: Known) -> str:
    """What other entries have against it: a phrase cannot be spun and original at once; "" if nothing."""
    phrase = words_of(entry.spun[0])
    for o in entry.original:
        for other in known.get(words_of(o), ()):
            if not (other.keeps or other.has_cues):
                return f"'{o}' is itself a spun phrase {'at ' + other.place if other.file else 'proposed'}"
        if _leads_to(words_of(o), phrase, known, set()):
            return f"'{o}' is restored to this very phrase elsewhere"
    return ""


def _leads_to(start: tuple[str, ...], goal: tuple[str, ...], known: Known, seen: set[tuple[str, ...]]) -> bool:
    if start == goal:
        return True
    if start in seen:
        return False
    seen.add(start)
    return any(_leads_to(words_of(o), goal, known, seen) for e in known.get(start, ()) for o in e.original)


def _with_cues(entry: Entry, item: Evidence) -> Entry | str:
    cues = separating_cues(item.best[1], item.rejected)
    if not cues:
        return "restored here, rejected there, and the words beside the places do not tell them apart"
    return replace(entry, left=cues.get("left", ()), right=cues.get("right", ()))


def _originals(item: Evidence, min_count: int) -> tuple[str, ...]:
    """The originals that were chosen often enough, the likeliest first."""
    ordered = sorted(item.chosen.items(), key=lambda pair: -len(pair[1]))
    return tuple(original for original, places in ordered if len(places) >= min_count)


def _only(parts: set[str]) -> str:
    return next(iter(parts)) if len(parts) == 1 else ""


def separating_cues(yes: Sequence[Place], no: Sequence[Place]) -> Mapping[str, tuple[str, ...]]:
    """The words left (or right) of the accepted places, if none of them stands there at a rejected one.

    Of two sides the one with fewer words; empty if neither side separates or a context is missing.
    """
    sides: dict[str, tuple[str, ...]] = {}
    for side in ("left", "right"):
        wanted = {str(getattr(p, side)) for p in yes}
        others = {str(getattr(p, side)) for p in no}
        clash = "" in wanted | others or any(form in wanted for other in others for form in lemmas(other))
        if not clash:
            sides[side] = tuple(sorted(wanted))
    best = min(sides, key=lambda side: len(sides[side]), default="")
    return {best: sides[best]} if best else {}


def _comments(item: Evidence) -> Iterator[str]:
    yield item.counts()
    shown: dict[str, str] = {}
    for p in sorted(item.places, key=lambda p: p.outcome == "rejected"):
        if p.shown:
            shown.setdefault(p.shown, p.outcome)
    both = {outcome: text for text, outcome in reversed(shown.items())}  # one of each kind, then the rest
    chosen = list(dict.fromkeys([*both.values(), *shown]))[:_CONTEXTS]
    yield from (f"{shown[text]}: {text}" for text in chosen)


def _with_examples(proposed: Sequence[tuple[Evidence, Entry]], glossary: Glossary) -> Iterator[Proposal]:
    """The proposals, each with a sentence in which it fires and one in which it must not, proved by matching."""
    trials = [replace(entry, rank=_LAST) for _, entry in proposed]
    together = Glossary([*glossary.entries, *trials])
    for (item, entry), trial in zip(proposed, trials, strict=True):

        def fires(sentence: str, spun: bool, trial: Entry = trial) -> bool:
            return any(e is trial for e in speaking(together, sentence, spun))

        if not entry.keeps:
            example = next((s for s in _sentences(item.best[1]) if fires(s, True)), "")
            counterexample = next((s for s in _sentences(item.rejected) if not fires(s, False)), "")
            entry = replace(entry, example=example, counterexample=counterexample)
        yield Proposal(entry, tuple(_comments(item)))


def _sentences(places: Iterable[Place]) -> Iterator[str]:
    return (p.sentence for p in places if 0 < len(p.sentence) <= _LONGEST_EXAMPLE)


#: rank of proposals among the loaded files: they win
_LAST = 1_000_000
