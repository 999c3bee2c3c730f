"""The help center follows its source: nothing twice, nothing lost, nothing half done."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.article import Article, article_url
from assistant.errors import EmbedderUnavailable, Refused, UnknownThing
from assistant.knowledge import sync
from assistant.knowledge.planning import SyncMode, SyncReport, plan_sync
from assistant.knowledge.sync import Synchroniser
from assistant.testing import FakeEmbedder

pytestmark = pytest.mark.slow

RETURNS = Article("returns", "Returns", "en", "Send it back.\n\n## How\n\nUse the label.")
DELIVERY = Article("delivery", "Delivery", "en", "It takes 3 days.")


class Killed(BaseException):
    """As a kill -9 would be: nothing handles it."""


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    write(folder, "en/returns.md", "# Returns\n\nSend it back.\n\n## How\n\nUse the label.")
    write(folder, "en/delivery.md", "# Delivery\n\nIt takes 3 days.")
    write(folder, "fr/retours.md", "# Retours\n\nRenvoyez-le avec l'étiquette.")
    return folder


def ids(center: Any) -> set[str]:
    return {card.id for card in center.store.articles()}


def counts(report: SyncReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.withdrawn


# -- the plan

hashes = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("123"))


@given(hashes, hashes)
def test_the_plan_leads_from_what_is_stored_to_what_was_found(
    found: Mapping[str, str], stored: Mapping[str, str]
) -> None:
    plan = plan_sync(found, stored)
    after = {id: hash for id, hash in stored.items() if id not in plan.withdrawn}
    after |= {id: found[id] for id in (*plan.added, *plan.changed)}
    assert after == found
    everything = [*plan.added, *plan.changed, *plan.unchanged, *plan.withdrawn]
    assert sorted(everything) == sorted({*found, *stored})
    assert all(found[id] == stored[id] for id in plan.unchanged)


# -- a source


def test_a_folder_becomes_articles_that_answer(center: Any, source: Path) -> None:
    report = center.synchroniser.sync(source)
    assert counts(report) == (3, 0, 0, 0)
    assert report.refused == []
    assert report.passages >= 6
    assert report.embedded == len(center.embedder.embedded)
    assert {card.locale for card in center.store.articles()} == {"en", "fr"}
    found = center.retriever.search("use the label", locale="en")
    assert found.articles[0].article.title == "Returns"


def test_a_second_run_encodes_nothing_and_changes_nothing(center: Any, source: Path) -> None:
    center.synchroniser.sync(source)
    version, done = center.store.version(), len(center.embedder.embedded)
    report = center.synchroniser.sync(source)
    assert counts(report) == (0, 0, 3, 0)
    assert len(center.embedder.embedded) == done
    assert center.store.version() == version


def test_only_what_changed_is_encoded_again(center: Any, source: Path) -> None:
    center.synchroniser.sync(source)
    center.embedder.embedded.clear()
    write(source, "en/returns.md", "# Returns\n\nSend it back.\n\n## How\n\nUse the new label.")
    report = center.synchroniser.sync(source)
    assert counts(report) == (0, 1, 2, 0)
    assert report.embedded == len(center.embedder.embedded) >= 1
    assert all("new label" in text for text in center.embedder.embedded)


def test_an_article_gone_from_its_source_is_withdrawn(center: Any, source: Path) -> None:
    center.synchroniser.sync(source)
    (source / "en/delivery.md").unlink()
    report = center.synchroniser.sync(source)
    assert counts(report) == (0, 0, 2, 1)
    assert not any("delivery" in id for id in ids(center))
    assert center.synchroniser.sync(source).withdrawn == 0


def test_an_article_that_comes_back_is_there_again(center: Any, source: Path) -> None:
    center.synchroniser.sync(source)
    text = (source / "en/delivery.md").read_text()
    (source / "en/delivery.md").unlink()
    center.synchroniser.sync(source)
    write(source, "en/delivery.md", text)
    center.embedder.embedded.clear()
    assert counts(center.synchroniser.sync(source)) == (1, 0, 2, 0)
    assert any("delivery" in id for id in ids(center))
    assert center.embedder.embedded == []


def test_progress_counts_every_record_once(center: Any, source: Path) -> None:
    for _ in range(2):
        steps: list[int] = []
        center.synchroniser.sync(source, progress=steps.append)
        assert sum(steps) == 3


# -- what cannot be read


def test_a_broken_file_is_named_and_keeps_the_article_that_it_was(
    center: Any, source: Path
) -> None:
    center.synchroniser.sync(source)
    (source / "en/delivery.md").write_bytes(b"\xff\xfe\x00bro\xe9ken")
    write(source, "en/new.md", "# New\n\nA new article.")
    report = center.synchroniser.sync(source)
    assert counts(report) == (1, 0, 2, 0)
    (refused,) = report.refused
    assert "delivery.md" in refused.path
    assert refused.remedy
    assert any("delivery" in id for id in ids(center))


def test_where_nothing_can_be_read_nothing_is_withdrawn(center: Any, source: Path) -> None:
    center.synchroniser.sync(source)
    before = ids(center)
    for path in source.rglob("*.md"):
        path.write_bytes(b"\xff\xfe\x00")
    report = center.synchroniser.sync(source)
    assert report.withdrawn == 0
    assert len(report.refused) == 3
    assert ids(center) == before


def test_a_source_that_is_gone_is_refused_and_withdraws_nothing(center: Any, source: Path) -> None:
    center.synchroniser.sync(source)
    before = ids(center)
    source.rename(source.with_name("elsewhere"))
    with pytest.raises(Refused):
        center.synchroniser.sync(source)
    assert ids(center) == before


@pytest.mark.parametrize("mark", ["draft: true", "published: false", "redirect_to: /elsewhere"])
def test_an_article_made_a_draft_or_a_redirect_is_withdrawn_and_not_refused(
    center: Any, source: Path, mark: str
) -> None:
    center.synchroniser.sync(source)
    write(source, "en/delivery.md", f"---\n{mark}\n---\n# Delivery\n\nIt takes 3 days.")
    report = center.synchroniser.sync(source)
    assert counts(report) == (0, 0, 2, 1)
    assert (report.refused, report.kept) == ([], 0)
    assert [Path(entry.path).name for entry in report.passed_over] == ["delivery.md"]
    assert not any("delivery" in id for id in ids(center))


def test_a_broken_file_of_an_id_of_its_own_keeps_its_article(center: Any, source: Path) -> None:
    write(source, "en/pay.md", "---\nid: own-id\n---\n# Paying\n\nBy card.")
    center.synchroniser.sync(source)
    write(source, "en/pay.md", "---\nid: own-id\ntitle: a: b\n---\n# Paying\n\nBy card.")
    (source / "en/delivery.md").unlink()
    report = center.synchroniser.sync(source)
    # Which of the two the broken file was cannot be told: both stay until it is mended.
    assert (report.withdrawn, report.kept) == (0, 2)
    assert "own-id" in ids(center)
    write(source, "en/pay.md", "---\nid: own-id\n---\n# Paying\n\nBy card.")
    assert counts(center.synchroniser.sync(source)) == (0, 0, 3, 1)


def test_a_file_emptied_keeps_its_own_article_alone(center: Any, source: Path) -> None:
    write(source, "en/pay.md", "---\nid: own-id\n---\n# Paying\n\nBy card.")
    center.synchroniser.sync(source)
    write(source, "en/pay.md", "---\nid: own-id\n---\n")
    (source / "en/delivery.md").unlink()
    report = center.synchroniser.sync(source)
    assert (report.withdrawn, report.kept) == (1, 1)
    assert "own-id" in ids(center)


def rows(*names: str) -> list[str]:
    texts = [{"id": name, "title": name, "text": f"About {name}.", "lang": "en"} for name in names]
    return [json.dumps(text) for text in texts]


def test_a_broken_line_keeps_the_article_that_it_may_have_been(center: Any, tmp_path: Path) -> None:
    path = tmp_path / "kb.jsonl"
    path.write_text("\n".join(rows("a", "b", "c")))
    center.synchroniser.sync(path)
    path.write_text("\n".join([*rows("a"), '{"id": "b", "title": ', *rows("c")]))
    report = center.synchroniser.sync(path)
    assert (len(report.refused), report.withdrawn, report.kept) == (1, 0, 1)
    assert ids(center) == {"a", "b", "c"}
    path.write_text("\n".join([*rows("a"), '{"id": "b", "title": "b"}']))
    report = center.synchroniser.sync(path)
    assert (report.withdrawn, report.kept) == (1, 1)
    assert ids(center) == {"a", "b"}


def test_a_file_cut_off_keeps_the_articles_behind_the_cut(center: Any, tmp_path: Path) -> None:
    path = tmp_path / "kb.jsonl.gz"
    whole = gzip.compress("\n".join(rows(*map(str, range(40)))).encode())
    path.write_bytes(whole)
    center.synchroniser.sync(path)
    path.write_bytes(whole[: len(whole) // 2])
    report = center.synchroniser.sync(path)
    assert report.withdrawn == 0
    assert report.kept > 0
    assert len(ids(center)) == 40


def test_a_folder_that_cannot_be_entered_keeps_its_articles(
    center: Any, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    center.synchroniser.sync(source)
    before, scandir = ids(center), os.scandir

    def forbidding(folder: Any) -> Any:
        if Path(folder).name == "en":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", forbidding)
    report = center.synchroniser.sync(source)
    assert (len(report.refused), report.withdrawn, report.kept) == (1, 0, 2)
    assert ids(center) == before


def test_a_pipe_in_a_files_place_is_named_and_never_read(center: Any, source: Path) -> None:
    os.mkfifo(source / "en/pipe.md")
    report = center.synchroniser.sync(source)
    (refused,) = report.refused
    assert refused.path.endswith("pipe.md")
    assert refused.reason == "it is not a regular file"
    with pytest.raises(Refused, match="not a regular file"):
        center.synchroniser.sync(source / "en/pipe.md")


def test_a_folder_emptied_withdraws_its_articles_once_that_is_said(
    center: Any, source: Path
) -> None:
    center.synchroniser.sync(source)
    for path in source.rglob("*.md"):
        path.unlink()
    report = center.synchroniser.sync(source)
    assert (counts(report), report.held_back) == ((0, 0, 0, 0), 3)
    assert len(ids(center)) == 3
    report = center.synchroniser.sync(source, mode=SyncMode(withdraw=True))
    assert (counts(report), report.held_back) == ((0, 0, 0, 3), 0)
    assert ids(center) == set()
    # Now it never was one: an empty folder is more likely named by mistake.
    with pytest.raises(Refused):
        center.synchroniser.sync(source)


@pytest.mark.parametrize(
    ("had", "left", "withdrawn"),
    [
        (5, 4, 1),
        (5, 3, 0),
        (5, 0, 0),
        (2, 1, 1),
        (1, 0, 0),
        (6, 5, 1),
        (6, 4, 0),
        (20, 16, 4),
        (20, 15, 0),
        (20, 0, 0),
    ],
)
def test_too_many_articles_gone_at_once_are_asked_about(
    center: Any, had: int, left: int, withdrawn: int
) -> None:
    articles = [replace(RETURNS, id=f"a{n}", slug=f"a{n}") for n in range(had)]
    center.publish(*articles)
    report = center.publish(*articles[:left], DELIVERY, mode=SyncMode())
    # What is there is taken all the same.
    assert counts(report) == (1, 0, left, withdrawn)
    assert report.held_back == (0 if withdrawn else had - left)
    assert report.is_whole == (not report.held_back)
    assert len(ids(center)) == had + 1 - withdrawn


def test_a_dry_run_says_what_would_be_done_and_does_nothing(center: Any, source: Path) -> None:
    center.synchroniser.sync(source)
    (source / "en/delivery.md").unlink()
    write(source, "en/returns.md", "# Returns\n\nOther words.")
    write(source, "en/new.md", "# New\n\nAn article.")
    version, done = center.store.version(), len(center.embedder.embedded)
    report = center.synchroniser.sync(source, mode=SyncMode(dry_run=True))
    assert (counts(report), report.dry_run) == ((1, 1, 1, 1), True)
    assert report.plan.added == ("articles/en/new",)
    assert report.plan.changed == ("articles/en/returns",)
    assert report.plan.withdrawn == ("articles/en/delivery",)
    assert (center.store.version(), len(center.embedder.embedded)) == (version, done)
    assert counts(center.synchroniser.sync(source)) == counts(report)


def test_a_folder_moved_takes_its_articles_along(center: Any, source: Path, tmp_path: Path) -> None:
    center.synchroniser.sync(source)
    moved = tmp_path / "new place" / source.name
    moved.parent.mkdir()
    source.rename(moved)
    report = center.synchroniser.sync(moved)
    assert (report.refused, counts(report)) == ([], (3, 0, 0, 0))
    (moved / "en/delivery.md").unlink()
    assert counts(center.synchroniser.sync(moved)) == (0, 0, 2, 1)


def test_a_copy_of_a_folder_that_is_still_there_takes_nothing(
    center: Any, source: Path, tmp_path: Path
) -> None:
    center.synchroniser.sync(source)
    for name in ("en/returns.md", "en/delivery.md"):
        write(tmp_path / "copy" / source.name, name, (source / name).read_text())
    report = center.synchroniser.sync(tmp_path / "copy" / source.name)
    assert counts(report) == (0, 0, 0, 0)
    assert len(report.refused) == 2


def test_an_id_of_another_source_is_refused_and_both_keep_their_own(center: Any) -> None:
    center.publish(RETURNS, source="first")
    report = center.publish(replace(RETURNS, body="Mine now."), DELIVERY, source="second")
    assert counts(report) == (1, 0, 0, 0)
    (refused,) = report.refused
    assert (refused.path, "first" in refused.reason) == ("returns", True)
    assert center.store.article("returns").body == RETURNS.body
    center.publish(source="second")
    assert ids(center) == {"returns"}


def test_sources_withdraw_only_their_own(center: Any) -> None:
    center.publish(RETURNS, source="first")
    center.publish(DELIVERY, source="second")
    assert center.publish(source="first").withdrawn == 1
    assert ids(center) == {"delivery"}


def test_where_nothing_may_go_unasked_nothing_does(center: Any) -> None:
    center.publish(RETURNS, DELIVERY)
    careful = Synchroniser(store=center.store, embedder=center.embedder, withdraw_share=0.0)
    report = careful.sync_articles([RETURNS], SyncReport(source="shop"))
    assert (report.withdrawn, report.held_back) == (0, 1)


def test_two_articles_that_claim_one_slug_lead_to_neither(center: Any) -> None:
    twins = [replace(RETURNS, id=id, slug="same") for id in ("a", "b")]
    center.publish(*twins)
    pages = {article_url(card) for card in center.store.articles()}
    assert len(pages) == 2
    assert not any(page.endswith("/same") for page in pages)


def test_the_address_of_another_sources_article_stays_with_it(center: Any) -> None:
    first, second = (replace(each, slug="send-it-back") for each in (RETURNS, DELIVERY))
    center.publish(first, source="first")
    for again in (False, True):
        report = center.publish(second, source="second")
        assert report.unchanged == again
        (noticed,) = report.noticed
        assert noticed.article_id == second.id
        assert f"is that of {first.title!r}" in noticed.reason
    slugs = {card.id: card.slug for card in center.store.articles()}
    assert slugs == {first.id: first.slug, second.id: ""}


# -- the encoder


def test_another_encoder_encodes_everything_again(center: Any) -> None:
    center.publish(RETURNS)
    other = FakeEmbedder(dimensions=64)
    report = Synchroniser(store=center.store, embedder=other).sync_articles(
        [RETURNS], SyncReport(source="shop")
    )
    assert counts(report) == (0, 1, 0, 0)
    assert other.embedded


def test_without_an_encoder_nothing_is_half_published(center: Any) -> None:
    center.publish(RETURNS)
    center.embedder.available = False
    with pytest.raises(EmbedderUnavailable):
        center.publish(replace(RETURNS, body="New words."), DELIVERY)
    assert center.store.article("returns").body == RETURNS.body
    with pytest.raises(UnknownThing):
        center.store.article("delivery")


def test_many_articles_are_encoded_part_by_part(
    center: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "_BATCH_PASSAGES", 4)
    articles = [replace(RETURNS, id=f"a{n}", slug=f"a{n}", title=f"A{n}") for n in range(5)]
    assert center.publish(*articles).added == 5
    assert len(center.store.articles()) == 5
    assert center.follower.compare() == []


def test_texts_that_are_the_same_are_encoded_once(center: Any) -> None:
    center.publish(RETURNS, replace(RETURNS, id="copy", slug="copy"))
    assert len(center.embedder.embedded) == len(set(center.embedder.embedded))


# -- a killed sync


@pytest.mark.parametrize("survived", range(3))
def test_the_next_sync_mends_a_killed_one(center: Any, survived: int) -> None:
    articles = [replace(RETURNS, id=f"a{n}", slug=f"a{n}", title=f"A{n}") for n in range(4)]
    center.publish(*articles)
    changed = [replace(article, body=f"{article.body} New.") for article in articles]
    publish, left = center.store.publish, [survived]

    def dying(*args: Any, **kwargs: Any) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        publish(*args, **kwargs)

    center.store.publish = dying
    with pytest.raises(Killed):
        center.publish(*changed[:3])
    # Each article is whole, old or new, and the one taken out of the source is gone or there.
    for card in center.store.articles():
        body = center.store.article(card.id).body
        passages = " ".join(p.text for p in center.store.passages_of(card.id))
        assert body in {article.body for article in (*articles, *changed)}
        assert ("New." in passages) == ("New." in body)
    center.store.publish = publish
    center.publish(*changed[:3])
    assert {card.id: center.store.article(card.id).body for card in center.store.articles()} == {
        article.id: article.body for article in changed[:3]
    }
    assert center.follower.compare() == []


def test_a_site_that_is_encrypted_from_now_on_keeps_its_articles(center: Any) -> None:
    article = Article("shop.example/help", "Help", "en", "All about it.")
    center.publish(article, source="http://shop.example/help/")
    report = center.publish(article, source="https://shop.example/help/")
    assert (report.added, report.refused) == (1, [])
    # Not the other way round, and not to another address of the site.
    for other in ("http://shop.example/help/", "https://shop.example/sitemap.xml"):
        report = center.publish(article, source=other)
        assert "take the article over" in report.refused[0].remedy


@pytest.mark.parametrize("target", ["/nowhere/at/all", ".."])
def test_a_folder_that_became_a_link_to_nowhere_keeps_its_articles(
    center: Any, tmp_path: Path, target: str
) -> None:
    inner = tmp_path / "kb" / "inner"
    inner.mkdir(parents=True)
    for n in range(20):
        (tmp_path / "kb" / f"a{n}.md").write_text(f"# A{n}\n\nWords.")
    (inner / "b.md").write_text("# B\n\nWords.")
    center.synchroniser.sync(tmp_path / "kb")
    (inner / "b.md").unlink()
    inner.rmdir()
    inner.symlink_to(target)
    (tmp_path / "kb" / "a0.md").unlink()
    report = center.synchroniser.sync(tmp_path / "kb")
    assert (len(report.refused), report.withdrawn, report.kept) == (1, 1, 1)
    assert "kb/inner/b" in ids(center)
