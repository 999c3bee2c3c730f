"""Where the images of articles lie."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class ImageStore(Protocol):
    """Named by their content: what has a name never changes. Every change is on disk when the
    method returns."""

    def add_image(self, name: str, content: bytes) -> None:
        """Harmless where it is there: it counts as added just now."""

    def image(self, name: str) -> bytes:
        """Or UnknownThing."""

    def image_names(self) -> set[str]: ...

    def texts_with_images(self) -> Iterable[str]:
        """All that writers and readers may still see and that may show an image: what is published,
        and every revision."""

    def drop_images(self, names: Iterable[str], *, added_before: datetime) -> int:
        """Those of them that were added before that; how many."""
