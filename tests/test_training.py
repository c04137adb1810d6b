"""Training a restorer: examples, batches, checkpoints, the card, and a whole tiny run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result

from restore import __version__
from restore.cli import main
from restore.errors import InputError
from restore.restorer import CARD, DELETED, LONGEST, WEIGHTS, WordPieces, load_restorer
from restore.training.card import NOT_STATED, base_name, card_of, licence_of, settings_of
from restore.training.recipe import Recipe, Start
from restore.training.spinning import SpunSentence
from tests.stubs import StubTokenizer

LICENCE = "CC0 1.0 (dedicated by its author)"
TINY = Recipe(chunks=2, paragraphs=4, batch=128, every=1)
Stopped = KeyboardInterrupt


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clean text in sixty documents, some of which are held out."""
    random = Random(1)
    subjects, verbs = ["soldiers", "leaders", "doctors", "experts"], ["attacked", "visited", "blamed", "helped"]
    objects = ["airport", "hospital", "government", "economy"]
    folder = tmp_path_factory.mktemp("corpora")
    documents = [
        f"The {random.choice(subjects)} {random.choice(verbs)} the big {random.choice(objects)} on day {n}. "
        f"Then a {random.choice(objects)} needed the {random.choice(subjects)} again."
        for n in range(60)
    ]
    (folder / "own.txt").write_text("\n\n".join(documents) + "\n", encoding="utf-8")
    (folder / "own.SOURCE.txt").write_text(f"About: a test\nLicence: {LICENCE}\n", encoding="utf-8")
    return folder / "own.txt"


class TestTheCard:
    def test_it_names_what_the_weights_come_from(self, corpus: Path) -> None:
        settings = settings_of([corpus], TINY, Start())
        card = card_of(settings, [corpus], {"acc@1": 0.123456})
        assert card["restore"] == __version__
        assert card["base"] == "all-MiniLM-L6-v2"
        digest = sha256(corpus.read_bytes()).hexdigest()
        assert card["data"] == [{"file": "own.txt", "sha256": digest, "licence": LICENCE}]
        assert card["recipe"] == asdict(TINY)
        assert card["held out"] == {"acc@1": 0.1235}
        assert json.loads(json.dumps(card)) == card

    def test_a_licence_is_looked_for_beside_the_corpus(self, tmp_path: Path) -> None:
        assert licence_of(tmp_path / "x.txt.gz") == NOT_STATED
        (tmp_path / "x.SOURCE.txt").write_text("About: licence unclear\n", encoding="utf-8")
        assert licence_of(tmp_path / "x.txt.gz") == NOT_STATED
        (tmp_path / "x.SOURCE.txt").write_text("License: MIT\nBy: me\nLicence:  CC BY 4.0\n", encoding="utf-8")
        assert licence_of(tmp_path / "x.txt.gz") == licence_of(tmp_path / "x.txt") == "MIT CC BY 4.0"

    def test_a_base_is_found_again_from_anywhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "mine").mkdir()
        assert base_name("mine") == str(tmp_path.resolve() / "mine")
        assert base_name("all-mpnet-base-v2") == "all-mpnet-base-v2"

    def test_a_missing_corpus_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"none\.txt: cannot read the corpus"):
            settings_of([tmp_path / "none.txt"], TINY, Start())


class TestTheCommand:
    def test_help_says_what_the_options_mean(self) -> None:
        text = restore("--help").stdout
        for option in ("--seed", "--chunks", "--paragraphs", "--batch", "--learning-rate", "--base", "--output"):
            assert option in text
        assert "held out" in text
        assert f"[default: {Recipe.chunks}" in " ".join(text.split())

    def test_a_corpus_and_a_folder_are_needed(self, corpus: Path, tmp_path: Path) -> None:
        assert restore("-o", tmp_path).exit_code == 2
        assert restore(corpus).exit_code == 2
        assert restore(tmp_path / "none.txt", "-o", tmp_path).exit_code == 2


def restore(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["train", "restorer", *map(str, arguments)])


