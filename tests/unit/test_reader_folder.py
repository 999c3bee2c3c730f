"""A folder of Markdown: each file an article, or named with the reason and the remedy."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import pytest

from assistant.domain.article import Article
from assistant.errors import Refused, UnreadableSource, Withheld
from assistant.knowledge.reader import count_source, read_source

FULL = """---
title: Track your order
locale: en-GB
slug: track
translation_of: fr/suivre
url: https://shop.example/track
questions:
  - where is my parcel
  - 404
tags: [delivery, orders]
updated: 2026-03-04
---
# Track your order

Open **Your orders**.
"""


def test_a_file_whose_name_is_not_utf8_has_what_can_be_read_of_it_as_title(folder):
    folder.mkdir()
    (folder / os.fsdecode(b"pots-\xff.md")).write_text("Pots are washed by hand.", encoding="utf-8")
    (record,) = read_source(folder)
    assert record.title.encode("utf-8").decode() == "Pots \ufffd"


@pytest.fixture
def folder(tmp_path):
    return (tmp_path / "center").resolve()


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def read(folder: Path) -> tuple[dict[str, Article], dict[str, UnreadableSource]]:
    records = list(read_source(folder))
    articles = {record.id: record for record in records if isinstance(record, Article)}
    refused = [record for record in records if isinstance(record, UnreadableSource)]
    return articles, {os.path.relpath(error.path, folder): error for error in refused}


def only(folder: Path) -> Article:
    articles, refused = read(folder)
    assert not refused
    (article,) = articles.values()
    return article


def test_front_matter_says_what_an_article_is(folder):
    assert only(write(folder, {"en/orders/track.md": FULL})) == Article(
        id="center/en/orders/track",
        title="Track your order",
        locale="en",
        body="Open **Your orders**.",
        source=str(folder),
        slug="track",
        url="https://shop.example/track",
        questions=("where is my parcel", "404"),
        tags=("delivery", "orders"),
        translation_of="center/fr/suivre",
        updated=date(2026, 3, 4),
    )


def test_without_front_matter_the_first_heading_is_the_title_and_not_repeated(folder):
    article = only(write(folder, {"a.md": "# How to *return*\n\nText.\n\n## More\n\nText."}))
    assert (article.title, article.body) == ("How to return", "Text.\n\n## More\n\nText.")


def test_a_heading_underlined_is_a_title_too(folder):
    assert only(write(folder, {"a.md": "Returns\n=======\n\nText."})).title == "Returns"


def test_a_title_below_other_text_is_taken_from_there(folder):
    article = only(write(folder, {"a.md": "Text above.\n\n# Returns\n\nText."}))
    assert (article.title, article.body) == ("Returns", "Text above.\n\n\nText.")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("track-your_order.md", "Track your order"),
        ("returns/README.md", "Returns"),
        ("index.md", "Center"),
    ],
)
def test_without_any_heading_the_file_gives_the_title(folder, name, title):
    assert only(write(folder, {name: "Text."})).title == title


def test_a_table_of_contents_gives_titles_and_is_no_article(folder):
    write(folder, {"SUMMARY.md": "* [Sending **back**](a%20b.md)\n", "a b.md": "Text."})
    assert only(folder).title == "Sending back"


@pytest.mark.parametrize(
    ("line", "updated"),
    [
        ("updated: 2021-02-31", None),
        ("updated: soon", None),
        ("updated: 2021-02-28T10:00:00Z", date(2021, 2, 28)),
        ("lastmod: 2020-01-02", date(2020, 1, 2)),
    ],
)
def test_a_date_that_does_not_exist_is_no_date(folder, line, updated):
    assert only(write(folder, {"a.md": f"---\n{line}\n---\nText."})).updated == updated


@pytest.mark.parametrize("value", ["404", "Yes", "1e3", "2021-02-31", "0123"])
def test_values_are_the_text_that_the_writer_typed(folder, value):
    article = only(write(folder, {"a.md": f"---\ntitle: {value}\nid: {value}\n---\nText."}))
    assert (article.title, article.id) == (value, value)


def test_front_matter_may_be_toml(folder):
    article = only(write(folder, {"a.md": '+++\ntitle = "Returns"\ndate = 2020-01-02\n+++\nText.'}))
    assert (article.title, article.updated) == ("Returns", date(2020, 1, 2))


def test_a_text_between_two_rules_is_no_front_matter(folder):
    assert only(write(folder, {"a.md": "---\n\nText, as is.\n\n---\n\nMore."})).body == (
        "Text, as is.\n\nMore."
    )


def test_body_text_in_lists_of_the_front_matter_is_text(folder):
    source = """---
