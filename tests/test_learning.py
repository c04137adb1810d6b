"""Learning from decisions: evidence, proposals, exceptions, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from restore.base_pairs import base_pair
from restore.cli import main
from restore.datamodels import Alternative, Decision, Document, Suggestion, Verdict, suggestion_id
from restore.decided import Texts, read_all
from restore.decisions import write_decisions
from restore.entries import Entry, parse_glossary
from restore.glossary import Glossary
from restore.glossary_writing import glossary_text
from restore.learning import Lesson, conclude, gather
from restore.lint import lint, speaking


def decided(
    text: str,
    before: str,
    after: str,
    verdict: Verdict,
    edited: str = "",
    doc: str = "a.txt",
    auto: bool = False,
    at: int = 0,
) -> Decision:
    """A decision about the first place of `before` from `at` on."""
    start = text.index(before, at)
    end = start + len(before)
    name = suggestion_id(Document(text), start, end, before)
    suggestion = Suggestion(doc, name, start, end, before, 0.5, auto, (Alternative(after, 0.5, "lexicon"),))
    return Decision(suggestion, verdict, edited or after)


class Review:
    """Texts in a folder, and decisions about them in a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.decisions: list[Decision] = []

    def add(self, text: str, before: str, after: str, verdict: Verdict, **more: object) -> Review:
        path = self.folder / f"{len(self.decisions)}.txt"
        path.write_text(text, encoding="utf-8")
        self.decisions.append(decided(text, before, after, verdict, doc=str(path), **more))  # type: ignore[arg-type]
        return self

    def file(self) -> Path:
        path = self.folder / "review.jsonl"
        path.write_bytes(write_decisions(self.decisions))
        return path

    def lesson(self, glossary: str = "", min_count: int = 2, unasked: bool = False) -> Lesson:
        return conclude(gather(self.decisions, Texts(), unasked), Glossary(parse_glossary(glossary, "g")), min_count)


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("rambles", "drones", ("ramble", "drone", "")),
        ("The rambles", "The drones", ("the ramble", "the drone", "")),
        ("a ramble", "an aircraft", ("ramble", "aircraft", "noun")),
        ("local armies", "militias", ("local army", "militia", "noun")),
        ("Local Armies", "Militias", ("local army", "militia", "noun")),
        ("crushed into", "smashed into", ("crush into", "smash into", "verb")),
        ("found", "established", ("find", "establish", "verb")),
        ("found", "establish", ("found", "establish", "verb")),
        ("On the off chance that", "If", ("on the off chance that", "if", "")),
        ("Joined Countries", "United Nations", ("Joined Countries", "United Nations", "")),
        ("Alliance", "NATO", ("alliance", "NATO", "")),
        ("RAMBLES", "DRONES", ("ramble", "drone", "")),
        ("rambles", "UAVs", ("ramble", "UAV", "noun")),
        ("Seven days", "A week", ("seven days", "a week", "")),
        ("Personally", "I think", ("personally", "I think", "")),
        ("Personally", "I'd say", ("personally", "I'd say", "")),
        ("US powers", "Forces", ("US power", "force", "")),
    ],
)
def test_base_forms(before: str, after: str, expected: tuple[str, str, str]) -> None:
    found = tuple(base_pair(before, after))
    assert found[:2] == expected[:2]
    assert not expected[2] or found[2] == expected[2]


def test_names_keep_their_capital() -> None:
    assert base_pair("The gang", "Iran's army")[:2] == ("the gang", "iran's army")
    assert base_pair("The gang", "Iran's army", names={"Iran"})[:2] == ("the gang", "Iran's army")
    assert base_pair("Seven days", "A week", names={"A"})[:2] == ("seven days", "a week")
    assert base_pair("The Gang Arrives", "Iran's Army arrives", names={"Iran"})[1] == "Iran's army arrives"


