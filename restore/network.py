"""The network of the denoising restorer, in torch. Only `restore.restorer`, on first use, and the training import it.

The encoder of a sentence-transformers model (its word embeddings frozen) reads a spun sentence. Two small heads look
at the vector of every word: one says whether the word stands as written, the other what stood there if it does not,
over the whole vocabulary; its output embeddings are the frozen input embeddings (Press and Wolf, "Using the Output
Embedding to Improve Language Models", EACL 2017).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

#: the vocabulary's entry that means "nothing stood here": [unused1] of the BERT vocabularies
DELETED_ID = 2


class RestorerNetwork(nn.Module):
    """Detection and restoration heads over an encoder of the BERT family."""

    words: Tensor

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        words = encoder.embeddings.word_embeddings.weight
        size = words.shape[1]
        encoder.embeddings.requires_grad_(False)
        self.register_buffer("words", words.detach(), persistent=False)
        self.stands = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.Linear(size, 1))
        self.transform = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.LayerNorm(size))
        self.deleted = nn.Parameter(torch.zeros(size))
        self.bias = nn.Parameter(torch.zeros(words.shape[0]))

    def read(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The vectors of all pieces; ids and mask of shape (sentences, pieces)."""
        hidden: Tensor = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden

    def stands_logits(self, vectors: Tensor) -> Tensor:
        """Log-odds that each word stands as written; vectors (words, size) -> (words,)."""
        logits: Tensor = self.stands(vectors).squeeze(-1)
        return logits

    def word_logits(self, vectors: Tensor) -> Tensor:
        """Scores of the whole vocabulary for what stood there; vectors (words, size) -> (words, vocabulary)."""
        transformed = self.transform(vectors)
        logits: Tensor = transformed @ self.words.T + self.bias
        deleted = transformed @ self.deleted + self.bias[DELETED_ID]
        return logits.index_copy(1, torch.tensor([DELETED_ID], device=logits.device), deleted.unsqueeze(1))

    def output_embeddings(self) -> Tensor:
        """What transformed vectors are compared with; shape (vocabulary, size)."""
        words = self.words.clone()
        words[DELETED_ID] = self.deleted.detach()
        return words

    def trained(self) -> dict[str, Tensor]:
        """The weights that training changes: everything but the embeddings."""
        return {k: v for k, v in self.state_dict().items() if not k.startswith("encoder.embeddings.")}
