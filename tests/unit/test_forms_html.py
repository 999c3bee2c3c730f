"""HTML pages become articles of their main content alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.domain.article import Article
from assistant.errors import UnreadableSource, Withheld
from assistant.knowledge.reader import read_source
from assistant.knowledge.sources.soup import markdown_of, parse_html

pytestmark = pytest.mark.slow

PAGE = """<!DOCTYPE html><html lang="fr-FR"><head><title>Retours | Boutique</title>
<link rel="canonical" href="https://shop.example/aide/retours">
<meta property="article:modified_time" content="2026-05-04T10:00:00Z">
<style>p { color: red }</style><script>var a = "<p>no</p>";</script></head>
<body><header><a href="/">Boutique</a> Menu</header>
<nav><ul><li><a href="/a">Accueil</a></li></ul></nav>
<div class="breadcrumbs"><a href="/">Accueil</a> › <a href="/aide">Aide</a></div>
<main><article><h1>Retourner un article<a class="headerlink" href="#r">¶</a></h1>
<p>Vous avez <b>30 jours</b> pour *tout* renvoyer, même un <code>a*b</code>&nbsp;:
c’est {{ gratuit }}.</p>
<h2>Comment</h2>
<ol><li>Imprimez<ul><li>l’étiquette</li></ul></li><li>Déposez</li></ol>
<pre><code>si a &lt; b :
    renvoyer()</code></pre>
<table><thead><tr><th>Pays</th><th>Prix</th></tr></thead><tbody>
<tr><td rowspan="2">France</td><td>0 €</td></tr><tr><td>5 | 6 €</td></tr></tbody></table>
<figure><img src="menu.png" alt="Le menu des retours"><figcaption>Le menu</figcaption></figure>
<p>Voir <a href="livraison.html#delais">la livraison</a>.</p>
<!-- <p>brouillon</p> --><p hidden>caché</p><p style="display:none">caché aussi</p>
<div class="related-articles"><a href="/1">Un autre</a> <a href="/2">Encore un</a></div>
<form><button>Oui</button> Utile ?</form></article></main>
<aside class="sidebar" role="complementary"><p>Publicité</p></aside>
<footer>© Boutique</footer></body></html>"""


def only(path: Path, text: str | bytes) -> Article:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (article,) = read_source(path)
    assert isinstance(article, Article), article
    return article


def test_a_page_is_its_main_content_alone(tmp_path: Path) -> None:
    article = only(tmp_path / "retours.html", PAGE)
    assert (article.title, article.locale) == ("Retourner un article", "fr")
    assert article.url == "https://shop.example/aide/retours"
    assert str(article.updated) == "2026-05-04"
    assert article.body == (
        "Vous avez **30 jours** pour \\*tout\\* renvoyer, même un `a*b` : c’est {{ gratuit }}.\n\n"
        "## Comment\n\n1. Imprimez\n   - l’étiquette\n2. Déposez\n\n"
        "```\nsi a < b :\n    renvoyer()\n```\n\n"
        "| Pays | Prix |\n| --- | --- |\n| France | 0 € |\n| France | 5 \\| 6 € |\n\n"
        "![Le menu des retours](menu.png)\n\nLe menu\n\n"
        "Voir [la livraison](livraison.html#delais)."
    )


def test_words_that_only_sound_like_furniture_stay(tmp_path: Path) -> None:
    long = "The related parties of a contract are both bound by it. " * 6
    page = f'<main><h1>Terms</h1><div class="related"><h2>Related</h2><p>{long}</p></div></main>'
    assert "both bound by it" in only(tmp_path / "terms.html", page).body


def test_headings_that_link_to_themselves_stay_as_words(tmp_path: Path) -> None:
    page = (
        '<main><h1><a class="header" href="#a">Pay</a></h1><h2 id="b"><a class="header" href="#b">'
        "Later</a></h2><p>In three parts.</p></main>"
    )
    article = only(tmp_path / "x.html", page)
    assert (article.title, article.body) == ("Pay", "## Later\n\nIn three parts.")


def test_a_fragment_without_a_frame_is_a_page_too(tmp_path: Path) -> None:
    article = only(tmp_path / "x.html", "<h1>Pay later</h1><p>In three parts.</p>")
    assert (article.title, article.body) == ("Pay later", "In three parts.")


def test_front_matter_above_a_page_is_believed(tmp_path: Path) -> None:
    page = "---\ntitle: Pay\nquestions: [can I pay later]\nid: pay\n---\n<p>In three parts.</p>"
    article = only(tmp_path / "x.html", page)
    assert (article.id, article.title, article.questions) == ("pay", "Pay", ("can I pay later",))


def test_a_page_may_say_how_its_letters_are_written(tmp_path: Path) -> None:
    page = '<meta charset="iso-8859-1"><title>Été</title><p>Déjà payé.</p>'.encode("latin-1")
    assert only(tmp_path / "x.html", page).body == "Déjà payé."


@pytest.mark.parametrize(
    ("page", "reason", "kind"),
    [
        ('<meta name="robots" content="noindex"><p>x</p>', "not to be indexed", Withheld),
        ('<meta http-equiv="refresh" content="0; url=/b"><p>x</p>', "a redirect", Withheld),
        ("{% extends 'base.html' %}<p>x</p>", "a template", Withheld),
        ("---\ndraft: true\n---\n<p>x</p>", "a draft", Withheld),
        ("<p></p>", "it is empty", UnreadableSource),
        ("<div>" * 900 + "x", "nested more than 150 deep", UnreadableSource),
        (b"%PDF-1.7 \xff\xfe", "not UTF-8", UnreadableSource),
    ],
)
def test_what_is_no_article_is_named(
    tmp_path: Path, page: str | bytes, reason: str, kind: type[UnreadableSource]
) -> None:
    (tmp_path / "bad.html").write_bytes(page if isinstance(page, bytes) else page.encode())
    (tmp_path / "good.md").write_text("Text.")
    error, article = read_source(tmp_path)
    assert isinstance(article, Article)
    assert type(error) is kind
    assert reason in error.reason


def test_many_paragraphs_take_no_longer_each_than_a_few() -> None:
    """As of a whole manual in one Word document."""
    started = time.monotonic()
    text = markdown_of(parse_html("<p>Words.</p>" * 8000, "manual.html"))
    assert text.count("Words.") == 8000
    # Where each paragraph looked for its place among all others, this took a quarter of a minute.
    assert time.monotonic() - started < 8


def test_a_page_that_opens_code_without_end_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<code>" * 20_000)
    started = time.monotonic()
    (found,) = read_source(tmp_path)
    assert isinstance(found, UnreadableSource)
    assert time.monotonic() - started < 5