class TestProposals:
    def test_a_capital_at_the_start_of_a_sentence(self, review: Review) -> None:
        for text in ("Seven days passed.", "It rained. Seven days passed, as in Plan A."):
            review.add(text, "Seven days", "A week", "accept")
        (proposal,) = review.lesson().proposals
        assert (proposal.entry.spun, proposal.entry.original) == (("seven days",), ("a week",))

    def test_a_name_at_the_start_of_a_sentence(self, review: Review) -> None:
        for i in range(2):
            review.add(f"The gang left {i}. We saw Tehran. Then in Iran it rained.", "The gang", "Iran", "accept")
        (proposal,) = review.lesson().proposals
        assert proposal.entry.original == ("Iran",)

    def test_another_form_of_a_word_is_no_original(self, review: Review) -> None:
        for text in ("The blips flew.", "Two blips fell."):
            review.add(text, "blips", "drones", "edit", edited="blip")
        assert review.lesson().proposals == []

    def test_what_was_accepted_and_edited_to(self, review: Review) -> None:
        review.add("The blips flew over Kabul.", "blips", "drones", "accept")
        review.add("He saw a blip there.", "a blip", "a plane", "edit", edited="a drone")
        (proposal,) = review.lesson().proposals
        assert (proposal.entry.spun, proposal.entry.original, proposal.entry.pos) == (("blip",), ("drone",), "noun")
        assert proposal.entry.example == "The blips flew over Kabul."
        assert proposal.comments == (
            "'drone' accepted 1, edited to 1; in 2 documents",
            "edited to: He saw a [blip] there.",
            "accepted: The [blips] flew over Kabul.",
        )

    def test_too_little_evidence(self, review: Review) -> None:
        review.add("The blips flew.", "blips", "drones", "accept")
        assert review.lesson().proposals == []
        assert review.lesson().too_few == 1
        assert len(review.lesson(min_count=1).proposals) == 1

    def test_what_the_glossary_has(self, review: Review) -> None:
        review.add("The blips flew.", "blips", "drones", "accept").add("A blip fell.", "blip", "drone", "accept")
        lesson = review.lesson("- {spun: blip, original: drone}")
        assert lesson.proposals == []
        assert lesson.passed_over[0][1].startswith("already at g:1")
        (other,) = review.lesson("- {spun: blip, original: plane}").proposals
        assert other.entry.original == ("drone",)

    def test_what_the_program_applied_by_itself_proves_nothing(self, review: Review) -> None:
        review.add("The blips flew.", "blips", "drones", "accept", auto=True)
        review.add("A blip fell.", "blip", "drone", "accept", auto=True)
        assert review.lesson() == Lesson([], [], 0)
        assert len(review.lesson(unasked=True).proposals) == 1

    def test_the_undecided_say_nothing(self, review: Review) -> None:
        for text in ("One blip.", "Two blip."):
            review.add(text, "blip", "drone", "undecided")
        assert review.lesson() == Lesson([], [], 0)

    def test_several_originals(self, review: Review) -> None:
        for i, original in enumerate(["jet", "drone", "drone", "drone", "drone"]):
            review.add(f"Number {i}: one blip fell.", "blip", original, "accept")
        assert review.lesson(min_count=1).proposals[0].entry.original == ("drone", "jet")
        assert review.lesson(min_count=2).proposals[0].entry.original == ("drone",)
        review.add("Last: one blip.", "blip", "jet", "accept").add("Late: one blip.", "blip", "jet", "accept")
        assert review.lesson().passed_over == [
            ("blip", "no original prevails ('drone' accepted 4; 'jet' accepted 3; in 7 documents)")
        ]

    def test_what_would_garble_is_passed_over(self, review: Review) -> None:
        for i in range(3):
            review.add(f"Number {i}: one blip fell.", "blip", "drone", "accept")
        for i in range(2):
            review.add(f"Number {i}: one drone fell.", "drone", "blip", "accept")
        lesson = review.lesson()
        assert [p.entry.spun for p in lesson.proposals] == [("blip",)]
        assert "itself a spun phrase" in lesson.passed_over[0][1]
        for loaded, says in [
            ("- {spun: drone, original: x}", "spun phrase at g:1"),
            ("- {spun: drone, original: blip, left: [a]}", "this very"),
        ]:
            assert says in review.lesson(loaded).passed_over[0][1]

    def test_a_moved_or_changed_text_gives_no_context(self, review: Review) -> None:
        review.add("The blips flew.", "blips", "drones", "accept").add("A blip fell.", "blip", "drone", "accept")
        (review.folder / "0.txt").write_text("Now the blips flew.", encoding="utf-8")
        (review.folder / "1.txt").rename(review.folder / "moved.txt")
        (proposal,) = review.lesson().proposals
        assert proposal.comments == ("'drone' accepted 2; in 2 documents",)
        assert proposal.entry.example == ""


