"""The restorer: what it makes of sentences, and the folder that it is kept in."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from restore import restorer as module
from restore.doctor import examine
from restore.errors import ModelError
from restore.resources import Settings
from restore.restorer import (
    CARD,
    DELETED,
    LONGEST,
    WEIGHTS,
    Reading,
    Restorer,
    WordPieces,
    load_restorer,
    quantised,
    read_card,
    restored,
    save_network,
)
from tests.stubs import StubTokenizer

if TYPE_CHECKING:
    from restore.network import RestorerNetwork

SENTENCE = "the drones flew over a zoo .".split()


class TestWordPieces:
    pieces = WordPieces(StubTokenizer())

    def test_a_known_word_is_one_piece(self) -> None:
        assert [self.pieces.vocabulary(10)[i] for i in self.pieces.of("drones")] == ["drones"]

    def test_another_is_cut(self) -> None:
        assert [self.pieces.vocabulary(39)[i] for i in self.pieces.of("zoo")] == ["#z", "#o", "#o"]

    def test_what_gives_no_piece_is_unknown(self) -> None:
        assert self.pieces.of("👍") == self.pieces.of("") == [StubTokenizer.unk_token_id]


def tiny_network(tokenizer: StubTokenizer, seed: int = 1) -> RestorerNetwork:
    """A network that is as the real one but for its size, which doubts every word."""
    import torch
    from transformers import BertConfig, BertModel

    from restore.network import RestorerNetwork

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokenizer.vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=LONGEST,
    )
    network = RestorerNetwork(BertModel(config))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    network.stands[2].bias.data.fill_(-20.0)
    return network.eval()


@pytest.fixture
def network() -> RestorerNetwork:
    return tiny_network(StubTokenizer())


@pytest.fixture
def tiny(network: RestorerNetwork) -> Restorer:
    return Restorer(network, WordPieces(StubTokenizer()))


def counting(network: RestorerNetwork, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of sentences that the network reads together from here on."""
    seen: list[int] = []
    read = network.read

    def noticed(ids: Any, mask: Any) -> Any:
        seen.append(len(ids))
        return read(ids, mask)

    monkeypatch.setattr(network, "read", noticed)
    return seen


def assert_alike(a: Reading, b: Reading, tolerance: float = 1e-4) -> None:
    assert a.stands == pytest.approx(b.stands, abs=tolerance)
    assert a.totals == pytest.approx(b.totals, abs=tolerance)
    for one, other in zip(a.vectors, b.vectors, strict=True):
        assert (one is None) == (other is None)
        assert one is None or np.allclose(one, other, atol=tolerance)
    for one, other in zip(a.expected, b.expected, strict=True):
        assert [p for _, p in one] == pytest.approx([p for _, p in other], abs=tolerance)


def taken(reading: Reading, first: int, last: int) -> Reading:
    return Reading(*(column[first:last] for column in reading))


