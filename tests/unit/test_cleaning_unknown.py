"""What nobody here knows: its words stay, its marks go, and what may be missing is told."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from assistant.domain.article import Article
from assistant.domain.manuscript import Content
from assistant.errors import HalfUnderstood
from assistant.knowledge.cleaning import Includes, clean, clean_and_tell
from assistant.knowledge.reader import read_source
from assistant.knowledge.sources.page import Place, read_and_tell
from assistant.writing.proof import preview
from tests.unit.debris import debris

ON_THE_TAG = "; only words that stand in the tag itself were kept"
IN_IT = "; only words that stand in it were kept"
KEPT = [
    (
        '<PriceTable plan="pro" className="big blue" price="9 euros" />',
        "pro, 9 euros",
        f"not known: <PriceTable>{ON_THE_TAG}",
    ),
    (
        '<Steps items={["First open the lid", `Then close it`]} onClick={() => go("a b")} />',
        "- First open the lid\n- Then close it",
        f"not known: <Steps>{ON_THE_TAG}",
    ),
    (
        '<Faq items={[{"title": "Lid", "text": "Open it."}, {title: "Cup", text: "Fill."}]} />',
        "- Lid, Open it.\n- Cup, Fill.",
        f"not known: <Faq>{ON_THE_TAG}",
    ),
    (
        "<Prices rows={[['Plan', 'Price'], ['Pro', '9 euros'], ['Team', '19 euros']]} />",
        "- Plan, Price\n- Pro, 9 euros\n- Team, 19 euros",
        f"not known: <Prices>{ON_THE_TAG}",
    ),
    (
        "<Price amount='9 euros; no more' /> a month, <Price price={90} currency='EUR' /> a year",
        "9 euros; no more a month, 90, EUR a year",
        f"not known: <Price> (2 times in all){ON_THE_TAG}",
    ),
    ("<Tarif prix='gratuit' />", "gratuit", f"not known: <Tarif>{ON_THE_TAG}"),
    ("**limit** <Optional />", "**limit** Optional", f"not known: <Optional>{ON_THE_TAG}"),
    (
        "| a | b |\n|---|---|\n| <Check /> | <Price amount='9 euros' /> |",
        "| a | b |\n|---|---|\n| Check | 9 euros |",
        f"not known: <Check>, <Price>{ON_THE_TAG}",
    ),
    (
        '{{< pricebox amount="12 euros" text="Refund within 14 days" >}}',
        "12 euros, Refund within 14 days",
        f"not known here: {{{{< pricebox >}}}}{IN_IT}",
    ),
    (
        'Read {% unknowntag "Shown text" %} first',
        "Read Shown text first",
        f"not known here: {{% unknowntag %}}{IN_IT}",
    ),
    (
        'See {% include note.html content="Refund within 14 days" type="info" %}',
        "See Refund within 14 days",
        "it includes “note.html”, which is not in this source",
    ),
    (
        "Call [!INCLUDE [hours](gone.md)] now",
        "Call now",
        "it includes “gone.md”, which is not in this source",
    ),
    (
        "Call {site.phone} from {{ open }} to {{ close }}, or {{ open }}.",
        "Call from to , or .",
        "missing is what only the site's own build fills in:"
        " {site.phone}, {{ open }}, {{ close }} (4 times in all)",
    ),
    (
        "{paid && <Note>Some text</Note>}",
        "Some text",
        "missing is what only the site's own build fills in: {paid && <Note>Some text</Note>}",
    ),
    (
        'export const faq = [{q: "How do I pay?", a: "By card only."}];',
        "How do I pay? By card only.",
        "it holds text in JavaScript: export const faq;"
        " of that, whole phrases were kept where they stand",
    ),
]


@pytest.mark.parametrize(("source", "expected", "what"), KEPT)
def test_what_is_not_known_leaves_its_words_and_is_told(source, expected, what):
    cleaned = clean_and_tell(source, mdx=source[0] != "|")
    assert cleaned.text == expected
    assert [remark.what for remark in cleaned.remarks] == [what]
    assert list(debris(cleaned.text)) == []


SILENT = [
    ('Text <Icon name="arrow right" /> on', "Text on"),
    ('<CtaBox headline="Try it for free" linkText="Start now" />\n\nText', "Text"),
    ('<Card title="Delivery" description="When it comes" href="/x" />', "Delivery, When it comes"),
    ('<Callout type="info">Text</Callout>', "Text"),
    ('A <Tooltip tip="what it means">term</Tooltip> here', "A term (what it means) here"),
    ('<Video title="How to return a gift" src="a.mp4" />', "How to return a gift"),
    ("{% include toc.html %}{% if a %}One{% endif %}", "One"),
    ('{% mybox title="Mind this" %}\nThe gap.\n{% endmybox %}', "Mind this\n\nThe gap."),
    ('{{ "Open now" | t }} from {{ hours | default: "9 am" }}', "Open now from 9 am"),
    ('[a]({{ site.baseurl }}/a.md), <a href="{{ top }}/b">b</a>', "[a](/a.md), [b](/b)"),
    ('<div style={{color: "dark red"}}>Text</div>', "Text"),
    ("{{< youtube abc >}}\n\nText", "Text"),
]


@pytest.mark.parametrize(("source", "expected"), SILENT)
def test_furniture_goes_and_what_is_understood_stays_without_a_word(source, expected):
    cleaned = clean_and_tell(source, mdx="<" in source)
    assert (cleaned.text, cleaned.remarks) == (expected, ())


def test_a_kind_is_told_once_with_its_first_line_in_the_file_below_what_is_code():
    tags = "\n".join(f"<{name} />" for name in ("One", "Two", "Three", "Four", "One"))
    page = f"---\ntitle: Prices\n---\n```\n<One />\n```\n\nText\n\n{tags}\n"
    _, remarks = read_and_tell(page, Place("s", "s/a.mdx", PurePosixPath("s/a"), mdx=True))
    assert [(remark.line, remark.what) for remark in remarks] == [
        (10, f"not known: <One>, <Two>, <Three> and 1 more (5 times in all){ON_THE_TAG}")
    ]


def test_the_report_of_a_folder_names_file_and_line(tmp_path):
    (tmp_path / "part.md").write_text("Only {{ here }}.")
    (tmp_path / "a.md").write_text(
        "# Prices\n\n<Price amount='9 euros' />\n\n{% include part.md %}"
    )
    include, value, article, other, _ = read_source(tmp_path)
    assert isinstance(article, Article)
    assert "9 euros" in article.body
    assert all(isinstance(entry, HalfUnderstood) for entry in (include, value, other))
    assert {(entry.path, entry.line) for entry in (include, value)} == {
        (str(tmp_path / "a.md"), 3),
        (str(tmp_path / "a.md"), None),
    }


def test_an_include_that_leads_outside_is_told_as_not_there(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.md").write_text("secret")
    root = (tmp_path / "in").resolve()
    told = clean_and_tell("A\n\n[!INCLUDE [x](../secret.md)]", includes=Includes(root, root / "a"))
    assert (told.text, [remark.line for remark in told.remarks]) == ("A", [3])


def test_in_the_editor_a_name_in_braces_stays_as_it_was_typed():
    content = Content(title="Mails", locale="en", body="Hi {{first_name}}{{ last }}, `{{x}}`.")
    assert preview(content, article_id="a").body == "Hi {{first_name}}{{ last }}, `{{x}}`."
    assert clean("Hi {{first_name}}.") == "Hi ."
