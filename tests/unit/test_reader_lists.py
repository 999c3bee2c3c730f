"""JSON lines and CSV: each line or row an article, or named with the reason."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from assistant.domain.article import Article
from assistant.errors import Refused, UnreadableSource
from assistant.knowledge.reader import count_source, read_source

RECORD = {
    "id": "kb:returns",
    "title": "Returns",
    "body_markdown": "# Returns\n\nWithin <b>30</b> days.",
    "lang": "en-US",
    "url_or_path": "https://shop.example/returns",
    "updated_at": "2026-01-02",
    "alts": ["send back"],
}


def jsonl(path: Path, *lines: object) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    data = "\n".join(texts).encode("utf-8", "surrogatepass") + b"\n"
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["kb.jsonl", "kb.jsonl.gz", "KB.JSONL"])
def test_a_line_is_an_article(tmp_path, name):
    path = jsonl(tmp_path / name, RECORD)
    assert list(read_source(path)) == [
        Article(
            id="kb:returns",
            title="Returns",
            locale="en",
            body="Within **30** days.",
            source=str(path.resolve()),
            slug="kb-returns",
            url="https://shop.example/returns",
            questions=("send back",),
            updated=date(2026, 1, 2),
        )
    ]


def test_a_path_is_no_address_but_may_tell_the_language(tmp_path):
    record = {**RECORD, "lang": "", "url_or_path": "help/fr/returns.md"}
    (article,) = read_source(jsonl(tmp_path / "kb.jsonl", record))
    assert (article.url, article.locale) == (None, "fr")


def test_the_files_name_may_tell_the_language(tmp_path):
    record = {"id": 7, "title": "OK", "text": "OK"}
    (article,) = read_source(jsonl(tmp_path / "kb_fr.jsonl", record))
    assert (article.id, article.locale) == ("7", "fr")


def test_a_title_may_come_from_the_first_heading(tmp_path):
    (article,) = read_source(
        jsonl(tmp_path / "kb.jsonl", {"id": "a", "body": "## Refunds\n\nSoon."})
    )
    assert (article.title, article.body) == ("Refunds", "Soon.")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[1]", "not an object"),
        ('{"title": "x", "body_markdown": "y"}', 'no "id"'),
        ('{"question": "", "answer": "y"}', "no question"),
        ('{"question": "x?", "answer": ""}', "empty"),
        ('{"question": "x?", "answer": 7}', 'no "body_markdown"'),
        ('{"id": "x", "title": "y"}', 'no "body_markdown"'),
        ('{"id": "x", "title": "y", "body_markdown": 7}', 'no "body_markdown"'),
        ('{"id": "x", "title": "y", "body_markdown": "<!-- -->"}', "empty"),
        ('{"id": "x", "body_markdown": "y"}', "no title"),
        ('{"id": "kb:returns", "title": "y", "body_markdown": "y"}', "is that of"),
    ],
)
def test_a_broken_line_is_named_by_its_number_and_the_rest_goes_on(tmp_path, line, reason):
    records = list(read_source(jsonl(tmp_path / "kb.jsonl", RECORD, line, {**RECORD, "id": "b"})))
    assert [type(record) for record in records] == [Article, UnreadableSource, Article]
    assert reason in records[1].reason
    assert (records[1].path.endswith("kb.jsonl"), records[1].line) == (True, 2)
    assert "kb.jsonl, line 2:" in str(records[1])


def test_bytes_that_are_no_text_spoil_their_line_alone(tmp_path):
    path = tmp_path / "kb.jsonl"
    good = json.dumps(RECORD).encode()
    path.write_bytes(b"\xef\xbb\xbf" + good + b"\r\n\xff\xfe\n\n" + good.replace(b"kb:", b"c:"))
    first, second, third = read_source(path)
    assert (first.id, third.id) == ("kb:returns", "c:returns")
    assert "not UTF-8" in second.reason


@pytest.mark.slow
def test_a_line_too_long_is_named_with_its_size(tmp_path):
    long = {"id": "x", "title": "y", "body_markdown": "z" * (5 * 1024 * 1024)}
    first, second = read_source(jsonl(tmp_path / "kb.jsonl", long, RECORD))
    assert "5.0 MB" in first.reason
    assert second.id == "kb:returns"


@pytest.mark.slow
def test_a_damaged_archive_gives_what_stands_before_the_damage(tmp_path):
    path = tmp_path / "kb.jsonl.gz"
    lines = "".join(json.dumps({**RECORD, "id": str(n)}) + "\n" for n in range(3000))
    path.write_bytes(gzip.compress(lines.encode())[:-300])
    *articles, last = read_source(path)
    assert len(articles) > 100
    assert "cut off or damaged" in last.reason
    assert count_source(path) >= len(articles)


def test_what_only_claims_to_be_an_archive_is_named(tmp_path):
    path = tmp_path / "kb.jsonl.gz"
    path.write_text("plain")
    (only,) = read_source(path)
    assert "cannot be read" in only.reason


def test_lone_surrogates_and_control_characters_do_not_reach_the_store(tmp_path):
    record = r'{"id": "a\u0000", "title": "T\ud800\u0007", "body": "B\udfff\u0000c", "lang": "en"}'
    (article,) = read_source(jsonl(tmp_path / "kb.jsonl", record))
    assert (article.id, article.title, article.body) == ("a", "T", "Bc")
    assert article.content_hash


def test_lines_are_counted_for_the_progress_bar(tmp_path):
    records = [{**RECORD, "id": str(n)} for n in range(3)]
    assert count_source(jsonl(tmp_path / "kb.jsonl", *records)) == 3
    assert count_source(jsonl(tmp_path / "kb.jsonl.gz", *records)) == 3


# -- CSV


def table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_row_is_an_article_titled_by_its_question(tmp_path, delimiter):
    text = delimiter.join(["Question", "Answer", "Locale"]) + "\r\n"
    text += delimiter.join(["Can I pay later?", '"Yes, in ""30"" days;\r\nwith **care**."', "fr"])
    (article,) = read_source(table(tmp_path / "faq.csv", text, "utf-8-sig"))
    assert article == Article(
        id="faq#can-i-pay-later",
        title="Can I pay later?",
        locale="fr",
        body='Yes, in "30" days;\nwith **care**.',
        source=str((tmp_path / "faq.csv").resolve()),
        slug="can-i-pay-later",
    )


def test_rows_without_question_or_answer_are_named_and_blank_ones_passed_over(tmp_path):
    text = "question,answer\nA?,Yes.\n,No question.\nNo answer?,\n,\nB?,No.\n"
    records = list(read_source(table(tmp_path / "faq.csv", text)))
    assert [r.id if isinstance(r, Article) else r.reason for r in records] == [
        "faq#a",
        "it has no question",
        "it is empty: no text is left without its marks",
        "faq#b",
    ]
    assert (records[1].path.endswith("faq.csv"), records[1].line) == (True, 3)
    assert "faq.csv, row 3:" in str(records[1])


def test_no_two_rows_have_one_id(tmp_path):
    rows = ["question,answer", "Refund,a", "Refund,b", "Refund 2,c", "Refund,d"]
    articles = read_source(table(tmp_path / "faq.csv", "\n".join(rows)))
    ids = [article.id for article in articles]
    assert ids == ["faq#refund", "faq#refund-2", "faq#refund-2-2", "faq#refund-3"]


def test_rows_may_come_and_go_without_renaming_the_others(tmp_path):
    rows = ["Où est mon colis ?,Ici.", "Can I pay later?,Yes.", "???,Odd.", "Can I pay later?,No."]
    before = list(read_source(table(tmp_path / "faq.csv", "\n".join(["question,answer", *rows]))))
    rows.insert(0, "A new one?,Yes.")
    after = list(read_source(table(tmp_path / "faq.csv", "\n".join(["question,answer", *rows]))))
    assert [article.id for article in before] == [article.id for article in after[1:]]
    assert before[0].id == "faq#ou-est-mon-colis"
    assert [before[1].id, before[3].id] == ["faq#can-i-pay-later", "faq#can-i-pay-later-2"]
    assert len({article.id for article in after}) == 5


def test_without_a_locale_column_the_words_tell(tmp_path):
    text = (
        "answer,question\nVous pouvez payer en trois fois sans frais.,Comment payer plus tard ?\n"
    )
    (article,) = read_source(table(tmp_path / "faq.csv", text))
    assert article.locale == "fr"


def test_columns_of_other_names_are_refused_with_the_right_ones(tmp_path):
    with pytest.raises(Refused, match="question and answer"):
        read_source(table(tmp_path / "faq.csv", "q,a\nx,y\n"))


@pytest.mark.slow
def test_an_answer_beyond_the_limit_is_named(tmp_path):
    text = f"question,answer\nA?,{'x' * (6 * 1024 * 1024)}\nB?,No.\n"
    first, second = read_source(table(tmp_path / "faq.csv", text))
    assert isinstance(first, UnreadableSource)
    assert second.id == "faq#b"


def test_a_table_in_another_encoding_is_named(tmp_path):
    path = table(tmp_path / "faq.csv", "question,answer\nÉté ?,Été.\n", "latin-1")
    (only,) = read_source(path)
    assert "not UTF-8" in only.reason


def test_rows_are_counted_for_the_progress_bar(tmp_path):
    path = table(tmp_path / "faq.csv", "question,answer\nA?,Yes.\nB?,No.\n")
    assert count_source(path) == 2


@pytest.mark.parametrize("place", [None, "", "/", ".", "..", "https://shop.example/", "//"])
def test_a_line_need_not_say_where_its_article_lies(tmp_path, place):
    record = {"id": "a", "title": "Refunds", "text": "Soon.", "lang": "fr", "alts": ["money back"]}
    record |= {} if place is None else {"url_or_path": place}
    (article,) = read_source(jsonl(tmp_path / "kb.jsonl", record))
    assert isinstance(article, Article)
    assert (article.body, article.locale, article.questions) == ("Soon.", "fr", ("money back",))


def test_only_json_that_is_broken_is_called_so(tmp_path, monkeypatch):
    def faulty(*_: object, **__: object) -> str:
        raise ValueError("a fault of ours")

    monkeypatch.setattr("assistant.knowledge.sources.jsonl.locale_of", faulty)
    (fault,) = read_source(jsonl(tmp_path / "kb.jsonl", RECORD))
    assert "a fault of ours" in fault.reason
    assert "JSON" not in str(fault).replace(str(tmp_path), "")
    (number,) = read_source(jsonl(tmp_path / "kb.jsonl", '{"id": ' + "1" * 5000 + "}"))
    assert "not valid JSON" in number.reason


# -- Questions with their answers in JSON


FAQ = [
    {"question": "Can I pay later?", "answer": "Yes, in <b>30</b> days.", "locale": "en"},
    {"question": "Can I pay later?", "answer": "No.", "id": "own", "tags": ["money"]},
    {"question": "Où est mon colis ?", "answer": "Ici.", "locale": "fr", "audience": "plan=pro"},
]


def listed(path: Path, found: object) -> Path:
    path.write_text(json.dumps(found), "utf-8")
    return path


@pytest.mark.parametrize("wrapped", [FAQ, {"version": 2, "faq": FAQ}])
def test_a_json_list_of_questions_is_read_as_a_table_of_them_is(tmp_path, wrapped):
    path = listed(tmp_path / "faq.json", wrapped)
    first, second, third = read_source(path)
    assert first == Article(
        id="faq#can-i-pay-later",
        title="Can I pay later?",
        locale="en",
        body="Yes, in **30** days.",
        source=str(path.resolve()),
        slug="can-i-pay-later",
    )
    assert (second.id, second.tags) == ("own", ("money",))
    assert (third.id, third.locale, third.audience) == ("faq#ou-est-mon-colis", "fr", "plan=pro")


def test_questions_may_stand_in_json_lines(tmp_path):
    first, second, _ = read_source(jsonl(tmp_path / "faq.jsonl", *FAQ))
    assert (first.id, second.id) == ("faq#can-i-pay-later", "own")


def test_a_json_list_may_hold_articles_and_one_object_alone_is_one(tmp_path):
    path = listed(tmp_path / "kb.json", [RECORD, {"id": "x"}, 7, {**RECORD, "id": "y"}])
    first, broken, odd, last = read_source(path)
    assert (first.id, last.id) == ("kb:returns", "y")
    assert ("kb.json, entry 2" in str(broken), odd.reason) == (True, "it is not an object")
    (alone,) = read_source(listed(tmp_path / "one.json", FAQ[0]))
    assert alone.id == "one#can-i-pay-later"


def test_other_json_is_refused_with_what_would_be_read(tmp_path):
    with pytest.raises(Refused, match="objects with question and answer"):
        read_source(listed(tmp_path / "package.json", {"name": "site"}))
    (tmp_path / "broken.json").write_text('[{"question": "x"')
    (broken,) = read_source(tmp_path / "broken.json")
    assert "not valid JSON" in broken.reason


def test_a_remark_on_an_entry_names_where_it_stands(tmp_path):
    table(tmp_path / "faq.csv", "question,answer\nWhen?,From {{ open }}.\n")
    noticed, article = read_source(tmp_path / "faq.csv")
    assert "faq.csv, row 2: missing is what only" in str(noticed)
    assert article.id == "faq#when"
    entry = {"question": "When?", "answer": "From {{ open }}."}
    noticed, _ = read_source(listed(tmp_path / "faq.json", [entry]))
    assert "faq.json, entry 1: missing is what only" in str(noticed)
