"""What every ImageStore must do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.image import IMAGES, images_in
from assistant.errors import UnknownThing
from assistant.testing.editor import DEED, DRAFTED, edition, saved
from assistant.testing.samples import NOON

LARGE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1000
NAME = "0123456789abcdef0123456789abcdef.png"
OTHER = NAME.replace("0", "f")
LATER = NOON + timedelta(days=365)


class ImageStoreContract:
    """Needs the fixture `store`: an empty one, its tables made."""

    def test_an_image_is_read_back_to_the_byte(self, store: Any) -> None:
        store.add_image(NAME, LARGE)
        assert store.image(NAME) == LARGE
        assert store.image_names() == {NAME}
        with pytest.raises(UnknownThing):
            store.image(OTHER)

    def test_adding_it_again_changes_nothing(self, store: Any) -> None:
        store.add_image(NAME, LARGE)
        store.add_image(NAME, LARGE)
        assert store.image(NAME) == LARGE

    def test_only_those_that_are_named_and_old_are_dropped(self, store: Any) -> None:
        store.add_image(NAME, LARGE)
        store.add_image(OTHER, b"GIF89a")
        assert store.drop_images([NAME], added_before=NOON - timedelta(days=365)) == 0
        assert store.drop_images([NAME, "nothing"], added_before=LATER) == 1
        assert store.image_names() == {OTHER}

    def test_every_text_that_may_show_one_is_told(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        store.save_manuscript("a-1", saved(f"![a]({IMAGES}{NAME})", version=2))
        store.save_manuscript("a-1", saved(f"![b]({IMAGES}{OTHER})", version=3))
        store.publish_manuscript("a-1", edition("text"), version=3, deed=DEED)
        found = [images_in(text) for text in store.texts_with_images()]
        assert sorted(found, key=sorted) == [{NAME}, {OTHER}]
