"""Articles back into a folder of Markdown, so that reading that folder gives the same articles.

What is not public, and what is said word for word, stands in folders of its own and is marked: who
reads the folder passes it over by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from assistant.domain.article import Article, ArticleStatus
from assistant.domain.curated import Curated
from assistant.domain.image import IMAGE_FOLDER, images_in
from assistant.errors import Refused, UnknownThing, UnreadableSource
from assistant.knowledge.sources.page import VERBATIM, WORD_FOR_WORD, Place, read_page

_LONGEST_NAME = 100
_NOT_IN_NAMES = re.compile(r"[^\w-]+")


_NOT_PUBLIC = "not-public"
_WORD_FOR_WORD = "word-for-word"


def export_folder(
    articles: Iterable[Article],
    folder: Path,
    *,
    image: Callable[[str], bytes],
    curated: Iterable[Curated] = (),
) -> int:
    """Write each article into `folder/<locale>/<slug>.md`, one that is not published below
    `not-public`, with the images beside them, and each answer of `curated` into `word-for-word`;
    how many files those are. `image`: what has that name.

    Refused where the folder holds something already: an article deleted since would stay in it.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty; name a new folder to export to.")
    taken: set[str] = set()
    for article in articles:
        _write(folder / _free_name(article, taken), as_markdown(article))
        _write_images(article.body, folder, image)
    answers = list(curated)
    for answer in answers:
        _write(folder / _WORD_FOR_WORD / f"{answer.id}.md", _page(_answered(answer), answer.text))
        _write_images(answer.text, folder, image)
    return len(taken) + len(answers)


def as_markdown(article: Article) -> str:
    """The article as a page with front matter.

    Where reading it as writers' Markdown would change a letter, it is marked to be read verbatim;
    not so a draft, which is what a writer typed and was read by nobody yet.
    """
    page = _page(_said(article), article.body)
    if article.status is not ArticleStatus.PUBLISHED:
        return page
    return page if _comes_back(page, article) else _page(_verbatim(article), article.body)


def _write(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")


def _write_images(text: str, folder: Path, image: Callable[[str], bytes]) -> None:
    for name in sorted(images_in(text)):
        with suppress(UnknownThing):  # A text may name one that was never there.
            data = image(name)
            (folder / IMAGE_FOLDER).mkdir(exist_ok=True)
            (folder / IMAGE_FOLDER / name).write_bytes(data)


def _said(article: Article) -> dict[str, Any]:
    """What differs from what the page alone would tell, as a writer would put it."""
    translated = article.translation_of
    fields = {
        "slug": article.slug,
        "url": article.url,
        "translation_of": f"/{translated}" if translated else None,
        "questions": list(article.questions),
        "tags": list(article.tags),
        "updated": article.updated,
        "escalate": article.escalate or None,
        "audience": article.audience,
        "owner": article.owner,
        "review_on": article.review_on,
        "status": None if article.status is ArticleStatus.PUBLISHED else article.status.value,
    }
    named = {"id": article.id, "title": article.title, "locale": article.locale}
    return named | {key: value for key, value in fields.items() if value}


def _answered(answer: Curated) -> dict[str, Any]:
    last_day = {"expires_on": answer.expires_on} if answer.expires_on else {}
    named = {WORD_FOR_WORD: True, "id": answer.id, "locale": answer.locale}
    return {**named, "questions": list(answer.phrasings), **last_day}


def _verbatim(article: Article) -> dict[str, Any]:
    # An empty slug is said too: it must not be made from the file's name.
    return {VERBATIM: True, **_said(article), "slug": article.slug}


def _page(meta: dict[str, Any], body: str) -> str:
    front = yaml.safe_dump(meta, allow_unicode=True, sort_keys=False, width=1_000_000)
    return f"---\n{front}---\n{body}\n"


def _comes_back(page: str, article: Article) -> bool:
    place = Place(article.source, article.id, PurePosixPath("export", "page"))
    try:
        return read_page(page, place) == article
    except UnreadableSource:
        return False


def _free_name(article: Article, taken: set[str]) -> str:
    """Of letters, digits and dashes alone: no system and no reader of folders trips over it."""
    locale = _NOT_IN_NAMES.sub("-", article.locale).strip("-_") or "en"
    slug = _NOT_IN_NAMES.sub("-", article.slug or article.id)[-_LONGEST_NAME:].strip("-_")
    # GitBook's table of contents is no article.
    name = "article" if slug.upper() in ("", "SUMMARY") else slug
    public = article.status is ArticleStatus.PUBLISHED
    path = f"{locale}/{name}" if public else f"{_NOT_PUBLIC}/{locale}/{name}"
    number = 1
    # Some file systems do not tell capitals from small letters.
    while (own := f"{path}{f'-{number}' if number > 1 else ''}.md").casefold() in taken:
        number += 1
    taken.add(own.casefold())
    return own
