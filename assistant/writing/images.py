"""Images that writers upload: taken by what they are, shown by their content's name, and gone once
nothing shows them any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from assistant.domain.image import IMAGE_FOLDER, LARGEST_IMAGE, images_in, name_of, shown_image
from assistant.errors import UnfitArticle
from assistant.ports import Clock
from assistant.ports.images import ImageStore

KEPT_FOR = timedelta(days=7)
"""What nothing shows is kept for so long: its writer may not have saved yet."""
_EVERY = timedelta(hours=6)


class Images:
    """Thread-safe."""

    def __init__(self, store: ImageStore, *, now: Clock) -> None:
        self._store, self._now = store, now
        self._cleaned: datetime | None = None

    def add(self, content: bytes, *, alternative: str) -> str:
        """The Markdown that shows it. UnfitArticle."""
        name = name_of(content)
        markdown = shown_image(name, alternative)
        self._store.add_image(name, content)
        return markdown

    def read(self, name: str) -> bytes:
        """Or UnknownThing."""
        return self._store.image(name)

    def bring(self, source: Path) -> int:
        """Those of a folder that `assistant export` wrote; how many are new here."""
        found, known = 0, self._store.image_names()
        for path in sorted((source / IMAGE_FOLDER).glob("*.*")) if source.is_dir() else ():
            if path.name in known or not path.is_file() or path.stat().st_size > LARGEST_IMAGE:
                continue
            content = path.read_bytes()
            try:
                right = name_of(content) == path.name
            except UnfitArticle:
                right = False
            if right:
                self._store.add_image(path.name, content)
                found += 1
        return found

    def round(self) -> int:
        """From time to time, drop what no article and no revision shows; how many."""
        now = self._now()
        if self._cleaned is not None and now - self._cleaned < _EVERY:
            return 0
        self._cleaned = now
        names = self._store.image_names()
        if not names:
            return 0
        shown: set[str] = set()
        for text in self._store.texts_with_images():
            shown |= images_in(text)
        return self._store.drop_images(sorted(names - shown), added_before=now - KEPT_FOR)