@pytest.mark.model
class TestExamples:
    pieces = WordPieces(StubTokenizer())
    unmasked = Recipe(masked=0.0)

    def test_places_and_targets(self) -> None:
        from restore.network import DELETED_ID
        from restore.training.batches import STANDS, example

        spun = SpunSentence(("the", "zoo", "flew", "over"), (None, "drones", DELETED, "zebra"))
        e = example(spun, self.pieces, Random(1), self.unmasked)
        words = self.pieces.vocabulary(len(StubTokenizer().vocabulary))
        assert [words[i] for i in e.ids] == ["[CLS]", "the", "#z", "#o", "#o", "flew", "over", "[SEP]"]
        assert e.places == [1, 2, 5, 6]
        assert e.targets == [STANDS, words.index("drones"), DELETED_ID, words.index("#z")]
        assert e.masked == []

    def test_some_unharmed_words_are_masked_and_asked_for(self) -> None:
        from restore.training.batches import IGNORED, STANDS, example

        spun = SpunSentence(("the", "zoo", "flew", "."), (None, None, "drones", None))
        e = example(spun, self.pieces, Random(1), Recipe(masked=1.0))
        the, flew, mark = (self.pieces.of(w)[0] for w in ("the", "flew", "."))
        # one piece, a word, and as it was written
        assert e.ids[1] == self.pieces.mask
        assert e.masked == [(1, the)]
        assert e.targets == [IGNORED, STANDS, self.pieces.of("drones")[0], STANDS]
        assert {flew, mark} <= set(e.ids)

    def test_long_sentences_are_cut_between_words(self) -> None:
        from restore.training.batches import example

        spun = SpunSentence(("zoo",) * 100, (None,) * 100)
        e = example(spun, self.pieces, Random(1), self.unmasked)
        assert len(e.ids) <= LONGEST
        assert len(e.ids) == 2 + 3 * len(e.places)

    def test_batches_hold_examples_of_like_length(self) -> None:
        from restore.training.batches import batches, example

        spun = [SpunSentence(("the",) * n, (None,) * n) for n in (1, 30, 2, 31, 3, 29)]
        examples = [example(s, self.pieces, Random(1), self.unmasked) for s in spun]
        recipe = replace(self.unmasked, batch=100)
        sizes = sorted(tuple(b.ids.shape) for b in batches(examples, recipe, Random(1)))
        assert sizes == [(3, 5), (3, 33)]
        assert list(batches([], recipe, Random(1))) == []

    def test_a_batch_points_into_all_its_pieces(self) -> None:
        from restore.network import DELETED_ID
        from restore.training.batches import Example, batch_of

        entry = self.pieces.of("drones")[0]
        b = batch_of([Example([3, 7, 8, 4], [1, 2], [-1, entry], []), Example([3, 5, 4], [1], [-2], [(1, 9)])])
        assert b.ids.tolist() == [[3, 7, 8, 4], [3, 5, 4, 0]]
        assert b.mask.tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
        assert (b.places.tolist(), b.stands.tolist()) == ([1, 2], [1.0, 0.0])
        assert (b.asked.tolist(), b.answers.tolist()) == ([2, 5], [entry, 9])
        assert entry != DELETED_ID

    def test_chunks_go_round_a_small_corpus(self) -> None:
        from restore.training.batches import sentences

        texts = [[f"The soldiers came on day {n}." for n in range(3)]]
        recipe = Recipe(paragraphs=2)
        found = [[s.tokens[5].text for s in sentences(texts, chunk, Random(1), recipe)] for chunk in range(3)]
        assert found == [["0", "1"], ["2", "0"], ["1", "2"]]

    def test_a_corpus_that_is_too_small_is_named(self, tmp_path: Path) -> None:
        from restore.training.batches import paragraphs

        (tmp_path / "small.txt").write_text("Too short.\n", encoding="utf-8")
        for part, why in (("train", "to learn from"), ("held-out", "to measure by")):
            with pytest.raises(InputError, match=rf"small\.txt: no paragraphs {why}"):
                paragraphs(tmp_path / "small.txt", part, 1)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    """A BERT of one narrow layer, which knows the words of the corpus and letters."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("base")
    special = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789.,'-")
    words = sorted(set(corpus.read_text(encoding="utf-8").lower().replace(".", " ").split()) - set(letters))
    vocabulary = [*special, *letters, *(f"##{c}" for c in letters), *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Sums in one order, so that the same run gives the same bits."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def stop_at(start: str) -> Callable[[str], None]:
    """A report that interrupts the run at a certain line."""

    def report(line: str) -> None:
        if line.startswith(start):
            raise Stopped

    return report


@pytest.mark.model
@pytest.mark.usefixtures("one_thread")
class TestARun:
    def test_a_killed_run_ends_as_one_that_was_not(self, corpus: Path, base: Path, tmp_path: Path) -> None:
        from restore.training.restorer import train

        recipe, said = replace(TINY, chunks=3), list[str]()
        whole = train([corpus], tmp_path / "whole", recipe, Start(str(base)), said.append)
        names = [line.partition(":")[0] for line in said]
        assert names == ["chunk 1/3", "held out", "chunk 2/3", "held out", "chunk 3/3", "held out"]
        killed = tmp_path / "killed"
        for chunk in (2, 3):
            with pytest.raises(Stopped):
                train([corpus], killed, recipe, Start(str(base)), stop_at(f"chunk {chunk}/3"))
            assert [p.name for p in killed.iterdir()] == ["checkpoint.safetensors"]
        told: list[str] = []
        assert train([corpus], killed, recipe, Start(str(base)), told.append) == whole
        assert [line.partition(":")[0] for line in told] == ["going on after chunk 2", "chunk 3/3", "held out"]
        assert sorted(p.name for p in killed.iterdir()) == [CARD, WEIGHTS]
        for name in (WEIGHTS, CARD):
            assert (killed / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()

    def test_the_second_chunk_and_the_seed_matter(self, corpus: Path, base: Path, tmp_path: Path) -> None:
        """Else the test above would say nothing."""
        from restore.training.restorer import train

        weights = []
        for i, recipe in enumerate((TINY, replace(TINY, chunks=1), replace(TINY, seed=2))):
            train([corpus], tmp_path / str(i), recipe, Start(str(base)), lambda line: None)
            weights.append((tmp_path / str(i) / WEIGHTS).read_bytes())
        assert len(set(weights)) == 3

    def test_killed_before_the_model_is_written_it_keeps_its_figures(
        self, corpus: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from restore.training import restorer as training

        def stop(*arguments: object) -> None:
            raise Stopped

        with monkeypatch.context() as patch:
            patch.setattr(training, "save_network", stop)
            with pytest.raises(Stopped):
                training.train([corpus], tmp_path, TINY, Start(str(base)), lambda line: None)
        figures = training.train([corpus], tmp_path, TINY, Start(str(base)), lambda line: None)
        assert figures["log loss"] > 0
        assert json.loads((tmp_path / CARD).read_text(encoding="utf-8"))["held out"].keys() == figures.keys()

    def test_another_run_does_not_go_on_from_there(self, corpus: Path, base: Path, tmp_path: Path) -> None:
        from restore.training.restorer import train

        with pytest.raises(Stopped):
            train([corpus], tmp_path / "run", TINY, Start(str(base)), stop_at("chunk 2/2"))
        other = tmp_path / "other.txt"
        other.write_text(corpus.read_text(encoding="utf-8") + "\n\nMore.\n", encoding="utf-8")
        for corpora, recipe in (([corpus], replace(TINY, seed=2)), ([other], TINY), ([corpus, other], TINY)):
            with pytest.raises(InputError, match="other settings or data"):
                train(corpora, tmp_path / "run", recipe, Start(str(base)), lambda line: None)

    def test_a_damaged_checkpoint_is_named(self, corpus: Path, base: Path, tmp_path: Path) -> None:
        from restore.training.restorer import train

        (tmp_path / "checkpoint.safetensors").write_bytes(b"damaged")
        with pytest.raises(InputError, match=r"checkpoint\.safetensors: cannot be resumed from.*delete it"):
            train([corpus], tmp_path, TINY, Start(str(base)), lambda line: None)

    def test_a_restorer_is_trained_further(self, corpus: Path, base: Path, tmp_path: Path) -> None:
        def run(name: str, chunks: int, *more: object) -> dict[str, Any]:
            size = ("--chunks", str(chunks), "--paragraphs", "2", "--batch", "128")
            result = restore(corpus, "-o", tmp_path / name, *size, *more)
            assert result.exit_code == 0, result.stderr
            card: dict[str, Any] = json.loads((tmp_path / name / CARD).read_text(encoding="utf-8"))
            return card

        first = run("first", 4, "--base", base)
        second = run("second", 1, "--from", tmp_path / "first", "--learning-rate", "1e-7")
        assert second["before"] == first
        assert second["base"] == first["base"]
        assert second["held out"] == pytest.approx(first["held out"], abs=0.01)
        fresh = run("fresh", 1, "--base", base, "--learning-rate", "1e-7")
        assert fresh["held out"] != pytest.approx(first["held out"], abs=0.01)

    def test_the_command_gives_a_restorer_that_others_use(self, corpus: Path, base: Path, tmp_path: Path) -> None:
        folder = tmp_path / "mine"
        result = restore(corpus, "-o", folder, "--chunks", "1", "--paragraphs", "2", "--base", base, "--batch", "128")
        assert result.exit_code == 0, result.stderr
        assert result.stderr.startswith("chunk 1/1: loss ")
        assert result.stdout.startswith(f"{folder}: held out: precision ")
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        assert card["recipe"] == json.loads(json.dumps(asdict(Recipe(chunks=1, paragraphs=2, batch=128))))
        assert card["sha256"] == sha256((folder / WEIGHTS).read_bytes()).hexdigest()
        (reading,) = load_restorer(folder).read(["the soldiers attacked the airport".split()])
        assert len(reading.stands) == 5
        found = CliRunner().invoke(main, ["doctor", "--load", "--restorer", str(folder)]).stdout
        assert f"over {base.resolve()}, loads" in found


@pytest.mark.model
def test_the_rate_rises_and_falls() -> None:
    import torch

    from restore.training.restorer import set_rate

    optimizer = torch.optim.SGD([{"params": [torch.zeros(1)], "scale": 2.0}], lr=1.0)
    recipe, rates = Recipe(learning_rate=0.1, warm_up=0.1), []
    for done in (0.0, 0.05, 0.1, 0.5, 1.0):
        set_rate(optimizer, recipe, done)
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates[:3] == pytest.approx([0.0, 0.1, 0.2])
    assert 0.1 < rates[3] < 0.2
    assert rates[4] == pytest.approx(0.2 * 0.02)
