"""Encoder weights packed as int8 for shipping, and restored before a model is loaded.

Each row of a matrix has a scale for every 64 columns, so that one large weight costs the precision
of its neighbours alone; vectors stay in half precision.
sentence-transformers loads no int8, so it is given a folder with the restored weights.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import EmbedderUnavailable

PLAIN = "model.safetensors"
PACKED = "model.int8.safetensors"
_SCALE = ".scale"
_GROUP = 64

Tensor = np.ndarray[Any, Any]


def weights_file(folder: Path) -> Path:
    """The plain weights of a model folder, or else its packed ones."""
    for name in (PLAIN, PACKED):
        if (folder / name).is_file():
            return folder / name
    raise EmbedderUnavailable(f"{folder} has no {PLAIN}; name a model folder.")


@contextmanager
def plain_folder(folder: Path) -> Iterator[Path]:
    """`folder` itself where its weights are plain; else a copy with them restored, for a while."""
    if weights_file(folder).name == PLAIN:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="encoder-") as name:
        copy = Path(name) / folder.name
        restore(folder, copy)
        yield copy


def restore(folder: Path, target: Path) -> None:
    """Write a folder that plain `SentenceTransformer(target)` loads."""
    from safetensors.numpy import load_file, save_file

    shutil.copytree(folder, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(PACKED))
    try:
        tensors = restored(load_file(folder / PACKED))
    except Exception as error:
        raise EmbedderUnavailable(
            f"{folder / PACKED} is damaged; reinstall, or run `git checkout` on it: {error}"
        ) from error
    save_file(tensors, target / PLAIN, metadata={"format": "pt"})


def packed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as int8 with a scale for each group of a row, everything else in half precision."""
    small: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.ndim != 2 or tensor.shape[1] % _GROUP:
            small[name] = tensor.astype(np.float16)
            continue
        groups = tensor.reshape(len(tensor), -1, _GROUP)
        scale = (np.abs(groups).max(axis=2, keepdims=True) / 127).astype(np.float16)
        scale = np.maximum(scale, np.finfo(np.float16).smallest_normal)
        steps = np.rint(groups / scale.astype(np.float32)).clip(-127, 127)
        small[name] = steps.astype(np.int8).reshape(tensor.shape)
        small[name + _SCALE] = scale.squeeze(2)
    return small


def restored(small: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What `packed` made small, in single precision."""
    return {
        name: _scaled(tensor, small[name + _SCALE])
        if tensor.dtype == np.int8
        else tensor.astype(np.float32)
        for name, tensor in small.items()
        if not name.endswith(_SCALE)
    }


def _scaled(steps: Tensor, scale: Tensor) -> Tensor:
    groups = steps.reshape(len(steps), -1, _GROUP).astype(np.float32)
    return (groups * scale[:, :, None].astype(np.float32)).reshape(steps.shape)
