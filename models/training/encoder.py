"""The encoder as trained: a BERT, mean pooling, unit length. The same code on CPU and GPU."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

os.environ.setdefault("HF_HUB_OFFLINE", "1")


class Words(torch.nn.Module):
    """Word embeddings of which only some rows are learned; the others stay as they are."""

    def __init__(self, weight: torch.Tensor, rows: torch.Tensor) -> None:
        super().__init__()
        place = torch.full((len(weight),), -1)
        place[rows] = torch.arange(len(rows))
        self.register_buffer("place", place)
        self.register_buffer("rows", rows)
        self.register_buffer("kept", weight.detach().clone())
        self.learned = torch.nn.Embedding.from_pretrained(weight[rows].clone(), freeze=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        place = self.place[ids]
        kept = torch.nn.functional.embedding(ids, self.kept)
        return torch.where((place >= 0).unsqueeze(-1), self.learned(place.clamp(min=0)), kept)

    def whole(self) -> torch.Tensor:
        """All rows, kept and learned."""
        weight = self.kept.clone()
        weight[self.rows] = self.learned.weight.detach()
        return weight


class Encoder(torch.nn.Module):
    """Texts in, unit vectors out."""

    def __init__(self, folder: Path, *, device: str, tokenizer: Tokenizer | None = None) -> None:
        from transformers import AutoModel

        super().__init__()
        self.bert = AutoModel.from_pretrained(
            str(folder), attn_implementation="eager", add_pooling_layer=False, dtype=torch.float32
        )
        self.tokenizer = tokenizer or Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_padding()
        self.device = device
        self._kind = torch.device(device).type
        # A processor without matrix units takes longer over bf16 than over single precision.
        self._halves = self._kind != "cpu" or torch.cpu.get_capabilities().get("amx_bf16", False)
        # Distillation needs no dropout: the teacher says what is right for every sentence.
        self.to(device).eval()

    def learn(self, rows: torch.Tensor) -> None:
        """Let the layers and these rows of the word embeddings be learned, and no other row."""
        words = self.bert.get_input_embeddings()
        self.words = Words(words.weight, rows).to(self.device)
        self.bert.set_input_embeddings(self.words)

    def learned(self) -> list[torch.nn.Parameter]:
        """What an optimizer may move."""
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def tensors(self) -> dict[str, np.ndarray]:
        """The weights of a learning encoder, by the names that the format has for them."""
        inside = "embeddings.word_embeddings."
        state = self.bert.state_dict()
        plain = {name: tensor for name, tensor in state.items() if not name.startswith(inside)}
        plain[inside + "weight"] = self.words.whole()
        return {name: tensor.float().cpu().numpy() for name, tensor in plain.items()}

    def forward(self, texts: Sequence[str], pieces: int) -> torch.Tensor:
        """Unit vectors, cut at `pieces`."""
        self.tokenizer.enable_truncation(pieces)
        encodings = self.tokenizer.encode_batch(list(texts))
        ids = torch.tensor([encoding.ids for encoding in encodings], device=self.device)
        mask = torch.tensor([encoding.attention_mask for encoding in encodings], device=self.device)
        with torch.autocast(self._kind, dtype=torch.bfloat16, enabled=self._halves):
            states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        states = states.float() * mask.unsqueeze(-1)
        return torch.nn.functional.normalize(states.sum(1) / mask.sum(1, keepdim=True), dim=-1)


@torch.inference_mode()
def encode(encoder: Encoder, texts: Sequence[str], *, pieces: int = 256) -> np.ndarray:
    """Vectors of many texts, batched by length."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors = np.zeros((len(texts), encoder.bert.config.hidden_size), dtype=np.float32)
    for start in range(0, len(order), 64):
        rows = order[start : start + 64]
        vectors[rows] = encoder([texts[at] for at in rows], pieces).cpu().numpy()
    return vectors