@pytest.mark.model
class TestReading:
    def test_every_word_has_an_entry(self, tiny: Restorer) -> None:
        (reading,) = tiny.read([SENTENCE])
        assert [len(column) for column in reading] == [len(SENTENCE)] * 4

    def test_the_probabilities_of_what_stood_there_sum_to_1(self, tiny: Restorer) -> None:
        (reading,) = tiny.read([SENTENCE])
        everything = [DELETED if word == "[unused1]" else word for word in StubTokenizer().vocabulary]
        for place in range(len(SENTENCE)):
            shares = [math.exp(p) for p in tiny.log_probabilities(reading, place, everything) if p > -12.0]
            assert sum(shares) == pytest.approx(1, abs=1e-3)

    def test_the_likeliest_are_named_in_order(self, tiny: Restorer) -> None:
        (reading,) = tiny.read([SENTENCE])
        for place, expected in enumerate(reading.expected):
            shares = [p for _, p in expected]
            assert shares == sorted(shares, reverse=True)
            for word, share in expected:
                asked = DELETED if word == "[unused1]" else word
                assert [math.log(share)] == pytest.approx(tiny.log_probabilities(reading, place, [asked]), abs=1e-4)

    def test_a_word_of_several_pieces_is_known_by_its_first(self, tiny: Restorer) -> None:
        (reading,) = tiny.read([SENTENCE])
        zoo, zebra = tiny.log_probabilities(reading, 1, ["zoo", "zebra"])
        assert zoo == zebra

    def test_what_surely_stands_is_not_asked(self, network: RestorerNetwork) -> None:
        network.stands[2].bias.data.fill_(50.0)
        sure = Restorer(network, WordPieces(StubTokenizer()))
        (reading,) = sure.read([SENTENCE])
        assert min(reading.stands) > 4
        assert reading.vectors == [None] * len(SENTENCE)
        assert reading.expected == [()] * len(SENTENCE)
        assert sure.log_probabilities(reading, 1, ["drones", DELETED]) == [-12.0, -12.0]

    def test_sentences_read_together_read_as_one_by_one(self, network: RestorerNetwork) -> None:
        sentences = [SENTENCE, SENTENCE[:3], ["zoo"] * 9, SENTENCE[2:], ["."]]
        together = Restorer(network, WordPieces(StubTokenizer())).read(sentences)
        for sentence, reading in zip(sentences, together, strict=True):
            (alone,) = Restorer(network, WordPieces(StubTokenizer())).read([sentence])
            assert_alike(alone, reading)

    def test_batches_are_filled_by_length(
        self, network: RestorerNetwork, tiny: Restorer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 30)
        seen = counting(network, monkeypatch)
        tiny.read([["the"] * n for n in (3, 18, 4, 2, 1)])  # and two marks each
        assert seen == [4, 1]

    def test_a_long_sentence_is_read_in_parts(self, tiny: Restorer) -> None:
        words = [SENTENCE[i % len(SENTENCE)] for i in range(300)]
        (reading,) = tiny.read([words])
        assert [len(column) for column in reading] == [300] * 4
        fitting = 1
        while sum(len(tiny._pieces.of(w)) for w in words[: fitting + 1]) + 2 <= LONGEST:
            fitting += 1
        (first,) = tiny.read([words[:fitting]])
        assert_alike(first, taken(reading, 0, fitting))

    def test_a_word_longer_than_the_network_reads(self, tiny: Restorer) -> None:
        (reading,) = tiny.read([["the", "z" * 500, "drones"]])
        assert [len(column) for column in reading] == [3] * 4

    def test_no_words(self, tiny: Restorer) -> None:
        assert tiny.read([]) == []
        assert tiny.read([[]]) == [([], [], [], [])]

    def test_a_sentence_is_read_once(
        self, network: RestorerNetwork, tiny: Restorer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = counting(network, monkeypatch)
        first, again, other = tiny.read([SENTENCE, SENTENCE, SENTENCE[1:]])
        assert tiny.read([SENTENCE[1:], SENTENCE]) == [other, first]
        assert again is first
        assert sum(seen) == 2

    def test_the_memory_is_bounded(self, tiny: Restorer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_REMEMBERED", 3)
        for n in range(1, 20):
            tiny.read([["the"] * n])
        assert len(tiny._known) <= 4


@pytest.mark.model
class TestTheNetwork:
    def test_nothing_stood_here_has_an_entry_of_its_own(self, network: RestorerNetwork) -> None:
        import torch

        from restore.network import DELETED_ID

        vectors = torch.randn(3, 16)
        transformed, scores = network.transform(vectors), network.word_logits(vectors)
        assert torch.allclose(scores, transformed @ network.output_embeddings().T + network.bias, atol=1e-5)
        assert torch.allclose(scores[:, DELETED_ID], transformed @ network.deleted + network.bias[DELETED_ID])

    def test_the_embeddings_are_not_trained(self, network: RestorerNetwork) -> None:
        assert not any(p.requires_grad for p in network.encoder.embeddings.parameters())
        assert not any("embeddings" in name or name == "words" for name in network.trained())

    def test_small_weights_are_nearly_the_same(self, network: RestorerNetwork) -> None:
        import torch

        weights = network.trained()
        small = quantised(weights)
        back = restored(small)
        assert back.keys() == weights.keys()
        for name, value in weights.items():
            if value.ndim < 2:
                assert torch.allclose(back[name], value, rtol=1e-3)
                continue
            assert small[name].dtype == torch.int8
            error = (back[name] - value).abs()
            assert (error <= small[name + module.SCALE] / 2 * 1.0001).all()

    def test_a_row_of_zeros_stays_zero(self) -> None:
        import torch

        assert (restored(quantised({"x": torch.zeros(2, 3)}))["x"] == 0).all()


@pytest.fixture
def base(network: RestorerNetwork, monkeypatch: pytest.MonkeyPatch) -> RestorerNetwork:
    """Makes the encoder of this network the base of all that are loaded."""
    encoder = copy.deepcopy(network.encoder)

    def load(name: str) -> tuple[Any, StubTokenizer]:
        assert name in ("", "other")
        return copy.deepcopy(encoder), StubTokenizer()

    monkeypatch.setattr(module, "load_transformer", load)
    return network


@pytest.mark.model
class TestTheFolder:
    def test_saved_and_loaded_it_reads_nearly_the_same(self, base: RestorerNetwork, tmp_path: Path) -> None:
        save_network(base, tmp_path, {"base": "other", "about": "a test"})
        before = Restorer(base, WordPieces(StubTokenizer())).read([SENTENCE])[0]
        after = load_restorer(tmp_path).read([SENTENCE])[0]
        assert_alike(before, after, 0.5)
        assert not np.allclose(before.stands, after.stands, atol=1e-7)
        for one, other in zip(before.expected, after.expected, strict=True):
            assert one[0][0] == other[0][0] or one[0][1] - one[1][1] < 0.1

    def test_the_card_names_the_weights(self, base: RestorerNetwork, tmp_path: Path) -> None:
        save_network(base, tmp_path, {"base": "all-MiniLM-L6-v2"})
        card = read_card(tmp_path)
        assert card["base"] == "all-MiniLM-L6-v2"
        assert len(card["sha256"]) == 64
        save_network(base, tmp_path / "again", {"base": "all-MiniLM-L6-v2"})
        assert read_card(tmp_path / "again") == card

    @pytest.mark.parametrize(
        "damage",
        [
            lambda weights: {**weights, "more": weights["bias"].clone()},
            lambda weights: {name: w for name, w in weights.items() if name != "bias"},
            lambda weights: {**weights, "bias": weights["bias"][:-1]},
        ],
        ids=["too many", "too few", "of another size"],
    )
    def test_weights_of_another_base_are_refused(
        self, base: RestorerNetwork, tmp_path: Path, damage: Callable[[Any], Any]
    ) -> None:
        from safetensors.torch import save_file

        save_file({k: v.contiguous() for k, v in damage(quantised(base.trained())).items()}, tmp_path / WEIGHTS)
        (tmp_path / CARD).write_text('{"base": "other"}', encoding="utf-8")
        with pytest.raises(ModelError, match="cannot load the restorer"):
            load_restorer(tmp_path)

    def test_what_are_no_weights_is_refused(self, base: RestorerNetwork, tmp_path: Path) -> None:
        (tmp_path / WEIGHTS).write_bytes(b"no weights")
        (tmp_path / CARD).write_text('{"base": "other"}', encoding="utf-8")
        with pytest.raises(ModelError, match="name a folder that `restore train restorer` wrote"):
            load_restorer(tmp_path)


class TestTheCard:
    """All that can be told of a folder without loading anything."""

    def folder(self, path: Path, card: object) -> Path:
        path.mkdir(exist_ok=True)
        (path / WEIGHTS).write_bytes(b"weights")
        (path / CARD).write_text(json.dumps(card), encoding="utf-8")
        return path

    def finding(self, folder: Path) -> tuple[bool, str]:
        (found,) = (f for f in examine(Settings(glossaries=(), restorer=folder)) if f.what == "restorer")
        return found.ok, f"{found.found} {found.remedy}"

    def test_a_missing_folder_is_named_with_advice(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=r"nowhere.*restore train restorer"):
            load_restorer(tmp_path / "nowhere")

    def test_a_missing_one_of_our_own_says_reinstall(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "FOLDER", tmp_path)
        with pytest.raises(ModelError, match="reinstall the package"):
            load_restorer()

    @pytest.mark.parametrize("card", [[], "x", {}, {"base": 1}, {"base": "", "sha256": "0"}, None])
    def test_a_damaged_card_is_refused(self, tmp_path: Path, card: object) -> None:
        with pytest.raises(ModelError, match="cannot load the restorer"):
            read_card(self.folder(tmp_path, card))

    def test_missing_weights_are_refused(self, tmp_path: Path) -> None:
        (self.folder(tmp_path, {"base": ""}) / WEIGHTS).unlink()
        with pytest.raises(ModelError, match="No such file"):
            read_card(tmp_path)

    def test_doctor_says_what_it_is(self, tmp_path: Path) -> None:
        folder = self.folder(tmp_path, {"base": "all-MiniLM-L6-v2", "sha256": sha256(b"weights").hexdigest()})
        ok, text = self.finding(folder)
        assert ok
        assert f"{folder} (--restorer; SHA-256 as its card says), 0.0 MB, over all-MiniLM-L6-v2" in text

    def test_doctor_says_what_is_wrong(self, tmp_path: Path) -> None:
        for card, wrong in (
            ({"base": "x"}, "names no SHA-256"),
            ({"base": "x", "sha256": "0" * 64}, "not those that its card names"),
            ({}, "'base'"),
        ):
            ok, text = self.finding(self.folder(tmp_path, card))
            assert not ok
            assert wrong in text
            assert "train" in text

    def test_doctor_asks_for_none_without_a_model(self) -> None:
        findings = {f.what: f for f in examine(Settings(glossaries=(), model=None))}
        assert findings["restorer"].found == "none (--no-model)"


def test_options(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from restore.cli import main

    result = CliRunner().invoke(main, ["suggest", "-", "--no-model", "--restorer", str(tmp_path)])
    assert result.exit_code == 2
    assert "--no-model and --restorer exclude each other" in result.stderr
    result = CliRunner().invoke(main, ["doctor", "--restorer", str(tmp_path / "mine")])
    assert result.exit_code == 2
    assert f"BAD  restorer: {tmp_path / 'mine'}: cannot load the restorer" in result.stdout