title: Questions
faq:
  - question: Can I pay later?
    answer: Yes, in **30** days.
links:
  - text: Not an article's text
---
"""
    article = only(write(folder, {"a.md": source}))
    assert article.body == "## Can I pay later?\n\nYes, in **30** days."


def test_windows_files_read_like_others(folder):
    windows = b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()
    assert only(write(folder, {"a.md": windows})).title == "Track your order"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("---\ntitle: a: b\n---\nText.", "not valid YAML (mapping values"),
        ("---\ntitle: [a\n---\nText.", "not valid YAML"),
        ("---\n? [a, b]\n: c\ntitle: d\n---\nText.", "not valid YAML"),
        ("---\ntitle: x\nText without an end.", "not closed"),
        ("+++\ntitle = \n+++\nText.", "not valid TOML"),
        (b"caf\xe9", "not UTF-8 (byte 3)"),
        (b"a\x00b", "zero bytes"),
        ("", "empty"),
        ("\n\n  \n", "empty"),
        ("---\ntitle: Only a title\n---\n", "empty"),
        ("<!-- all of it a draft -->", "empty"),
        ("![](a.png)", "empty"),
        ("---\nredirect_to: /b\n---\nMoved.", "a redirect to /b"),
        ("---\ndraft: true\n---\nText.", "a draft"),
        ("---\npublished: false\n---\nText.", "a draft"),
        ("x" * (5 * 1024 * 1024 + 1), "5.0 MB"),
    ],
)
def test_a_broken_file_is_named_with_reason_and_remedy_and_the_rest_goes_on(
    folder, content, reason
):
    articles, refused = read(write(folder, {"bad.md": content, "good.md": "Text."}))
    assert list(articles) == ["center/good"]
    assert reason in refused["bad.md"].reason
    assert refused["bad.md"].remedy


def test_the_same_id_twice_is_refused_by_name(folder):
    files = {"a.md": "---\nid: x\n---\nOne.", "b.md": "---\nid: x\n---\nTwo.", "c.md": "Three."}
    articles, refused = read(write(folder, files))
    assert articles["x"].body == "One."
    assert "'x' is that of" in refused["b.md"].reason
    assert "a.md" in refused["b.md"].reason


def test_other_forms_are_named_and_assets_passed_over(folder):
    names = ["a.org", "b.odt", "c.doc", "d.png", "e.css", "f.py", "g.yaml", "h.txt", "i.js"]
    articles, refused = read(write(folder, {**dict.fromkeys(names, "x"), "good.md": "Text."}))
    assert list(articles) == ["center/good"]
    assert {name: error.reason for name, error in refused.items()} == {
        "a.org": "Org cannot be read yet",
        "b.odt": "OpenDocument cannot be read yet",
        "c.doc": "Word's old form .doc cannot be read yet",
    }


FAQ = '[{"question": "Can I pay later?", "answer": "Yes, in 30 days."}]'


def test_lists_of_questions_and_articles_are_read_where_they_lie(folder):
    files = {
        "en/faq.csv": "question,answer\nCan I pay later?,Yes.\n",
        "fr/faq.csv": "question;answer\nPuis-je payer plus tard ?;Oui.\n",
        "en/more.json": FAQ,
        "kb.jsonl": '{"id": "kb:1", "title": "Gifts", "body_markdown": "Soon."}\n' + FAQ[1:-1],
        "good.md": "Text.",
    }
    articles, refused = read(write(folder, files))
    assert not refused
    assert {id: article.locale for id, article in articles.items()} == {
        "center/en/faq#can-i-pay-later": "en",
        "center/fr/faq#puis-je-payer-plus-tard": "fr",
        "center/en/more#can-i-pay-later": "en",
        "kb:1": "en",
        "center/kb#can-i-pay-later": "en",
        "center/good": "en",
    }
    assert {article.source for article in articles.values()} == {str(folder)}


def test_other_lists_are_passed_over_by_name_and_what_a_site_is_built_with_without_a_word(
    folder, tmp_path
):
    (tmp_path / "outside.json").write_text(FAQ)
    files = {
        "package.json": '{"name": "site", "files": [{"a": 1}]}',
        "tsconfig.json": "{ // a comment\n}",
        "en/_category_.json": '{"label": "Orders"}',
        "redirects.json": '[{"from": "/a", "to": "/b"}]',
        "prices.csv": "country,price\nFrance,9\n",
        "queries.jsonl": '{"id": "q1", "text": "Where?"}\n',
        "good.md": "Text.",
    }
    write(folder, files)
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    articles, named = read(folder)
    assert list(articles) == ["center/good"]
    assert all(isinstance(entry, Withheld) for entry in named.values())
    assert {name: entry.reason for name, entry in named.items()} == {
        "redirects.json": "it is a list, but not of articles nor of questions with their answers",
        "prices.csv": "it is a table without the columns question and answer",
        "queries.jsonl": "it is a list, but not of articles nor of questions with their answers",
        "link.json": "it is a link out of the folder",
    }


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("faq.json", FAQ[:-1], "not valid JSON"),
        ("faq.json", b'[{"question": "\xff", "answer": "x"}]', "not UTF-8"),
        ("faq.jsonl", FAQ[1:-1] + "\n{broken\n", "not valid JSON"),
        ("faq.csv", "question,answer\nA?,\n", "empty"),
    ],
)
def test_a_broken_list_of_questions_is_refused_by_name(folder, name, content, reason):
    _, refused = read(write(folder, {name: content, "good.md": "Text."}))
    assert reason in refused[name].reason
    assert not isinstance(refused[name], Withheld)


def test_hidden_files_tools_and_parts_are_no_articles(folder):
    files = [".git/a.md", ".hidden.md", "node_modules/b.md", "_includes/c.md", "_part.mdx"]
    articles, refused = read(write(folder, {**dict.fromkeys(files, "x"), "_index.md": "Text."}))
    assert list(articles) == ["center/_index"]
    assert not refused


def test_a_folder_named_like_a_file_is_named(folder):
    articles, refused = read(write(folder, {"a.md/b.md": "Text.", "c.md": "Text."}))
    assert list(articles) == ["center/c"]
    assert "folder with the name of a file" in refused["a.md"].reason


def test_links_that_lead_astray_are_named(folder, tmp_path):
    write(folder, {"a.md": "Text.", "sub/b.md": "Text."})
    (tmp_path / "outside.md").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    links = {
        "sub/loop": folder,
        "self.md": folder / "self.md",
        "out.md": tmp_path / "outside.md",
        "outdir": tmp_path / "elsewhere",
        "gone.md": folder / "gone-away.md",
        "twin": folder / "sub",
        "inside.md": folder / "sub" / "b.md",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    articles, refused = read(folder)
    assert sorted(articles) == ["center/a", "center/inside", "center/sub/b"]
    reasons = {name: error.reason for name, error in refused.items()}
    assert "back to a folder above" in reasons["sub/loop"]
    assert "back to itself" in reasons["self.md"]
    assert "out of" in reasons["out.md"]
    assert "out of" in reasons["outdir"]
    assert "not there" in reasons["gone.md"]
    assert "read in its own place" in reasons["twin"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(folder):
    write(folder, {"a.md": "Text.", "b.md": "Text.", "sub/c.md": "Text."})
    (folder / "a.md").chmod(0)
    (folder / "sub").chmod(0)
    _, refused = read(folder)
    (folder / "sub").chmod(0o700)
    assert "Permission denied" in refused["a.md"].reason
    assert "Permission denied" in refused["sub"].reason


def test_a_disk_that_fails_is_named(folder, monkeypatch):
    write(folder, {"a.md": "Text."})
    monkeypatch.setattr(Path, "read_bytes", _fail)
    _, refused = read(folder)
    assert "Input/output error" in refused["a.md"].reason


def _fail(path):
    raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))


def test_what_vanishes_while_reading_is_named(folder):
    write(folder, {"a.md": "Text.", "b.md": "Text."})
    records = read_source(folder)
    next(records)
    (folder / "b.md").unlink()
    assert "cannot be read" in next(records).reason


def test_locales_come_from_path_or_words_and_few_words_follow_the_rest(folder):
    french = "Vous pouvez nous renvoyer un article dans les trente jours après la livraison."
    write(folder, {"a.md": french, "b.md": french, "c.md": "OK", "en/d.md": "OK"})
    articles, _ = read(folder)
    assert {id: article.locale for id, article in articles.items()} == {
        "center/a": "fr",
        "center/b": "fr",
        "center/c": "fr",
        "center/en/d": "en",
    }


def test_translations_are_named_from_the_top_or_from_beside(folder):
    files = {
        "fr/a.md": "---\ntranslation_of: en/a.md\n---\nOui.",
        "fr/b.md": "---\ntranslation_of: ../en/b\n---\nOui.",
    }
    articles, _ = read(write(folder, files))
    assert {article.translation_of for article in articles.values()} == {
        "center/en/a",
        "center/en/b",
    }


def test_slugs_are_fit_for_an_address(folder):
    files = {
        "a b & c.md": "Text.",
        "returns/README.md": "Text.",
        "d.md": "---\nslug: /x/y/\n---\nT.",
    }
    articles, _ = read(write(folder, files))
    assert sorted(article.slug for article in articles.values()) == ["a-b-c", "returns", "y"]


def test_one_file_alone_has_the_id_that_it_has_in_its_folder(folder):
    write(folder, {"a.md": FULL})
    (article,) = read_source(folder / "a.md")
    assert article.id == "center/a"
    assert article.source == str(folder / "a.md")


def test_includes_come_from_the_folder(folder):
    write(folder, {"a.md": "Open {% include hours.md %}.", "_includes/hours.md": "nine to five"})
    assert only(folder).body == "Open nine to five."


def test_files_are_counted_for_the_progress_bar(folder):
    write(folder, {"a.md": "Text.", "b/c.mdx": "Text.", "d.rst": "x", "e.png": "x"})
    assert count_source(folder) == 3
    assert len(list(read_source(folder))) == 3
    assert count_source(folder / "a.md") == 1
    assert count_source(folder / "missing") == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "does not exist"),
        ("a.org", "Org cannot be read yet; convert it to Markdown"),
        ("b.xyz", "has a form that cannot be read"),
        ("only-org", "Org cannot be read yet; convert it to Markdown"),
        ("empty", "has no file that can be read"),
    ],
)
def test_a_source_that_cannot_be_read_at_all_is_refused_at_once(folder, name, message):
    write(folder, {"a.org": "x", "b.xyz": "x", "only-org/a.org": "x", "empty/.keep": ""})
    with pytest.raises(Refused, match=message):
        read_source(folder / name)


def test_reading_is_lazy(folder):
    write(folder, {f"{n}.md": "Text." for n in range(5)})
    records = read_source(folder)
    assert next(records).id == "center/0"
    (folder / "1.md").write_text("Changed.")
    assert next(records).body == "Changed."
