"""The commands, as a user would type them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from restore.cli import main

SPUN = "On the off chance that it rains, the European pioneers will meet at the air terminal.\n"


def restore(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(SPUN, encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


class TestSuggest:
    def test_jsonl_is_the_exchange_format(self, article: Path) -> None:
        result = restore("suggest", article, "--no-model", "--format", "jsonl")
        assert result.exit_code == 0
        for line in result.stdout.splitlines():
            s = json.loads(line)
            assert SPUN[s["start"] : s["end"]] == s["before"]
            assert s["candidates"][0]["text"] != s["before"]
            assert set(s) == {
                "doc",
                "id",
                "start",
                "end",
                "before",
                "confidence",
                "auto",
                "candidates",
                "reasons",
                "quoted",
            }
        assert '"If"' in result.stdout

    def test_table_and_diff_are_for_people(self, article: Path) -> None:
        assert "On the off chance that" in restore("suggest", article, "--no-model").stdout
        diff = restore("suggest", article, "--no-model", "--format", "diff").stdout
        assert "[-On the off chance that-]{+If+}" in diff
        assert "\x1b" not in diff
        assert "\x1b[" in restore("suggest", article, "--no-model", "--format", "diff", "--color", "always").stdout

    def test_a_page_is_of_one_document(self, article: Path, tmp_path: Path) -> None:
        page = restore("suggest", article, "--no-model", "--format", "html").stdout
        assert page.startswith("<!DOCTYPE html>")
        assert page.count("<html") == 1
        many = tmp_path / "many.jsonl"
        many.write_text('{"id": 1, "text": "One."}\n{"id": 2, "text": "Two."}\n', encoding="utf-8")
        for inputs in ([article, article], [many]):
            result = restore("suggest", *inputs, "--no-model", "--format", "html")
            assert (result.exit_code, result.stdout) == (2, "")
            assert "--format html" in result.stderr

    def test_the_glossary_of_the_user_is_read(
        self, article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = tmp_path / "own.yaml"
        own.write_text("own:\n  - keep: air terminal\n", encoding="utf-8")
        assert "airport" in restore("suggest", article, "--no-model").stdout
        monkeypatch.setenv("RESTORE_GLOSSARY", str(own))
        assert "airport" not in restore("suggest", article, "--no-model").stdout
        assert str(own) in restore("doctor", "--no-model").stdout
        gold = tmp_path / "gold.txt"  # figures must not depend on it
        gold.write_text("# one\nWe meet at the [[air terminal => airport]].\n", encoding="utf-8")
        assert '"acc1": 1.0' in restore("eval", gold, "--no-model", "--json").stdout

    def test_check_exits_with_1(self, article: Path) -> None:
        assert restore("suggest", article, "--no-model", "--check").exit_code == 1

    def test_stdin(self) -> None:
        result = restore("suggest", "-", "--no-model", "--format", "jsonl", stdin=SPUN.encode())
        assert json.loads(result.stdout.splitlines()[0])["doc"] == "-"

    def test_a_glossary_of_ones_own_wins(self, article: Path, tmp_path: Path) -> None:
        mine = tmp_path / "mine.yaml"
        mine.write_text("mine: [{spun: on the off chance that, original: should}]", encoding="utf-8")
        result = restore("suggest", article, "--no-model", "--glossary", mine, "--format", "jsonl")
        assert json.loads(result.stdout.splitlines()[0])["candidates"][0]["text"] == "Should"


class TestRun:
    def test_writes_restored_files_and_a_review_file(self, article: Path, tmp_path: Path) -> None:
        result = restore("run", article, "-o", tmp_path / "out", "--no-model")
        assert result.exit_code == 0
        assert (tmp_path / "out" / "article.txt").read_text(encoding="utf-8").startswith("If it rains")
        review = (tmp_path / "out" / "review.jsonl").read_text(encoding="utf-8")
        records = [json.loads(line) for line in review.splitlines()]
        assert [r.get("decision") for r in records] == ["accept" if r["auto"] else None for r in records]
        replayed = restore("apply", article, tmp_path / "out" / "review.jsonl")
        assert replayed.stdout == (tmp_path / "out" / "article.txt").read_text(encoding="utf-8")
        assert article.read_text(encoding="utf-8") == SPUN

    def test_to_standard_output(self, article: Path) -> None:
        assert restore("run", article, "--no-model").stdout.startswith("If it rains")

    def test_in_place_keeps_a_copy(self, article: Path) -> None:
        assert restore("run", article, "--in-place", "--no-model").exit_code == 0
        assert article.read_text(encoding="utf-8").startswith("If it rains")
        assert Path(f"{article}.orig").read_text(encoding="utf-8") == SPUN
        article.write_text(SPUN + "More.", encoding="utf-8")
        restore("run", article, "--in-place", "--no-model")
        assert Path(f"{article}.orig").read_text(encoding="utf-8") == SPUN
        assert Path(f"{article}.orig.1").read_text(encoding="utf-8") == SPUN + "More."

    def test_decisions_that_somebody_made_are_not_overwritten(self, article: Path, tmp_path: Path) -> None:
        restore("run", article, "-o", tmp_path / "out", "--no-model")
        review = tmp_path / "out" / "review.jsonl"
        review.write_text(
            review.read_text(encoding="utf-8").replace('"quoted": false}', '"decision": "reject"}'), encoding="utf-8"
        )
        result = restore("run", article, "-o", tmp_path / "out", "--no-model")
        assert result.exit_code == 2
        assert "decisions that somebody made" in result.stderr

    def test_check_writes_nothing(self, article: Path, tmp_path: Path) -> None:
        before = tree(tmp_path)
        assert restore("run", article, "--check", "--no-model").exit_code == 1
        assert tree(tmp_path) == before

    def test_one_bad_input_does_not_stop_the_others(self, article: Path, tmp_path: Path) -> None:
        result = restore("run", tmp_path / "missing.txt", article, "-o", tmp_path / "out", "--no-model")
        assert result.exit_code == 3
        assert "missing.txt: no such file" in result.stderr
        assert "\n1 file: " in result.stderr
        assert (tmp_path / "out" / "article.txt").exists()

    def test_jsonl(self, tmp_path: Path) -> None:
        path = tmp_path / "many.jsonl"
        path.write_text(json.dumps({"id": "a", "text": SPUN}) + "\n" + '{"id":"b", "text":"Fine."}\n', encoding="utf-8")
        restore("run", path, "-o", tmp_path / "out", "--no-model")
        first, second = (tmp_path / "out" / "many.jsonl").read_text(encoding="utf-8").splitlines()
        assert json.loads(first)["text"].startswith("If it rains")
        assert second == '{"id":"b", "text":"Fine."}'

    @pytest.mark.parametrize(
        "data",
        [
            b"CRLF lines\r\nof text  \r\n\r\n",
            b"\xef\xbb\xbfWith a mark, and no final newline",
            "UTF-16 text, with a mark.\n".encode("utf-16"),
            "Latin-1: caf\xe9, na\xefve and more English words.\n".encode("latin-1"),
            b"trailing spaces   \n\t\n  ",
            "👩‍👩‍👧 emoji, e\u0301 combining \u2028 marks\n".encode(),
            b"",
            SPUN.encode(),
        ],
    )
    def test_without_glossary_and_model_nothing_changes(self, tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "in.txt"
        path.write_bytes(data)
        result = restore("run", path, "-o", tmp_path / "out", "--no-glossary", "--no-model")
        assert result.exit_code == 0
        assert (tmp_path / "out" / "in.txt").read_bytes() == data

    def test_a_lone_line_of_10_megabytes(self, tmp_path: Path) -> None:
        data = ("lorem ipsum dolor sit amet, " * 370_000).encode()
        path = tmp_path / "long.txt"
        path.write_bytes(data)
        result = restore("run", path, "-o", tmp_path / "out", "--no-glossary", "--no-model")
        assert result.exit_code == 0
        assert (tmp_path / "out" / "long.txt").read_bytes() == data


class TestBadInput:
    """One clear line on stderr, exit code 2 or 3, and nothing written."""

    def refused(self, tmp_path: Path, *arguments: str | Path, code: int, says: str) -> None:
        before = tree(tmp_path)
        result = restore(*arguments)
        assert result.exit_code == code, result.output
        assert says in result.stderr
        assert len([line for line in result.stderr.splitlines() if line.startswith("restore:")]) == 1
        assert "Traceback" not in result.output
        assert result.stdout == ""
        assert tree(tmp_path) == before

    @pytest.mark.parametrize(
        ("name", "data", "says"),
        [
            ("missing.txt", None, "no such file"),
            ("binary.txt", b"\x00\x01\x02\xff", "binary"),
            ("sjis.txt", "日本語の文章です。".encode("shift-jis"), "--encoding"),
            ("bad.jsonl", b'{"text": "a"}\nnope', "bad.jsonl:2: not JSON"),
            ("field.jsonl", b'{"body": "a"}', "field.jsonl:1: no text in field 'text'"),
        ],
    )
    @pytest.mark.parametrize("command", ["run", "suggest"])
    def test_inputs(self, tmp_path: Path, command: str, name: str, data: bytes | None, says: str) -> None:
        if data is not None:
            (tmp_path / name).write_bytes(data)
        extra = ["-o", tmp_path / "out"] if command == "run" else []
        self.refused(tmp_path, command, tmp_path / name, "--no-model", *extra, code=3, says=says)

    def test_a_folder(self, tmp_path: Path) -> None:
        self.refused(tmp_path, "run", tmp_path, "-o", tmp_path / "out", "--no-model", code=3, says="is a folder")

    def test_an_unknown_encoding(self, article: Path, tmp_path: Path) -> None:
        arguments = ("run", article, "--encoding", "klingon", "--no-model")
        self.refused(tmp_path, *arguments, code=2, says="unknown encoding 'klingon'")

    @pytest.mark.parametrize(
        ("glossary", "says"),
        [
            ("x:\n\t- spun: a", ":2: not valid YAML: a tab"),
            ("x:\n  - spun: a b\n    spun: c\n    original: d", ":3: duplicate key"),
            ("x:\n  - spun: no\n    original: d", ":2: 'spun' reads as a YAML bool"),
            ("x:\n  - spun: a b\n    original: a b", ":2: 'a b' maps to itself"),
            ("x:\n  - spun: a b\n    original: c\n  - spun: c\n    original: a b", "cycle"),
            ("x:\n  - spun: a b", ":2: the entry has no 'original'"),
        ],
    )
    def test_glossaries(self, article: Path, tmp_path: Path, glossary: str, says: str) -> None:
        (tmp_path / "g.yaml").write_text(glossary, encoding="utf-8")
        arguments = ("run", article, "-o", tmp_path / "out", "--no-model", "--glossary", tmp_path / "g.yaml")
        self.refused(tmp_path, *arguments, code=2, says=says)

    def test_an_output_that_would_overwrite_an_input(self, article: Path, tmp_path: Path) -> None:
        self.refused(tmp_path, "run", article, "-o", tmp_path, "--no-model", code=2, says="--in-place")

    def test_two_inputs_of_one_name(self, article: Path, tmp_path: Path) -> None:
        (tmp_path / "b").mkdir()
        twin = tmp_path / "b" / "article.txt"
        twin.write_text("x", encoding="utf-8")
        self.refused(
            tmp_path, "run", article, twin, "-o", tmp_path / "out", "--no-model", code=2, says="both be written"
        )

    def test_a_model_that_is_not_there(self, article: Path, tmp_path: Path) -> None:
        arguments = ("run", article, "-o", tmp_path / "out", "--model", tmp_path / "no-model")
        self.refused(tmp_path, *arguments, code=2, says="cannot load the model")

    def test_options_that_exclude_each_other(self, article: Path) -> None:
        assert restore("run", article, "--no-model", "--model", "x").exit_code == 2
        assert restore("run", article, "-o", "x", "--in-place").exit_code == 2
        assert restore("run", article, article, "--no-model").exit_code == 2
        assert restore("nonsense").exit_code == 2


class TestApply:
    def suggestions(self, article: Path) -> list[dict[str, object]]:
        found = restore("suggest", article, "--no-model", "--format", "jsonl").stdout.splitlines()
        return [json.loads(line) for line in found]

    def write(self, path: Path, records: list[dict[str, object]]) -> Path:
        path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
        return path

    def test_decisions_are_carried_out(self, article: Path, tmp_path: Path) -> None:
        records = self.suggestions(article)
        for r in records:
            if r["before"] == "On the off chance that":
                r["decision"] = "accept"
            elif r["before"] == "pioneers":
                r |= {"decision": "edit", "replacement": "CHIEFS"}
        decisions = self.write(tmp_path / "d.jsonl", records)
        result = restore("apply", article, decisions)
        assert result.exit_code == 0
        assert result.stdout.startswith("If it rains")
        assert "CHIEFS" in result.stdout
        assert article.read_text(encoding="utf-8") == SPUN

    def test_undecided_ones_can_be_accepted_by_confidence(self, article: Path, tmp_path: Path) -> None:
        decisions = self.write(tmp_path / "d.jsonl", self.suggestions(article))
        assert restore("apply", article, decisions).stdout == SPUN
        assert restore("apply", article, decisions, "--min-confidence", "0.5").stdout.startswith("If it rains")

    def test_a_changed_source_is_refused(self, article: Path, tmp_path: Path) -> None:
        records = self.suggestions(article)
        records[0]["decision"] = "accept"
        decisions = self.write(tmp_path / "d.jsonl", records)
        article.write_text("Now " + SPUN, encoding="utf-8")
        result = restore("apply", article, decisions, "-o", tmp_path / "out.txt")
        assert result.exit_code == 3
        assert "was changed since" in result.stderr
        assert not (tmp_path / "out.txt").exists()

    def test_decisions_about_several_articles_go_to_their_own(self, article: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.txt"
        other.write_text("Then, " + SPUN[0].lower() + SPUN[1:], encoding="utf-8")
        restore("run", article, other, "-o", tmp_path / "out", "--no-model")
        for path in (article, other):
            result = restore("apply", path, tmp_path / "out" / "review.jsonl")
            assert result.stdout == (tmp_path / "out" / path.name).read_text(encoding="utf-8")

    def test_the_decisions_file_is_not_overwritten(self, article: Path, tmp_path: Path) -> None:
        decisions = self.write(tmp_path / "d.jsonl", self.suggestions(article))
        assert restore("apply", article, decisions, "-o", decisions).exit_code == 2

    def test_malformed_decisions_are_refused(self, article: Path, tmp_path: Path) -> None:
        record = self.suggestions(article)[0]
        for change, says in [({"decision": "maybe"}, "unknown decision"), ({"decision": "edit"}, "replacement"),
                             ({"start": "x"}, "not a suggestion: field 'start' cannot be 'x'"), ({"candidates": []}, "'candidates' is empty"),
                             ({"candidates": ["x"]}, "'candidates' holds 'x'"), ({"candidates": [{}]}, "field 'text' is missing"),
                             ({"candidates": [{"text": "x", "score": "y"}]}, "field 'score' cannot be 'y'")]:  # fmt: skip
            decisions = self.write(tmp_path / "d.jsonl", [{**record, **change}])
            result = restore("apply", article, decisions)
            assert result.exit_code == 3
            assert f"{decisions}:1: " in result.stderr
            assert says in result.stderr

    @pytest.mark.parametrize("name", ["doc", "id", "start", "end", "before", "confidence", "candidates"])
    def test_a_missing_field_is_named(self, article: Path, tmp_path: Path, name: str) -> None:
        record = self.suggestions(article)[0]
        del record[name]
        result = restore("apply", article, self.write(tmp_path / "d.jsonl", [record]))
        assert result.exit_code == 3
        assert f"not a suggestion: field '{name}' is missing" in result.stderr

    @pytest.mark.parametrize("decision", ["accept", "reject", "undecided", None])
    def test_a_replacement_is_never_dropped(self, article: Path, tmp_path: Path, decision: str | None) -> None:
        record = self.suggestions(article)[0] | ({"decision": decision} if decision else {})
        decisions = self.write(tmp_path / "d.jsonl", [record | {"replacement": "Provided"}])
        result = restore("apply", article, decisions)
        assert result.exit_code == 3
        assert result.stdout == ""
        assert (
            f"{decisions}:1: 'replacement' is 'Provided', but the decision is '{decision or 'undecided'}'"
            in result.stderr
        )

    @pytest.mark.parametrize("replacement", [None, "", "If"])
    def test_a_replacement_that_says_nothing_else_is_none(
        self, article: Path, tmp_path: Path, replacement: str | None
    ) -> None:
        record = self.suggestions(article)[0] | {"decision": "accept", "replacement": replacement}
        assert restore("apply", article, self.write(tmp_path / "d.jsonl", [record])).stdout.startswith("If it rains")


class TestDiff:
    def test_by_word(self, article: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.txt"
        other.write_text(SPUN.replace("pioneers", "leaders"), encoding="utf-8")
        result = restore("diff", article, other)
        assert "European [-pioneers-]{+leaders+} will" in result.stdout
        assert "1 changes" in result.stdout
        assert restore("diff", article, other, "--check").exit_code == 1
        assert restore("diff", article, article, "--check").exit_code == 0


class TestGlossaryAndDoctor:
    def test_lint_of_the_one_that_ships(self) -> None:
        result = restore("glossary", "lint")
        assert result.exit_code == 0
        assert ", 0 errors" in result.stderr

    def test_lint_fails_on_errors(self, tmp_path: Path) -> None:
        path = tmp_path / "g.yaml"
        path.write_text("x: [{spun: a b, original: c}, {spun: a b, original: d}]", encoding="utf-8")
        result = restore("glossary", "lint", path)
        assert result.exit_code == 2
        assert f"{path}:1: error: 'a b' is already at" in result.stdout

    def test_list(self) -> None:
        assert "on the off chance that" in restore("glossary", "list", "--find", "off chance").stdout

    def test_doctor(self, tmp_path: Path) -> None:
        result = restore("doctor")
        assert result.exit_code == 0
        assert "SHA-256 as published" in result.stdout
        result = restore("doctor", "--glossary", tmp_path / "missing.yaml")
        assert result.exit_code == 2
        assert "BAD  glossary" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["glossary", "lint"], ["glossary", "list"], ["diff", "seeds/000_e0f97b668c0d1ba2.txt"] * 1
     + ["seeds/000_e0f97b668c0d1ba2.txt"], ["suggest", "--no-model", "seeds/000_e0f97b668c0d1ba2.txt"],
     ["train", "restorer", "--help"], ["doctor", "--no-model"]],
)  # fmt: skip
def test_what_needs_no_model_never_loads_one(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom restore.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as e:\n    assert not e.code, e.code\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'textual'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_core_never_imports_a_user_interface() -> None:
    code = (
        "import sys, restore, restore.batch, restore.decisions, restore.evaluation, restore.lint, restore.doctor\n"
        "import restore.formats, restore.review.opening, restore.review.prompt, restore.review.worker\n"
        "found = {'click', 'textual', 'rich'} & set(sys.modules)\nassert not found, found"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class TestReference:
    def candidates(self, *arguments: str | Path) -> dict[str, float]:
        result = restore("suggest", "--no-model", "--format", "jsonl", "--show-from", "0", "--no-glossary", *arguments)
        assert result.exit_code == 0, result.stderr
        suggestions = [json.loads(line) for line in result.stdout.splitlines()]
        return {c["text"]: c["score"] for s in suggestions for c in s["candidates"] if s["before"] == "rocket"}

    def test_what_a_reference_says_becomes_likelier(self, tmp_path: Path) -> None:
        article, clean = tmp_path / "article.txt", tmp_path / "clean.txt"
        article.write_text("The rocket that hurt thirty troopers hit the base on Wednesday.\n", encoding="utf-8")
        clean.write_text("A missile struck the base and thirty soldiers were hurt.\n", encoding="utf-8")
        alone, told = self.candidates(article), self.candidates(article, "--reference", clean)
        assert told["missile"] > alone["missile"]

    def test_a_missing_reference_is_named(self, article: Path) -> None:
        result = restore("suggest", article, "--no-model", "--reference", "nowhere.txt")
        assert result.exit_code == 2 or result.exit_code == 3
        assert "nowhere.txt" in result.stderr


class TestEvaluateClean:
    def test_edits_of_clean_text_are_counted(self, tmp_path: Path) -> None:
        """Every text is a document of its own; only those that are held out of training are read."""
        corpus = tmp_path / "corpus.txt"
        honest = [f"On day {n} the council met and took note of the report." for n in range(60)]
        corpus.write_text("\n\n".join(honest), encoding="utf-8")
        name, line = restore("eval", "--clean", corpus, "--no-model").stdout.splitlines()
        assert name == "clean text:"
        words = int(line.partition("words")[2].split()[0])
        assert 0 < words < 60 * 13
        assert "false/1k 0.00" in line

    def test_no_words_are_no_perfect_score(self, tmp_path: Path) -> None:
        corpus = tmp_path / "corpus.txt"
        corpus.write_text("", encoding="utf-8")
        result = restore("eval", "--clean", corpus, "--no-model")
        assert result.exit_code == 3
        assert "held out" in result.stderr

    def test_what_is_no_text_is_named(self, tmp_path: Path) -> None:
        corpus = tmp_path / "corpus.txt"
        corpus.write_bytes(b"\xff\xfe\x00\x81")
        result = restore("eval", "--clean", corpus, "--no-model")
        assert result.exit_code == 3
        assert "corpus.txt" in result.stderr

    def test_something_must_be_named(self) -> None:
        result = restore("eval", "--no-model")
        assert result.exit_code == 2
        assert "--clean" in result.stderr


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    command = f"{sys.executable} -m restore glossary list > /dev/full"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert result.returncode != 0
    assert "No space left" in result.stderr
    assert "Traceback" not in result.stderr
