"""Find the folders that ship beside the code: web, knowledge_base, models."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder `name`, from the installed wheel or from the checkout.

    Raises FileNotFoundError where the installation lacks it.
    """
    for folder in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The folder {name!r} is missing from this installation; reinstall it.")


def prompts() -> Path:
    """The folder of prompts and wordings."""
    return _PACKAGE / "prompts"
