"""Images of articles: known by their content, so that one address always shows the same. Pure."""

from __future__ import annotations

import re
from hashlib import sha256

from assistant.domain.attachment import media_type_of
from assistant.errors import UnfitArticle
from assistant.markup import OUR_IMAGE

IMAGES = "/help/images/"
IMAGE_FOLDER = "images"
"""Of an export, where its images lie."""
LARGEST_IMAGE_MB = 5
LARGEST_IMAGE = LARGEST_IMAGE_MB * 1024 * 1024
LONGEST_ALTERNATIVE = 300
MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}


def name_of(content: bytes) -> str:
    """Its name, by what it is and by every byte of it; UnfitArticle for what is no image that is
    taken."""
    ending = {kind: name for name, kind in MEDIA_TYPES.items()}.get(media_type_of(content) or "")
    if ending is None:
        raise UnfitArticle("image_form", "This is not an image that is taken.")
    if len(content) > LARGEST_IMAGE:
        said = f"The image has more than {LARGEST_IMAGE_MB} MB."
        raise UnfitArticle("image_size", said, most=LARGEST_IMAGE_MB)
    return f"{sha256(content).hexdigest()[:32]}.{ending}"


def shown_image(name: str, alternative: str) -> str:
    """The Markdown that shows it; UnfitArticle without words for those who do not see it."""
    words = " ".join(re.sub(r"[\[\]\\]", " ", alternative).split())
    if not words or len(words) > LONGEST_ALTERNATIVE:
        said = f"Say in 1 to {LONGEST_ALTERNATIVE} characters what the image shows."
        raise UnfitArticle("image_alternative", said, most=LONGEST_ALTERNATIVE)
    return f"![{words}]({IMAGES}{name})"


def images_in(text: str) -> set[str]:
    """The names of all images of ours that a text shows."""
    return set(OUR_IMAGE.findall(text))