class TestConflicts:
    def test_words_beside_the_places_become_cues(self, review: Review) -> None:
        review.add("They sent the armed blip there.", "blip", "drone", "accept")
        review.add("An armed blip fell.", "blip", "drone", "accept")
        review.add("The radar blip there is gone.", "blip", "drone", "reject")
        (proposal,) = review.lesson().proposals
        assert (proposal.entry.left, proposal.entry.right) == (("armed",), ())
        assert proposal.entry.example == "They sent the armed blip there."
        assert proposal.entry.counterexample == "The radar blip there is gone."
        assert any(c.startswith("rejected: ") for c in proposal.comments)
        entries = parse_glossary(glossary_text([proposal], "learned"))
        assert lint(entries) == []
        assert [e.spun for e in speaking(Glossary(entries), "One armed blip. One blip.", spun=False)] == [("blip",)]

    def test_edges_and_marks_are_cues_as_well(self, review: Review) -> None:
        review.add("However, blip.", "blip", "drone", "accept").add("So: a blip.", "a blip", "a drone", "accept")
        review.add("So the blip went.", "blip", "drone", "reject")
        (proposal,) = review.lesson().proposals
        assert proposal.entry.right == (".",)

    def test_inflected_neighbours_do_not_separate(self, review: Review) -> None:
        review.add("They see blip now.", "blip", "drone", "accept").add("We see blip there.", "blip", "drone", "accept")
        review.add("He sees blip now.", "blip", "drone", "reject").add("He sees blip there.", "blip", "drone", "reject")
        lesson = review.lesson()
        assert lesson.proposals == []
        assert "do not tell them apart ('drone' accepted 2; rejected 2; in 4 documents)" in lesson.passed_over[0][1]

    def test_without_contexts_nothing_is_proposed(self, review: Review) -> None:
        review.add("The armed blip.", "blip", "drone", "accept").add("An armed blip.", "blip", "drone", "accept")
        review.add("The radar blip.", "blip", "drone", "reject")
        (review.folder / "2.txt").unlink()
        assert review.lesson().proposals == []


class TestExceptions:
    def test_what_was_only_ever_rejected_is_kept(self, review: Review) -> None:
        review.add("The blips flew.", "blips", "drones", "reject").add("A blip fell.", "A blip", "A jet", "reject")
        (proposal,) = review.lesson().proposals
        assert proposal.entry == Entry(("blip",), (), subject="kept")
        (entry,) = parse_glossary(glossary_text([proposal], ""))
        assert entry.keeps
        assert review.lesson("- {keep: blip}").passed_over[0][1].startswith("already kept at g:1")

    def test_also_where_a_loaded_entry_restores_it(self, review: Review) -> None:
        review.add("The blips flew.", "blips", "drones", "reject").add("The blip fell.", "blip", "drone", "reject")
        assert review.lesson("- {spun: blip, original: drone}").proposals[0].entry.keeps

    def test_an_edit_that_changes_nothing_is_a_rejection(self, review: Review) -> None:
        for text in ("The blip flew.", "The blip fell."):
            review.add(text, "blip", "drone", "edit", edited="blip")
        assert review.lesson().proposals[0].entry.keeps

    def test_once_restored_is_not_never(self, review: Review) -> None:
        for i in range(3):
            review.add(f"Number {i}: a blip.", "blip", "drone", "reject")
        review.add("The blip flew.", "blip", "drone", "accept")
        lesson = review.lesson()
        assert lesson.proposals == []
        assert "mostly rejected" in lesson.passed_over[0][1]


class TestReading:
    def test_the_last_word_counts(self, tmp_path: Path) -> None:
        first = decided("The blips flew.", "blips", "drones", "accept")
        for name, verdict in (("a", "accept"), ("b", "reject")):
            (tmp_path / name).write_bytes(write_decisions([Decision(first.suggestion, verdict, first.text)]))  # type: ignore[arg-type]
        read, damaged = read_all([str(tmp_path / "a"), str(tmp_path / "b")])
        assert [d.verdict for d in read] == ["reject"]
        assert damaged == []

    def test_damaged_lines_are_named_and_the_others_read(self, review: Review) -> None:
        path = review.add("The blips flew.", "blips", "drones", "accept").file()
        path.write_bytes(b"garbage\n\n[1]\n" + path.read_bytes() + b'{"doc": 1}\n')
        read, damaged = read_all([str(path), "missing.jsonl"])
        assert len(read) == 1
        assert [m.partition(": ")[0] for m in damaged] == [f"{path}:1", f"{path}:3", f"{path}:5", "missing.jsonl"]


def learn(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["glossary", "learn", *map(str, arguments)], input=stdin)


