"""The article as a web page that needs nothing else: old beside new, and on every mark what speaks for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from string import Template

from restore.datamodels import Document, Suggestion
from restore.edits import segments
from restore.formats.files import STDIN

#: from this confidence on the right side shows a suggestion that is left to a person
_LIKELY = 0.5
#: between paragraphs: empty lines, or one line break behind a sentence (other lines are wrapped by hand)
_BREAK = re.compile(r"(?<=[.!?:;\"”'’)])(?:[ \t]*(?:\r\n?|\n))+|(?:\r\n?|\n)(?:[ \t]*(?:\r\n?|\n))+")
#: characters that HTML forbids, even written as numbers
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def write_html(document: Document, suggestions: Sequence[Suggestion], colour: bool) -> str:
    """One page for one document: on the left the article as found, on the right with what is likely right put in."""
    kinds = Counter(map(_kind, suggestions))
    rows = (f"<tr><td>{old}</td><td>{new}</td></tr>\n" for old, new in _rows(document.text, suggestions) if old)
    return _PAGE.substitute(
        name="standard input" if document.id == STDIN else _text(document.id),
        words=f"{len(document.text.split()):,}",
        suggestions=f"{len(suggestions):,}",
        rows="".join(rows),
        **{kind: f"{kinds[kind]:,}" for kind in ("auto", "likely", "doubtful")},
    )


def _kind(s: Suggestion) -> str:
    """Applied by `restore run`; right more often than not; or so doubtful that the article reads better without it."""
    return "auto" if s.auto else "likely" if s.confidence >= _LIKELY else "doubtful"


def _rows(text: str, suggestions: Sequence[Suggestion]) -> Iterator[tuple[str, str]]:
    """Each paragraph as found and as proposed; a suggestion keeps its own paragraphs together."""
    suggested = {s.edit: s for s in suggestions}
    old = new = ""
    for piece, edit in segments(text, suggested):
        if edit is not None:
            s = suggested[edit]
            old, new = old + _mark(s, "del", s.before), new + _mark(s, "ins", s.after)
            continue
        first, *others = map(_text, _BREAK.split(piece))
        old, new = old + first, new + first
        for other in others:
            yield old, new
            old = new = other
    yield old, new


def _mark(s: Suggestion, tag: str, text: str) -> str:
    kind, tip = _kind(s), f"{tag}-{s.start}-{s.end}"
    # Tab stops once at each suggestion, on the right; a click or a tap opens either side
    stop = 0 if tag == "ins" else -1
    if kind == "doubtful":
        tag, text = "span", s.before
    return (
        f'<{tag} class="{kind}" tabindex="{stop}" aria-describedby="{tip}">{_visible(text)}'
        f'<span class="tip" role="tooltip" id="{tip}">{_tip(s)}</span></{tag}>'
    )


def _tip(s: Suggestion) -> str:
    """What stands there, what is proposed, how sure that is and why, and what else it may have been."""
    fate = "<code>restore run</code> applies it" if s.auto else "left to you"
    quoted = ", in a quotation" if s.quoted else ""
    lines = [f"<b>{_visible(s.before)} → {_visible(s.after)}</b>"]
    lines += [f"confidence {100 * s.confidence:.0f}&nbsp;%{quoted}, {fate}", *map(_text, s.reasons)]
    if len(s.candidates) > 1:
        lines.append("or: <i>" + ", ".join(_visible(c.text) for c in s.candidates[1:]) + "</i>")
    return "<br>".join(lines)


def _visible(text: str) -> str:
    return _text(text) if text.strip() else "∅"


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub(_picture, text))


def _picture(match: re.Match[str]) -> str:
    """A control character as its picture (␀ ␁ ...), what has none as the sign for what cannot be shown."""
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "\ufffd"


_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="restore">
<title>$name: $suggestions suggestions</title>
<style>
:root {
  color-scheme: light dark;
  --page: #fcfcfa; --raised: #ffffff; --text: #1c1d20; --aside: #595c63; --line: #8b8e96;
  --old: #a3241a; --old-tint: #fdeae7; --new: #0b6330; --new-tint: #e0f3e5; --focus: #1d4ed8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #15171a; --raised: #24272d; --text: #e3e4e7; --aside: #a7abb3; --line: #74787f;
    --old: #ffa196; --old-tint: #3d1c19; --new: #86dca0; --new-tint: #12321d; --focus: #93b4ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.65 Georgia, "Times New Roman", serif; }
/* room below for the note of the last line */
main { max-width: 80rem; margin: auto; padding: 1.5rem 1.5rem 18rem; }
header, th, .tip { font-family: system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
header { font-size: .9rem; line-height: 1.5; }
h1 { margin: 0; font-size: 1.25rem; line-height: 1.3; overflow-wrap: anywhere; }
header p, header ul { max-width: 46rem; margin: .4rem 0; padding: 0; color: var(--aside); list-style: none; }
header ul { margin-bottom: 1rem; }
header b { display: inline-block; min-width: 2.5rem; color: var(--text); font-variant-numeric: tabular-nums; }
table { width: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 0; }
th { position: sticky; top: 0; z-index: 1; padding: .4rem 0; background: var(--page); color: var(--aside);
  font-size: .85rem; text-align: left; border-bottom: 1px solid var(--line); }
td { position: relative; padding: .55rem 0; vertical-align: top; white-space: pre-line; overflow-wrap: anywhere; }
th:first-child, td:first-child { padding-right: 1.25rem; }
th:last-child, td:last-child { padding-left: 1.25rem; }
del, ins, .doubtful { border-radius: .15em; unicode-bidi: isolate; text-decoration-skip-ink: none;
  text-underline-offset: .2em; text-decoration: underline dotted 1.5px var(--line); }
del.auto { color: var(--old); background: var(--old-tint); text-decoration: line-through 1px; }
ins.auto { color: var(--new); background: var(--new-tint); text-decoration: underline 1.5px; }
del.likely { text-decoration: underline dashed 1.5px var(--old); }
ins.likely { text-decoration: underline dashed 1.5px var(--new); }
[tabindex] { cursor: help; scroll-margin: 4rem 0 16rem; }
[tabindex]:hover { outline: 1px solid var(--aside); }
[tabindex]:focus { outline: 2px solid var(--focus); outline-offset: 1px; }
/* as wide as the column and below the line of its mark (top stays auto), so that no edge cuts it */
.tip { display: none; position: absolute; left: 0; right: 0; z-index: 2; margin: .3rem 0; padding: .5rem .75rem;
  border: 1px solid var(--line); border-radius: .4rem; background: var(--raised); color: var(--text);
  box-shadow: 0 .3rem 1rem #0004; font-size: .85rem; line-height: 1.5; white-space: normal; pointer-events: none; }
:hover > .tip, :focus > .tip { display: block; }
:hover > .tip { z-index: 3; }
@media screen and (max-width: 44rem) {
  main { padding: 1rem 1rem 18rem; }
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  td:first-child, td:last-child { padding: .25rem 0; }
  td::before { display: block; color: var(--aside); font: .75rem/1.4 system-ui, sans-serif; content: "As proposed"; }
  td:first-child::before { content: "As found"; }
  tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
}
@media print {
  @page { margin: 1.5cm; }
  body { background: none; font-size: 9.5pt; line-height: 1.45; }
  header { font-size: 9pt; }
  main { max-width: none; padding: 0; }
  th { position: static; }
  tr { break-inside: avoid; }
  .tip, .screen { display: none !important; }
}
</style>
</head>
<body>
<main>
<header>
<h1>$name</h1>
<p>$suggestions suggestions in $words words<span class="screen">. Point at a mark, tap it or reach it with Tab to see
its confidence, the reasons and the alternatives</span>:</p>
<ul>
<li><b>$auto</b> <del class="auto">found</del> <ins class="auto">proposed</ins>
sure: <code>restore run</code> applies it</li>
<li><b>$likely</b> <del class="likely">found</del> <ins class="likely">proposed</ins>
likelier right than not: left to you</li>
<li><b>$doubtful</b> <span class="doubtful">found</span>
doubtful: left to you, both sides read as found</li>
</ul>
</header>
<table>
<thead><tr><th scope="col">As found</th><th scope="col">As proposed</th></tr></thead>
<tbody>
$rows</tbody>
</table>
</main>
</body>
</html>
""")
