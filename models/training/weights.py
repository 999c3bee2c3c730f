"""Weights mixed with the teacher's, and the model folder that they stand in.

`python -m models.training.weights models/bilingual FOLDER` restores the packed weights into a
folder that plain `SentenceTransformer(FOLDER)` loads.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from assistant.adapters.packed_weights import PACKED, PLAIN, packed, restore

Tensors = Mapping[str, np.ndarray]
WORDS = "embeddings.word_embeddings.weight"
_PIPELINE = ("Transformer", "Pooling", "Normalize")
_TOKENIZER = {
    "tokenizer_class": "BertTokenizer",
    "do_lower_case": True,
    "strip_accents": None,
    "tokenize_chinese_chars": True,
    "model_max_length": 256,
    "unk_token": "[UNK]",
    "sep_token": "[SEP]",
    "pad_token": "[PAD]",
    "cls_token": "[CLS]",
    "mask_token": "[MASK]",
}


def mixed(trained: Tensors, start: Tensors, teacher_share: float) -> dict[str, np.ndarray]:
    """The layers with a share of the teacher's, the words as learned: no English one moved."""
    return {
        name: tensor
        if name == WORDS
        else (1 - teacher_share) * tensor + teacher_share * start[name]
        for name, tensor in trained.items()
    }


def write_folder(
    folder: Path, tensors: Tensors, *, tokenizer: Tokenizer, teacher: Path, small: bool
) -> None:
    """A model in sentence-transformers' format, its weights packed or plain."""
    folder.mkdir(parents=True, exist_ok=True)
    name, other = (PACKED, PLAIN) if small else (PLAIN, PACKED)
    (folder / other).unlink(missing_ok=True)
    plain = {key: np.ascontiguousarray(value, dtype=np.float32) for key, value in tensors.items()}
    save_file(packed(plain) if small else plain, folder / name, metadata={"format": "pt"})
    # safetensors writes for its owner alone, and another user may run what is installed.
    (folder / name).chmod(0o644)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(folder / "tokenizer.json"))
    for path, value in _configuration(teacher, tokenizer.get_vocab_size()).items():
        (folder / path).parent.mkdir(exist_ok=True)
        text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
        (folder / path).write_text(text + "\n", encoding="utf-8")


def _configuration(teacher: Path, vocabulary: int) -> dict[str, object]:
    config = json.loads((teacher / "config.json").read_text(encoding="utf-8"))
    config.pop("_name_or_path", None)
    config |= {"vocab_size": vocabulary, "dtype": "float32"}
    modules = [
        {
            "idx": at,
            "name": str(at),
            "path": f"{at}_{kind}" if at else "",
            "type": f"sentence_transformers.models.{kind}",
        }
        for at, kind in enumerate(_PIPELINE)
    ]
    pooling = {"word_embedding_dimension": config["hidden_size"], "pooling_mode_mean_tokens": True}
    return {
        "config.json": config,
        "tokenizer_config.json": _TOKENIZER,
        "modules.json": modules,
        "sentence_bert_config.json": {"max_seq_length": 256, "do_lower_case": False},
        "1_Pooling/config.json": pooling,
    }


if __name__ == "__main__":
    restore(Path(sys.argv[1]), Path(sys.argv[2]))
