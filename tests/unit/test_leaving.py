"""All that writers made leaves as Markdown and comes back; what is not public stays so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import copyfile

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.domain.article import Article
from assistant.domain.curated import Curated
from assistant.domain.manuscript import Content
from assistant.errors import UnknownThing, Withheld
from assistant.knowledge.reader import read_source
from assistant.ports import Deed, Person
from assistant.testing import InMemoryVectorIndex
from assistant.writing.editor import Editor
from assistant.writing.leaving import Left, export_all
from tests.unit.conftest import Clock, HelpCenter

pytestmark = pytest.mark.slow

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
LEA = Person("p-lea", "lea@company.example", "lead", "")
WIM = Person("p-wim", "wim@company.example", "writer", "")
ENGRAVING = Content(
    title="Engrave a name",
    locale="en",
    body="We engrave a name for **€9**.\n\n## How long\n\nTwo days.",
    questions=("can you write initials on it",),
    tags=("gifts",),
    audience="plan=pro",
    owner=LEA.id,
    review_on=date(2027, 3, 1),
)
BROKEN = Curated("k1", "fr", ("Votre ligne est en panne ?",), "Oui, *jusqu’à 18 h*.",
                 date(2026, 12, 1), LEA.id, NOON)  # fmt: skip


@pytest.fixture
def editor(center: HelpCenter, clock: Clock) -> Editor:
    """One article is public, with a newer text; one in review, one a draft, one archived."""
    store = center.store
    for person in (LEA, WIM):
        store.add_person(person, deed=Deed(NOON, "operator", "added", person.id, {}))
    store.save_curated(BROKEN, deed=Deed(NOON, LEA.id, "curated_saved", BROKEN.id, {}))
    editor = Editor(store, embedder=center.embedder, now=clock)
    published = editor.draft(ENGRAVING, by=WIM)
    editor.publish(published.id, version=1, by=LEA)
    newer = replace(ENGRAVING, body="We engrave a name for **€10**.")
    editor.save(published.id, newer, version=1, by=WIM)
    waiting = editor.draft(Content("Wrap it {{ gift }}", "en", "We <b>wrap</b> it."), by=WIM)
    editor.submit(waiting.id, by=WIM)
    editor.draft(Content("", "fr", ""), by=WIM)
    old = editor.draft(Content("Fax us", "en", "Our number."), by=WIM)
    editor.publish(old.id, version=1, by=LEA)
    editor.archive(old.id, by=LEA)
    return editor


def test_the_images_of_what_is_said_word_for_word_leave_too(
    center: HelpCenter, editor: Editor, tmp_path: Path
) -> None:
    name = f"{'0a' * 16}.png"
    shown = replace(BROKEN, id="k2", text=f"![Plan](/help/images/{name})")
    center.store.save_curated(shown, deed=Deed(NOON, LEA.id, "curated_saved", "k2", {}))
    export_all(center.store, tmp_path / "out", image=lambda name: name.encode())
    assert (tmp_path / "out" / "images" / name).read_bytes() == name.encode()


def no_image(name: str) -> bytes:
    raise UnknownThing("image", name)


def leaves(center: HelpCenter, folder: Path) -> dict[str, str]:
    """What is in each file."""
    export_all(center.store, folder, image=no_image)
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.md")
    }


def test_each_has_its_file_and_says_who_looks_after_it_and_where_it_stands(
    center: HelpCenter, editor: Editor, tmp_path: Path
) -> None:
    left = leaves(center, tmp_path / "out")
    assert set(left) == {
        "en/engrave-a-name.md",
        *(name for name in left if name.startswith("not-public/")),
        "word-for-word/k1.md",
    }
    public = left["en/engrave-a-name.md"]
    for line in ("owner: lea@company.example", "review_on: 2027-03-01", "audience: plan=pro"):
        assert f"\n{line}\n" in public
    assert "status:" not in public
    assert "€9" in public
    hidden = [text for name, text in left.items() if name.startswith("not-public/")]
    assert len(hidden) == 4
    states = sorted(line for text in hidden for line in text.splitlines() if "status: " in line)
    assert states == ["status: archived", "status: draft", "status: draft", "status: in_review"]
    assert any("We <b>wrap</b> it.\n" in text for text in hidden)
    assert any("€10" in text and "owner: lea@company.example" in text for text in hidden)


def test_what_is_said_word_for_word_leaves_with_its_questions_and_its_last_day(
    center: HelpCenter, editor: Editor, tmp_path: Path
) -> None:
    page = leaves(center, tmp_path / "out")["word-for-word/k1.md"]
    assert page.endswith("---\nOui, *jusqu’à 18 h*.\n")
    for line in ("locale: fr", "- Votre ligne est en panne ?", "expires_on: 2026-12-01"):
        assert f"\n{line}\n" in page


def test_the_folder_comes_back_as_it_was_and_nothing_in_it_becomes_public(
    center: HelpCenter, editor: Editor, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert export_all(center.store, out, image=no_image) == Left(1, 4, 1)
    (card,) = center.store.articles()
    public = center.store.article(card.id)
    records = list(read_source(out))
    (article,) = [each for each in records if isinstance(each, Article)]
    assert article.owner == LEA.email
    assert article.review_on == ENGRAVING.review_on
    assert article.audience == "plan=pro"
    assert (article.id, article.body, article.questions) == (card.id, public.body, public.questions)
    passed_over = [str(each) for each in records if isinstance(each, Withheld)]
    assert len(passed_over) == len(records) - 1 == 5
    for reason in ("it is a draft", "it is in review", "it is archived", "given word for word"):
        assert any(reason in each for each in passed_over)


def test_what_was_read_back_leaves_again_to_the_letter(
    center: HelpCenter, editor: Editor, new_store: SqlStore, tmp_path: Path
) -> None:
    first = leaves(center, tmp_path / "out")
    elsewhere = HelpCenter(new_store, center.embedder, InMemoryVectorIndex())
    report = elsewhere.synchroniser.sync(tmp_path / "out")
    assert (report.added, report.refused) == (1, [])
    second = leaves(elsewhere, tmp_path / "again")
    assert second == {name: first[name] for name in second}
    assert len(second) == 1


def test_who_takes_it_over_finds_its_owner_and_its_day(
    center: HelpCenter, editor: Editor, new_store: SqlStore, clock: Clock, tmp_path: Path
) -> None:
    leaves(center, tmp_path / "out")
    elsewhere = HelpCenter(new_store, center.embedder, InMemoryVectorIndex())
    elsewhere.synchroniser.sync(tmp_path / "out")
    (card,) = new_store.articles()
    lea = replace(LEA, id="another id")
    new_store.add_person(lea)
    taken = Editor(new_store, embedder=center.embedder, now=clock).take_over(card.id, by=WIM)
    assert (taken.content.owner, taken.content.review_on) == (lea.id, ENGRAVING.review_on)


@pytest.fixture
def new_store(made_store: Path, tmp_path: Path, clock: Clock) -> Iterator[SqlStore]:
    """Of another installation."""
    copyfile(made_store, tmp_path / "new.db")
    opened = SqlStore(f"sqlite:///{tmp_path / 'new.db'}", now=clock)
    yield opened
    opened.close()