class TestCommand:
    @pytest.fixture
    def file(self, review: Review) -> Path:
        review.add("The blips flew.", "blips", "drones", "accept").add("A blip fell.", "blip", "drone", "accept")
        review.add("The moor is wet.", "moor", "dock", "reject").add("A moor.", "moor", "dock", "reject")
        return review.file()

    def test_to_standard_output(self, file: Path) -> None:
        result = learn(file)
        assert result.exit_code == 0
        assert {e.spun[0]: e.subject for e in parse_glossary(result.stdout)} == {"blip": "learned", "moor": "kept"}
        assert "1 entry and 1 exception proposed" in result.stderr

    def test_to_a_file_that_is_then_a_glossary(self, file: Path, tmp_path: Path) -> None:
        assert learn(file, "-o", tmp_path / "l.yaml").exit_code == 0
        again = learn(file, "--glossary", tmp_path / "l.yaml")
        assert again.stdout == ""
        assert "2 phrases passed over" in again.stderr
        refused = learn(file, "-o", tmp_path / "l.yaml")
        assert refused.exit_code == 2
        assert "exists" in refused.stderr

    @pytest.mark.parametrize(
        ("answers", "approved"),
        [("y\ny\n", ["blip", "moor"]), ("n\nx\ny\n", ["moor"]), ("y\nq\n", ["blip"]), ("q\n", [])],
    )
    def test_a_person_approves(self, file: Path, answers: str, approved: list[str]) -> None:
        result = learn(file, "--approve", "ask", stdin=answers)
        assert result.exit_code == 0
        assert [e.spun[0] for e in parse_glossary(result.stdout)] == approved
        assert "1 of 2" in result.stderr
        assert "spun: blip" in result.stderr

    def test_damaged_lines(self, file: Path) -> None:
        file.write_bytes(b"garbage\n" + file.read_bytes())
        result = learn(file)
        assert result.exit_code == 3
        assert f"restore: {file}:1: not JSON" in result.stderr
        assert len(parse_glossary(result.stdout)) == 2

    def test_texts_that_moved(self, review: Review, file: Path) -> None:
        (review.folder / "0.txt").unlink()
        lines = [{"id": str(review.folder / "0.txt"), "text": "The blips flew."}]
        (review.folder / "all.jsonl").write_text(json.dumps(lines[0]), encoding="utf-8")
        assert "The [blips] flew" not in learn(file).stdout
        assert "The [blips] flew" in learn(file, "--text", review.folder / "all.jsonl").stdout
        assert learn(file, "--text", review.folder / "none.txt").exit_code == 3

    def test_a_text_that_moved_is_known_by_its_content(self, review: Review, file: Path) -> None:
        for i in range(4):
            (review.folder / f"{i}.txt").rename(review.folder / f"moved-{i}.txt")
        assert "0.txt: not at hand (name it with --text" in learn(file).stderr
        moved = [part for i in range(4) for part in ("--text", review.folder / f"moved-{i}.txt")]
        found = learn(file, *moved)
        assert "The [blips] flew" in found.stdout
        assert "A [blip] fell" in found.stdout
        assert "txt:" not in found.stderr

    def test_texts_that_are_not_as_they_were_are_named(self, review: Review, file: Path) -> None:
        (review.folder / "0.txt").write_text("Now the blips flew.", encoding="utf-8")
        (review.folder / "1.txt").write_bytes(b"\x00\x01\x02\xff")
        (review.folder / "new").mkdir()
        (review.folder / "2.txt").rename(review.folder / "new" / "2.txt").write_text(
            "The moor dried.", encoding="utf-8"
        )
        result = learn(file, "--text", review.folder / "new" / "2.txt")
        assert result.exit_code == 0
        says = [line for line in result.stderr.splitlines() if line.startswith("restore: ")]
        assert says[0].endswith("0.txt: has changed since; 1 decision about it without context")
        assert "1.txt: cannot be read" in says[1]
        assert "2.txt: has changed since" in says[2]
        assert len(says) == 3

    def test_texts_of_what_is_undecided_are_not_asked_for(self, review: Review) -> None:
        path = review.add("The blips flew.", "blips", "drones", "undecided").file()
        (review.folder / "0.txt").unlink()
        assert "0.txt" not in learn(path).stderr

    def test_from_a_run(self, tmp_path: Path) -> None:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text(f"The rambles flew over Kabul, the army of {name[0]} said.", encoding="utf-8")
        paths = [str(tmp_path / n) for n in ("a.txt", "b.txt")]
        assert (
            CliRunner()
            .invoke(main, ["run", *paths, "-o", str(tmp_path / "out"), "--no-model", "--show-from", "0"])
            .exit_code
            == 0
        )
        review = tmp_path / "out" / "review.jsonl"
        records = [json.loads(line) for line in review.read_text(encoding="utf-8").splitlines()]
        for r in records:
            if r["before"] == "rambles":
                r |= {"decision": "edit", "replacement": "zeppelins"}
        review.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
        (entry,) = parse_glossary(learn(review).stdout)
        assert (entry.spun, entry.original) == (("ramble",), ("zeppelin",))
