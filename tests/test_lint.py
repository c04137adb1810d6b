"""The rules of glossary lint, exceptions, and the commands that make glossaries grow from outside."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from restore import Document, load_glossary
from restore.cli import main
from restore.entries import parse_glossary
from restore.errors import GlossaryError
from restore.glossary import Glossary, Surroundings
from restore.importing import import_pairs, read_pairs
from restore.lexicon import Lexicon, Pair, packaged_pairs
from restore.lint import CleanText, fires_on_clean, lint, read_clean, speaking
from restore.resources import packaged_glossary
from restore.segmentation import tokenize
from restore.statistics import covered, frequent_words


def restore(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)


def messages(entries: str) -> str:
    return "; ".join(
        f"{p.severity} {p.place.rpartition(':')[2]}: {p.message}" for p in lint(parse_glossary(entries, "g"))
    )


class TestRules:
    @pytest.mark.parametrize(
        ("entries", "says"),
        [
            # another one wins with or without its cues
            ("- {spun: ramble, original: a, near: [gun]}\n- {spun: ramble, original: b, near: [gun, tank]}",
             "warning 1: 'ramble' can never fire: g:2 always wins"),
            # a longer phrase starts at its only left cues
            ("- {spun: ramble, original: a, left: [the]}\n- {spun: the ramble, original: b}",
             "warning 1: 'ramble' can never fire: g:2 always wins"),
            ("- {spun: ramble, original: a, near: [tank], not_near: [tank]}",
             "warning 1: 'ramble' can never fire: its cues never hold together"),
            # no inflected form is left to it
            ("- {spun: ramble, original: a, pos: noun}\n- {spun: ramble, original: b}", "g:2 always wins"),
        ],
    )  # fmt: skip
    def test_entries_that_never_win(self, entries: str, says: str) -> None:
        assert says in messages(entries)

    @pytest.mark.parametrize(
        "entries",
        [
            "- {spun: ramble, original: a, near: [gun, car]}\n- {spun: ramble, original: b, near: [gun]}",
            "- {spun: ramble, original: a, left: [the, an]}\n- {spun: the ramble, original: b}",
            "- {spun: ramble, original: a}\n- {spun: ramble, original: b, left: [the]}",
            # "rambled" is no noun
            "- {spun: ramble, original: a}\n- {spun: ramble, original: b, pos: noun}",
            "- {spun: [a b, b], original: c}\n- {spun: a b c, original: d}",
            "- {spun: ramble, original: a}\n- {keep: ramble, left: ['^']}\n- {keep: ramble, right: [away]}",
        ],
    )
    def test_entries_that_sometimes_win(self, entries: str) -> None:
        assert "never fire" not in messages(entries)

    def test_a_duplicate_is_named_once(self) -> None:
        found = messages("- {spun: a b, original: c}\n- {spun: a b, original: d}")
        assert "already at" in found
        assert "never fire" not in found

    def test_originals_that_would_be_restored_again(self) -> None:
        ramble = "- {spun: ramble, original: drone}\n"
        assert "error 2: original 'many rambles there' holds a spun phrase of g:1" in messages(
            ramble + "- {spun: x y, original: many rambles there}"
        )
        assert "error 2: original 'ramble' is itself" in messages(ramble + "- {spun: x y, original: ramble}")
        cued = "- {spun: ramble, original: drone, left: [the]}\n"
        assert "holds a spun phrase" not in messages(cued + "- {spun: x y, original: the ramble there}")

    def test_an_entry_without_an_example(self) -> None:
        assert "warning 1: no example: nothing proves that 'a b' fires" in messages("- {spun: a b, original: c}")
        assert "no example" not in messages("- {keep: a b}")
        assert "no example" not in messages("- {spun: a b, original: c, example: The a b.}")

    def test_a_counterexample_stands_in_an_article_that_is_not_spun(self) -> None:
        spun = "- {spun: yet, original: but, article: ['@spun'], counterexample: 'It rained, yet we left.'}"
        assert "fires in its counterexample" not in messages(spun)
        assert (
            "error 1: 'yet' fires in its counterexample (read as standing in an article that is not spun)"
            in messages(spun.replace("'@spun'", "'@spun', rained"))
        )

    def test_an_example_of_an_exception(self) -> None:
        assert messages("- {keep: a b, example: The a b.}") == ""
        assert "does not fire" in messages("- {keep: a b, example: The b.}")

    @pytest.mark.parametrize(
        ("spun", "original"), [("Drones", "drone"), ("drone", "drones"), ("local armies", "local army")]
    )
    def test_a_form_of_a_phrase_is_no_original_of_it(self, spun: str, original: str) -> None:
        found = messages(f"- {{spun: {spun}, original: {original}, example: x}}")
        assert f"error 1: '{spun}' maps to itself in base form ('{original}')" in found

    @pytest.mark.parametrize(("spun", "original"), [("refered", "referred"), ("medium", "media"), ("troop", "troops")])
    def test_what_looks_like_a_form_and_is_none(self, spun: str, original: str) -> None:
        assert "maps to itself" not in messages(f"- {{spun: {spun}, original: {original}}}")

    def test_clean_text(self) -> None:
        entries = parse_glossary(
            "- {spun: ramble, original: drone}\n- {spun: yet, original: but, article: ['@spun']}", "g"
        )
        texts = [
            CleanText(Document("One.\n\nHe loves\nrambles, yet\nstays."), "c.txt", 5),
            CleanText(Document("Yet no."), "c.txt", 11),
        ]
        found = [(p.severity, str(p)) for p in fires_on_clean(entries, texts)]
        assert found == [
            ("warning", "g:1: fires on clean text: 'rambles' at c.txt:8"),
            ("warning", "g:2: fires on clean text: 'yet' at c.txt:8"),
        ]
        assert [p for p in lint(entries, texts) if "clean" in p.message]

    def test_clean_files(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("# one\nA.\n\nB.\n---\nC.\n", encoding="utf-8")
        (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"A.\nB.\n\nC.\n"))
        a, b = list(read_clean(tmp_path / "a.txt")), list(read_clean(tmp_path / "b.txt.gz"))
        assert [t.document.text.strip() for t in a] == ["# one\nA.\n\nB.", "C."]
        assert a[1].place(a[1].document.text.index("C")).endswith("a.txt:6")
        assert [(t.document.text.strip(), t.line) for t in b] == [("A.\nB.", 1), ("C.", 4)]

    def test_ten_thousand_entries_in_good_time(self) -> None:
        line = "- {{spun: [w{0}x thing, v{0} z], original: o{0}z, near: [gun, tank], left: [the, a], example: The w{0}x thing and a gun.}}"
        entries = parse_glossary("\n".join(line.format(i) for i in range(10_000)))
        start = time.perf_counter()
        assert {p.severity for p in lint(entries)} == {"warning"}
        assert time.perf_counter() - start < 30


class TestExceptions:
    def test_the_longest_wins_and_cues_count(self) -> None:
        glossary = Glossary(parse_glossary("- {spun: big ramble, original: drone}\n- {keep: ramble, not_left: [the]}"))

        def kept(text: str) -> list[tuple[int, int]]:
            return [(h.first, h.last) for h in glossary.kept(tokenize(text), Surroundings("", ""))]

        assert kept("a ramble there") == [(1, 2)]
        assert kept("the rambles there") == []
        assert kept("a big ramble there") == []
        assert [h.entry.spun[0] for h in glossary.hits(tokenize("a big ramble, a ramble"), Surroundings("", ""))] == [
            "big ramble"
        ]

    def test_what_it_forbids(self) -> None:
        glossary = Glossary(parse_glossary("- {keep: head of state}"))
        (hit,) = glossary.kept(tokenize("the head of state spoke"), Surroundings("", ""))
        assert [s for s in [(0, 1), (1, 4), (3, 4), (0, 2), (3, 5), (0, 4), (4, 5)] if hit.forbids(*s)] == [
            (1, 4), (3, 4), (0, 2), (3, 5),
        ]  # fmt: skip

    def test_it_overrules_a_sign_of_spinning(self) -> None:
        entries = "- {spun: ramble, original: drone}\n"
        sentence = [tokenize("a ramble")]
        assert Glossary(parse_glossary(entries)).is_spun(sentence)
        assert not Glossary(parse_glossary(entries + "- {keep: ramble}")).is_spun(sentence)

    def test_it_has_no_original(self) -> None:
        for field in ("spun: b", "original: b", "pos: noun"):
            with pytest.raises(GlossaryError, match="exclude each other"):
                parse_glossary(f"- {{keep: a, {field}}}")

    def test_loading_and_listing(self, tmp_path: Path) -> None:
        (tmp_path / "g.yaml").write_text("x: [{keep: a b}, {spun: c d, original: e}]", encoding="utf-8")
        assert len(load_glossary(tmp_path / "g.yaml")) == 2
        assert "x: a b -> (kept as written)" in restore("glossary", "list", tmp_path / "g.yaml").stdout


class TestTheGlossaryThatShips:
    """Made from its own entries: every example is a positive test, every counterexample a negative one."""

    glossary = load_glossary(packaged_glossary())

    def test_every_example_fires(self) -> None:
        silent = [
            e.place
            for e in self.glossary.entries
            if e.example
            and not any(f is e or e.original[0] in f.original for f in speaking(self.glossary, e.example, spun=True))
        ]
        assert silent == []

    def test_no_counterexample_does(self) -> None:
        firing = [
            e.place
            for e in self.glossary.entries
            if e.counterexample and any(f is e for f in speaking(self.glossary, e.counterexample, spun=False))
        ]
        assert firing == []

    def test_there_are_many_of_both(self) -> None:
        assert sum(bool(e.example) for e in self.glossary.entries) > 1_500
        assert sum(bool(e.counterexample) for e in self.glossary.entries) > 1_500


class TestLintCommand:
    def test_clean_text_of_ones_own(self, tmp_path: Path) -> None:
        (tmp_path / "g.yaml").write_text("- {spun: a ramble, original: b, example: A ramble.}", encoding="utf-8")
        (tmp_path / "c.txt").write_text("Fine.\nTake a ramble.\n", encoding="utf-8")
        result = restore("glossary", "lint", tmp_path / "g.yaml", "--clean", tmp_path / "c.txt")
        assert result.exit_code == 0
        assert f"g.yaml:1: warning: fires on clean text: 'a ramble' at {tmp_path / 'c.txt'}:2" in result.stdout
        assert (
            restore("glossary", "lint", tmp_path / "g.yaml", "--clean", tmp_path / "c.txt", "--strict").exit_code == 2
        )

    @pytest.mark.parametrize(
        ("first", "second", "says"),
        [
            ("{spun: a b, original: c d}", "{spun: c d, original: a b}", "error: cycle: 'a b' -> 'c d' -> 'a b'"),
            ("{spun: a b, original: c}", "{keep: a b}", "b.yaml:1: error: kept and restored: 'a b': "),
            ("{keep: a b, left: [the]}", "{spun: a b, original: c}", "b.yaml:1: error: kept and restored: 'a b': "),
            ("{spun: a b, original: c}", "{spun: A b, original: d}", "b.yaml:1: warning: 'a b': "),
        ],
    )
    def test_files_that_contradict_each_other(self, tmp_path: Path, first: str, second: str, says: str) -> None:
        a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
        for path, entry in ((a, first), (b, second)):
            path.write_text(f"- {entry}", encoding="utf-8")
            assert restore("glossary", "lint", path).exit_code == 0
        result = restore("glossary", "lint", a, b)
        assert says in result.stdout
        assert result.exit_code == (2 if "error" in says else 0)
        assert "2 files together, " in result.stderr

    def test_the_later_file_is_named_as_the_winner(self, tmp_path: Path) -> None:
        a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
        a.write_text("- {spun: a b, original: c}", encoding="utf-8")
        b.write_text("- {spun: a b, original: d, left: [the]}", encoding="utf-8")
        assert f"{b}:1 (-> d) wins where its cues hold over {a}:1 (-> c)" in restore("glossary", "lint", a, b).stdout
        assert f"{a}:1 (-> c) wins over {b}:1 (-> d)" in restore("glossary", "lint", b, a).stdout

    def test_what_files_agree_on_and_what_is_wrong_with_one_alone(self, tmp_path: Path) -> None:
        a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
        a.write_text("- {spun: a b, original: c}\n- {spun: d, original: e}\n- {spun: e, original: d}", encoding="utf-8")
        b.write_text("- {spun: x, original: e}\n- {spun: a b, original: c}\n- {keep: d, left: [the]}", encoding="utf-8")
        result = restore("glossary", "lint", b, a)
        assert result.stdout.count("cycle") == 1
        assert "2 files together, 1 error, 0 warnings" in result.stderr  # 'd' is restored everywhere, so never kept
        assert "2 files together, 0 errors, 0 warnings" in restore("glossary", "lint", a, b).stderr
        a.write_text("- {spun: a b, original: c}\n- {spun: a b, original: d, left: [the]}", encoding="utf-8")
        assert "2 files together, 0 errors, 0 warnings" in restore("glossary", "lint", a, a).stderr

    def test_one_of_a_kind(self, tmp_path: Path) -> None:
        (tmp_path / "g.yaml").write_text("- {spun: a b, original: c}", encoding="utf-8")
        assert "g.yaml: 1 entry, 0 errors, 1 warning\n" in restore("glossary", "lint", tmp_path / "g.yaml").stderr
        assert restore("glossary", "list", tmp_path / "g.yaml").stderr == "1 entry\n"
        assert ", 1 entry\n" in restore("doctor", "--no-model", "--glossary", tmp_path / "g.yaml").stdout

    def test_clean_text_that_is_not_there(self, tmp_path: Path) -> None:
        result = restore("glossary", "lint", "--clean", tmp_path / "none.txt")
        assert result.exit_code == 3
        assert "none.txt: cannot read the clean text" in result.stderr
        (tmp_path / "bad.txt.gz").write_bytes(b"\x1f\x8bnonsense")
        assert restore("glossary", "lint", "--clean", tmp_path / "bad.txt.gz").exit_code == 3


MINE = "# mine\r\nfirst:\r\n  - spun: [a b,  c d]   # two\r\n    original: é\r\n\r\n# between\r\nsecond: [{spun: e f, original: g}]\r\n# end"


class TestAdd:
    @pytest.fixture
    def mine(self, tmp_path: Path) -> Path:
        (tmp_path / "mine.yaml").write_bytes(b"\xef\xbb\xbf" + MINE.encode())
        return tmp_path / "mine.yaml"

    def test_what_is_there_stays_byte_for_byte(self, mine: Path) -> None:
        entry = "  - spun: ramble\r\n    original: drone\r\n    pos: noun\r\n    left:"
        assert restore("glossary", "add", "ramble", "drone", "--subject", "first", "--pos", "noun", "--left", "the",
                       "--left", "a", "--to", mine).exit_code == 0  # fmt: skip
        head, tail = MINE.split("\r\n\r\n# between")
        expected = f"\ufeff{head}\r\n{entry} [the, a]\r\n\r\n# between{tail}"
        assert mine.read_bytes().decode() == expected
        assert restore("glossary", "add", "x  y", "no", "--subject", "second", "--to", mine).exit_code == 0
        expected = expected.replace("original: g}]", "original: g}, {spun: x y, original: 'no'}]")
        assert mine.read_bytes().decode() == expected
        assert (
            restore("glossary", "add", "z z", "w", "--example", "The z z.", "--note", "why: so", "--to", mine).exit_code
            == 0
        )
        assert mine.read_bytes().decode().startswith(expected + "\r\n\r\nown:\r\n  - spun: z z\r\n")
        added = load_glossary(mine).entries[-1]
        assert (added.spun, added.original, added.note, added.example, added.subject) == (
            ("z z",),
            ("w",),
            "why: so",
            "The z z.",
            "own",
        )

    @pytest.mark.parametrize("text", ["", "# only this", "- {spun: a b, original: c}", "[]", "- spun: a b\n  original: c\n# x\n",
                                      "  x:\n  - spun: a b\n    original: c", "x: []"])  # fmt: skip
    def test_any_layout(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "g.yaml"
        path.write_text(text, encoding="utf-8")
        result = restore("glossary", "add", "ramble", "drone", "--subject", "x", "--to", path)
        if result.exit_code:  # refused, and nothing is lost
            assert "not added" in result.stderr
            assert path.read_text(encoding="utf-8") == text
            assert text.startswith("  x")
        else:
            added = [e for e in load_glossary(path).entries if e.spun == ("ramble",)]
            assert [e.subject for e in added] == ["x"]

    def test_a_layout_that_leaves_no_sure_place(self, tmp_path: Path) -> None:
        path = tmp_path / "g.yaml"
        path.write_text("x:\n- &e {spun: q w, original: e}\nz:\n- *e\n", encoding="utf-8")
        result = restore("glossary", "add", "ramble", "drone", "--subject", "z", "--to", path)
        assert result.exit_code == 2
        assert "no sure place" in result.stderr
        assert "ramble" not in path.read_text(encoding="utf-8")

    def test_a_new_file(self, tmp_path: Path) -> None:
        assert restore("glossary", "add", "ramble", "drone", "--to", tmp_path / "new.yaml").exit_code == 0
        assert (tmp_path / "new.yaml").read_text(encoding="utf-8") == "own:\n  - spun: ramble\n    original: drone\n"

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (["a b", "x"], "'a b' is already at"),
            (["q", "q"], "maps to itself"),
            (["Drones", "drone"], "'Drones' maps to itself in base form"),
            (["g", "e f"], "cycle"),
            (["q r", "a b"], "'a b' is itself a spun phrase"),
            (["q r", "the a b there"], "holds a spun phrase"),
            (["militia", "local army"], "cycle: "),
            (["q", "r", "--example", "None here."], "does not fire in its example"),
            (["q", "r", "--pos", "nown"], "unknown part of speech"),
            (["q", "..."], None),
            (["...", "q"], "no word"),
        ],
    )
    def test_what_lint_calls_an_error_is_refused(self, mine: Path, arguments: list[str], says: str | None) -> None:
        before = mine.read_bytes()
        result = restore("glossary", "add", *arguments, "--to", mine)
        if says is None:
            assert result.exit_code == 0
        else:
            assert result.exit_code == 2
            assert says in result.stderr
            assert mine.read_bytes() == before

    def test_a_file_that_is_no_glossary(self, tmp_path: Path) -> None:
        for data in (b"x: text", b"\xff\xfe", b"x: [a"):
            (tmp_path / "g.yaml").write_bytes(data)
            assert restore("glossary", "add", "q", "r", "--to", tmp_path / "g.yaml").exit_code == 2
            assert (tmp_path / "g.yaml").read_bytes() == data


class TestImport:
    TABLE = (
        "Tortured phrase;Notes;Established phrase\n"
        "bosom harm;;breast harm\n"
        "bosom hurt;;breast harm (see below)\n"
        "bosom hurt;;breast harm\n"
        "bosom hurt;;breast injury\n"
        ";;empty\n"
        "same;;Same\n"
        "house;;home\n"
        "of the;;for the\n"
        "x y;;z or w\n"
        "air terminal;;airport\n"
        "local army;;gang\n"
        "breast harm;;breast pain\n"
    )

    def test_a_table(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text(self.TABLE, encoding="utf-8")
        result = restore("glossary", "import", tmp_path / "t.csv", "--verbose", "-o", tmp_path / "out.yaml")
        assert result.exit_code == 0
        for line, reason in [(4, "repeated"), (6, "empty"), (7, "the same on both sides"), (8, "one common word"), (9, "grammar words only"),
                             (10, "no plain phrase"), (11, "already in a loaded glossary"), (12, "conflicts with a loaded entry"),
                             (2, "lint finds an error (original 'breast harm' is itself a spun phrase at"), (3, "explanation in brackets")]:  # fmt: skip
            assert f"t.csv:{line}: {reason}" in result.stderr
        assert "1 left out: empty" in result.stderr
        assert "1 changed: explanation in brackets removed" in result.stderr
        entries = load_glossary(tmp_path / "out.yaml").entries
        assert [(e.spun, e.original) for e in entries] == [(("breast harm",), ("breast pain",))]
        assert not [p for p in lint(entries) if p.severity == "error"]

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("a.tsv", 'q w\te r\n"q x\te r\n'),
            ("b.csv", 'original,spun\ne r,"q w"\ne r,q x\n'),
            ("c.txt", "q w|e r\n\nq x|e r"),
            (
                "d.json",
                json.dumps(
                    [{"id": 1, "tortured": "q w", "established": "e r"}, {"tortured": "q x", "established": ["e r"]}]
                ),
            ),
            ("e.json", json.dumps([["q w", "e r"], ["q x", "e r"]])),
        ],
    )
    def test_formats(self, tmp_path: Path, name: str, text: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        rows = [(r.spun.strip('"'), r.original) for r in read_pairs(str(tmp_path / name))]
        assert rows == [("q w", "e r"), ("q x", "e r")]

    def test_two_originals_make_one_entry(self) -> None:
        rows = [r._replace(place=f"t:{i}") for i, r in enumerate(map(_row, ["q w=e", "q w=r", "q x=e"]))]
        entries = import_pairs(rows, (), lambda word: False).entries
        assert [(e.spun, e.original) for e in entries] == [(("q w",), ("e", "r")), (("q x",), ("e",))]

    @pytest.mark.parametrize("text", ["no columns\nat all\n", '{"a": 1}', "[1]", '[{"x": "y"}]', '[{"tortured": '])
    def test_what_is_no_table(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "t.txt").write_text(text, encoding="utf-8")
        result = restore("glossary", "import", tmp_path / "t.txt")
        assert result.exit_code == 3
        assert "t.txt" in result.stderr
        assert result.stdout == ""

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('q w,e r\nq x,e r\n"q y,e r\nq z,e r\n', "t.csv:3: not a row of a table"),
            ('q w,e r\n"q y,e r\nq z,e "r t"\n', "t.csv:2: not a row of a table"),
            ('q w,e r\n"q y,e r\nq z",e r\n', "t.csv:2: a phrase goes on in the next line"),
            (
                "spun,meaning\nq w,e r\n",
                "t.csv:1: no column for the original among spun, meaning (known are spun, tortured, ",
            ),
            ("phrase,Established phrase\nq w,e r\n", "t.csv:1: no column for the spun phrase"),
            (
                '[{"tortured": "q w", "sense": "e r"}]',
                "t.csv: item 1: no column for the original among tortured, sense",
            ),
        ],
    )
    def test_a_table_that_cannot_be_read_for_sure(self, tmp_path: Path, text: str, says: str) -> None:
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        result = restore("glossary", "import", tmp_path / "t.csv", "-o", tmp_path / "out.yaml")
        assert result.exit_code == 3
        assert says in result.stderr
        assert not (tmp_path / "out.yaml").exists()

    def test_quoted_cells_may_hold_lines_where_they_do_not_matter(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text('spun,original,notes\nq w,e r,"one\ntwo"\nq x,"e, r",\n', encoding="utf-8")
        rows = read_pairs(str(tmp_path / "t.csv"))
        assert [(r.place.rpartition(":")[2], r.spun, r.original) for r in rows] == [
            ("2", "q w", "e r"),
            ("4", "q x", "e, r"),
        ]

    def test_nothing_left_is_no_glossary(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("spun,original\nhouse,home\n", encoding="utf-8")
        result = restore("glossary", "import", tmp_path / "t.csv", "-o", tmp_path / "out.yaml")
        assert result.exit_code == 3
        assert "1 left out: one common word" in result.stderr
        assert "holds nothing for a glossary" in result.stderr
        assert not (tmp_path / "out.yaml").exists()
        assert restore("glossary", "import", tmp_path / "t.csv").stdout == ""

    def test_the_encoding_can_be_named(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_bytes("spun,original\nзверь лев,собака\n".encode("koi8-r"))
        refused = restore("glossary", "import", tmp_path / "t.csv")
        assert refused.exit_code == 3
        assert "--encoding" in refused.stderr
        assert "spun: зверь лев" in restore("glossary", "import", tmp_path / "t.csv", "--encoding", "koi8-r").stdout

    def test_one_entry_with_one_phrase(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("spun,original\nq w,e r\n", encoding="utf-8")
        assert "1 entry with 1 phrase imported" in restore("glossary", "import", tmp_path / "t.csv").stderr

    def test_nothing_is_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text(self.TABLE, encoding="utf-8")
        assert restore("glossary", "import", tmp_path / "t.csv", "-o", tmp_path / "t.csv").exit_code == 2
        assert (tmp_path / "t.csv").read_text(encoding="utf-8") == self.TABLE


def _row(text: str):  # type: ignore[no-untyped-def]
    from restore.importing import Row

    return Row("", *text.split("="))


class TestStatsAndDoctor:
    def test_stats(self, tmp_path: Path) -> None:
        (tmp_path / "g.yaml").write_text(
            "x: [{spun: [a b, c], original: [d, e], left: [f], example: A.}]\ny: [{keep: g h}]", encoding="utf-8"
        )
        lines = [
            " ".join(line.split()) for line in restore("glossary", "stats", tmp_path / "g.yaml").stdout.splitlines()
        ]
        for line in ("2 entries", "1 of them exceptions (keep)", "1 with cues", "1 with example", "3 phrases", "2 of several words",
                     "2.00 originals per entry", "1 subject x", "1 subject y", "lexicon:"):  # fmt: skip
            assert line in lines
        assert any(line.endswith("part of speech noun") for line in lines)
        assert any(line.endswith("of the 4,000 most frequent English content words are originals") for line in lines)
        assert restore("glossary", "stats", tmp_path / "none.yaml").exit_code == 2

    def test_frequent_words_are_content_words_in_base_form_and_counted_once(self) -> None:
        words = frequent_words()
        assert len(words) == len(set(words)) == 4000
        assert {"people", "time", "attack"} <= set(words)
        assert not {"the", "having", "have", "attacks", "attacked", "2020"} & set(words)
        pairs = [Pair(spun, original, "noun", 1, 0, "written") for spun, original in (("a", "Time"), ("b", "Time"), ("c", "x y"))]  # fmt: skip
        assert covered(pairs) == 1

    def test_doctor_names_phrases_that_stand_in_several_glossaries(self, tmp_path: Path) -> None:
        mine = tmp_path / "mine.yaml"
        mine.write_text(
            "x: [{spun: local army, original: gang, left: [a]}]\ny: [{keep: air terminal}]", encoding="utf-8"
        )
        out = restore("doctor", "--no-model", "--glossary", mine).stdout
        assert f"'local army': {mine}:1 (-> gang) wins where its cues hold over " in out
        assert "(-> militia)" in out
        assert out.count("glossary overlap") == 2
        assert f"'air terminal': {mine}:2 (kept as written) wins over " in out
        assert "overlap" not in restore("doctor", "--no-model").stdout

    def test_stats_and_doctor_count_the_same_lexicon(self) -> None:
        assert len(list(packaged_pairs())) == len(Lexicon.load())

    def test_doctor_looks_at_references(self, tmp_path: Path) -> None:
        (tmp_path / "clean.txt").write_text("A missile struck, they said.", encoding="utf-8")
        (tmp_path / "empty.txt").write_text("...", encoding="utf-8")

        def examined(*names: str) -> Result:
            given = [part for name in names for part in ("--reference", tmp_path / name)]
            return restore("doctor", "--no-model", *given)

        good = examined("clean.txt")
        assert good.exit_code == 0
        assert f"ok   reference: {tmp_path / 'clean.txt'}, 5 words" in good.stdout
        bad = examined("nope.txt", "clean.txt", "empty.txt")
        assert bad.exit_code == 2
        assert f"BAD  reference: {tmp_path / 'nope.txt'}: no such file" in bad.stdout
        assert f"BAD  reference: {tmp_path / 'empty.txt'}: holds no words" in bad.stdout
        assert "ok   reference" in bad.stdout

    def test_doctor_names_glossaries_that_contradict_each_other(self, tmp_path: Path) -> None:
        mine = tmp_path / "mine.yaml"
        mine.write_text("x: [{spun: militia, original: local army}]", encoding="utf-8")
        result = restore("doctor", "--no-model", "--glossary", mine)
        assert result.exit_code == 2
        assert "BAD  glossaries together: " in result.stdout
        assert "cycle" in result.stdout
