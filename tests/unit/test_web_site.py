"""A web site as a source, against a real server on loopback."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from assistant.adapters.web import GuardedWeb
from assistant.errors import Refused
from assistant.knowledge.planning import SyncMode, SyncReport
from assistant.knowledge.sources.web_address import normal
from assistant.knowledge.sources.web_site import WebSite
from assistant.knowledge.sources.web_visitor import Bounds, Visitor
from tests.unit.web_server import Asked, Shown, Site, serving

pytestmark = pytest.mark.slow

AS_USUAL = SyncMode()


def page(title: str, words: str, *links: str, head: str = "") -> str:
    shown = "".join(f'<li><a href="{link}">to {link}</a></li>' for link in links)
    return (
        f'<html lang="en"><head><title>{title} | Shop</title>{head}</head><body><nav><ul>{shown}'
        f"</ul></nav><main><h1>{title}</h1><p>{words}</p></main><footer>Shop</footer></body></html>"
    )


@pytest.fixture
def site() -> Iterator[Site]:
    own = Site()
    own.pages = {
        "/help/": page("Help", "All about it.", "returns", "/help/pay?utm_source=x#top", "/shop"),
        "/help/returns": page("Returns", "Within 30 days.", "./", "pay", "big.pdf", "x.png"),
        "/help/pay": page("Pay", "By card.", "https://other.example/x", "mailto:a@b.example"),
        "/shop": page("Shop", "Not help."),
    }
    with serving(own):
        yield own


class Visit:
    """Syncs of one site into one help center, without waiting."""

    def __init__(self, center: Any, site: Site) -> None:
        self.center, self.site = center, site
        self.slept: list[float] = []
        self.bounds = Bounds(pause_s=0)

    def sync(
        self, path: str = "/help/", *, mode: SyncMode = AS_USUAL, allow_private: bool = True
    ) -> SyncReport:
        self.site.asked.clear()
        url = self.site.url + path
        visitor = Visitor(
            url,
            web=GuardedWeb(allow_private=allow_private),
            bounds=self.bounds,
            sleep=self.slept.append,
        )
        keep = not mode.dry_run
        remote = WebSite(url, visitor=visitor, memory=self.center.store, keep=keep)
        report: SyncReport = self.center.synchroniser.sync_remote(remote, mode=mode)
        return report

    def titles(self) -> list[str]:
        return [card.title for card in self.center.store.articles()]


@pytest.fixture
def visit(center: Any, site: Site) -> Visit:
    return Visit(center, site)


def counts(report: SyncReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.withdrawn


def test_the_pages_below_the_start_page_become_articles(visit: Visit, site: Site) -> None:
    report = visit.sync()
    assert (counts(report), report.refused, report.passed_over) == ((3, 0, 0, 0), [], [])
    assert visit.titles() == ["Help", "Pay", "Returns"]
    host = site.url.removeprefix("http://")
    article = visit.center.store.article(f"{host}/help/returns")
    assert (article.body, article.locale) == ("Within 30 days.", "en")
    assert (article.url, article.slug) == (f"{site.url}/help/returns", "returns")
    assert "/shop" not in site.paths
    assert len(site.paths) == len(set(site.paths)) + 1  # The start page opens the visit.


def test_links_of_a_page_lead_where_they_led_there(visit: Visit, site: Site) -> None:
    words = 'See <a href="pay#late">paying</a>, <a href="#x">below</a> and <a href="/shop">us</a>.'
    site.pages["/help/returns"] = page("Returns", words)
    visit.sync()
    host = site.url.removeprefix("http://")
    body = visit.center.store.article(f"{host}/help/returns").body
    assert body == f"See [paying]({site.url}/help/pay#late), [below](#x) and [us]({site.url}/shop)."


def test_the_next_visit_fetches_only_what_changed(visit: Visit, site: Site) -> None:
    visit.sync()
    site.pages["/help/pay"] = page("Pay", "By card or by bill.")
    done = len(visit.center.embedder.embedded)
    assert counts(visit.sync()) == (0, 1, 2, 0)
    named = [asked.path for asked in site.asked if "if-none-match" in asked.headers]
    assert sorted(named) == ["/help/", "/help/pay", "/help/returns"]
    assert all("bill" in text for text in visit.center.embedder.embedded[done:])
    # What an unchanged page leads to is known without reading it.
    assert counts(visit.sync()) == (0, 0, 3, 0)


def test_a_page_that_is_gone_is_withdrawn(visit: Visit, site: Site) -> None:
    visit.sync()
    del site.pages["/help/pay"]
    report = visit.sync()
    assert counts(report) == (0, 0, 2, 1)
    assert [entry.path for entry in report.passed_over] == [f"{site.url}/help/pay"]
    assert "/help/pay" not in str(visit.center.store.remembered_pages(f"{site.url}/help/").keys())


def test_a_page_that_fails_keeps_its_article(visit: Visit, site: Site) -> None:
    visit.sync()
    site.pages["/help/pay"] = Shown("broken", 500)
    report = visit.sync()
    assert (counts(report), report.kept) == ((0, 0, 2, 0), 1)
    assert "status 500" in report.refused[0].reason
    assert len(visit.titles()) == 3


def test_what_a_failing_page_led_to_is_still_visited(visit: Visit, site: Site) -> None:
    site.pages["/help/"] = page("Help", "All.", "list")
    site.pages["/help/list"] = page("List", "Of all.", "returns", "pay")
    assert visit.sync().added == 4
    site.pages["/help/list"] = Shown("broken", 500)
    report = visit.sync()
    assert (counts(report), report.kept) == ((0, 0, 3, 0), 1)
    # A page that was never read may have led to anything.
    site.pages["/help/"] = page("Help", "All.", "new")
    site.pages["/help/new"] = Shown("broken", 500)
    report = visit.sync()
    assert (report.withdrawn, report.kept) == (0, 3)


@pytest.mark.parametrize("status", [500, 503, 403])
def test_a_site_that_fails_is_refused_and_withdraws_nothing(
    visit: Visit, site: Site, status: int
) -> None:
    visit.sync()
    site.pages = {"/help/": Shown("down", status)}
    with pytest.raises(Refused, match=f"status {status}"):
        visit.sync()
    assert len(visit.titles()) == 3


def test_a_site_that_became_an_empty_shell_withdraws_nothing_unasked(
    visit: Visit, site: Site
) -> None:
    site.pages = {f"/help/{n}": page(f"P{n}", "Text.") for n in range(20)}
    site.pages["/help/"] = page("Help", "All.", *(str(n) for n in range(20)))
    visit.sync()
    site.pages = {"/help/": page("Welcome", "Under construction.")}
    report = visit.sync()
    assert (report.withdrawn, report.held_back >= 20) == (0, True)


def test_robots_txt_is_kept_to(visit: Visit, site: Site) -> None:
    rules = "User-agent: *\nDisallow: /help/pay\nCrawl-delay: 3\n"
    site.pages["/robots.txt"] = Shown(rules, headers={"Content-Type": "text/plain"})
    assert counts(visit.sync()) == (2, 0, 0, 0)
    assert "/help/pay" not in site.paths
    assert max(visit.slept) > 2.5
    site.pages["/robots.txt"] = Shown("User-agent: help-assistant\nDisallow: /\n")
    with pytest.raises(Refused, match=r"robots\.txt"):
        visit.sync()
    site.pages["/robots.txt"] = Shown("", 503)
    with pytest.raises(Refused, match="does not tell what may be read"):
        visit.sync()


def test_a_sitemap_names_the_pages(visit: Visit, site: Site) -> None:
    def urls(*paths: str) -> str:
        listed = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in paths)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'

    inner = gzip.compress(urls("/help/pay", "/shop", "/logo.png").encode())
    site.pages["/inner.xml.gz"] = Shown(inner, headers={"Content-Type": "application/gzip"})
    site.pages["/more.xml"] = urls("/help/returns", "http://elsewhere.example/x"[22:])
    index = f"<sitemap><loc>{site.url}/inner.xml.gz</loc></sitemap>"
    index += f"<sitemap><loc>{site.url}/more.xml</loc></sitemap>"
    index += "<sitemap><loc>https://elsewhere.example/sitemap.xml</loc></sitemap>"
    site.pages["/sitemap.xml"] = f"<?xml version='1.0'?><sitemapindex>{index}</sitemapindex>"
    report = visit.sync("/sitemap.xml")
    assert visit.titles() == ["Pay", "Returns", "Shop"]
    # It lists all that there is: links are not followed.
    assert "/help/" not in site.paths
    assert report.added == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<?xml version='1.0'?><urlset><url>", "no sitemap"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><urlset></urlset>", "defines entities"),
    ],
)
def test_a_broken_sitemap_is_named(visit: Visit, site: Site, text: str, reason: str) -> None:
    site.pages["/sitemap.xml"] = text
    with pytest.raises(Refused, match=reason):
        visit.sync("/sitemap.xml")


def test_one_page_of_two_addresses_is_one_article(visit: Visit, site: Site) -> None:
    canonical = '<link rel="canonical" href="/help/returns">'
    site.pages["/help/"] = page("Help", "All.", "returns", "returns?sort=1")
    site.pages["/help/returns"] = page("Returns", "Within 30 days.", head=canonical)
    assert visit.sync().added == 2
    assert visit.sync().unchanged == 2


def test_redirects_are_followed_within_the_site_alone(visit: Visit, site: Site) -> None:
    site.pages["/help/"] = page("Help", "All.", "old", "away", "loop")
    site.pages["/help/old"] = Shown(status=301, headers={"Location": "/help/returns"})
    site.pages["/help/away"] = Shown(status=302, headers={"Location": "http://other.example/x"})
    site.pages["/help/loop"] = Shown(status=302, headers={"Location": "/help/loop"})
    report = visit.sync()
    assert visit.titles() == ["Help", "Pay", "Returns"]
    assert ["other.example" in entry.reason for entry in report.passed_over] == [True]
    site.pages["/go"] = Shown(status=302, headers={"Location": "http://other.example/help"})
    with pytest.raises(Refused, match=r"leads to http://other\.example/help"):
        visit.sync("/go")


@pytest.mark.parametrize(
    ("head", "headers"),
    [('<meta name="robots" content="noindex">', {}), ("", {"X-Robots-Tag": "noindex"})],
)
def test_a_page_that_asks_not_to_be_indexed_still_leads_on(
    visit: Visit, site: Site, head: str, headers: dict[str, str]
) -> None:
    site.pages["/help/"] = Shown(page("Help", "All.", "pay", head=head), headers=headers)
    report = visit.sync()
    assert visit.titles() == ["Pay"]
    assert "not to be indexed" in report.passed_over[0].reason
    assert visit.sync().unchanged == 1


def test_a_busy_site_is_given_time(visit: Visit, site: Site) -> None:
    calm = site.pages["/help/pay"]
    assert isinstance(calm, str)

    def busy(asked: Asked) -> Shown:
        times = sum(path == "/help/pay" for path in site.paths)
        return Shown("later", 429, {"Retry-After": "7"}) if times < 3 else Shown(calm)

    site.pages["/help/pay"] = busy
    assert visit.sync().added == 3
    assert visit.slept.count(7.0) == 2


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(pages=3, pause_s=0), "after 3 pages"),
        (Bounds(megabytes=0, pause_s=0), "after 0 MB"),
        (Bounds(minutes=0.0, pause_s=0), "after 0 minutes"),
    ],
)
def test_a_visit_that_grows_too_long_ends_and_withdraws_nothing(
    visit: Visit, site: Site, bounds: Bounds, said: str
) -> None:
    visit.sync()
    visit.bounds = bounds
    # The start page is looked at before the walk.
    told = "" if bounds.pages == 3 else said
    with pytest.raises(Refused, match=told) if told else nullcontext():
        report = visit.sync()
        assert said in report.refused[-1].reason
        assert (report.withdrawn, report.kept) == (0, 1)
    assert len(visit.titles()) == 3


def test_a_dry_run_remembers_nothing(visit: Visit, site: Site) -> None:
    report = visit.sync(mode=SyncMode(dry_run=True))
    assert (report.added, visit.titles()) == (3, [])
    assert visit.center.store.remembered_pages(f"{site.url}/help/") == {}


class Killed(BaseException):
    """As a kill -9 would be: nothing handles it."""


def test_a_visit_that_was_killed_goes_on_where_it_was(visit: Visit, site: Site) -> None:
    remember, left = visit.center.store.remember_page, [2]

    def dying(*args: Any) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        remember(*args)

    visit.center.store.remember_page = dying
    with pytest.raises(Killed):
        visit.sync()
    assert visit.titles() == []
    visit.center.store.remember_page = remember
    # The two pages that were fetched are not sent again, and become articles all the same.
    assert visit.sync().added == 3
    assert sum("if-none-match" in asked.headers for asked in site.asked) == 2


def test_a_page_larger_than_any_article_is_named(visit: Visit, site: Site) -> None:
    site.pages["/help/pay"] = "x" * (5 * 1024 * 1024 + 1)
    report = visit.sync()
    assert "more than 5 MB" in report.refused[0].reason
    assert report.added == 2


def test_private_addresses_are_left_alone_unless_allowed(visit: Visit, site: Site) -> None:
    with pytest.raises(Refused, match="ASSISTANT_SYNC_PRIVATE"):
        visit.sync(allow_private=False)
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "::1",
     "0.0.0.0", "fd00::1", "fe80::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
     "224.0.0.1"],
)  # fmt: skip
def test_a_name_is_judged_by_all_its_addresses(address: str) -> None:
    web = GuardedWeb(allow_private=False, resolve=lambda host, port: ["93.184.215.14", address])
    with pytest.raises(Refused, match="private address"):
        web.get("http://shop.example/", headers={}, most=1000)


def test_the_address_that_was_judged_is_the_one_reached(site: Site) -> None:
    """A name that means another address a moment later changes nothing."""
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    port = site.url.rpartition(":")[2]
    web = GuardedWeb(allow_private=True, resolve=once)
    response = web.get(f"http://shop.example:{port}/help/pay", headers={}, most=10_000)
    assert (response.status, asked) == (200, ["shop.example"])
    assert site.asked[0].headers["host"] == f"shop.example:{port}"


def test_a_host_with_several_addresses_is_reached_at_the_one_that_answers(site: Site) -> None:
    """The server listens at the last of them alone."""
    web = GuardedWeb(allow_private=True, resolve=lambda host, port: ["127.0.0.9", "127.0.0.1"])
    port = site.url.rpartition(":")[2]
    assert web.get(f"http://shop.example:{port}/shop", headers={}, most=10_000).status == 200


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://shop.example/", "no address of a web page"),
        ("http://user:word@shop.example/", "holds a name or a password"),
        ("http://shop.example:x/", "no address"),
    ],
)
def test_what_is_no_address_is_named_without_its_password(url: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        GuardedWeb(allow_private=False).get(url, headers={}, most=1000)
    assert "word@" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "one"),
    [
        ("HTTP://Shop.Example:80", "http://shop.example/"),
        ("https://shop.example:443/a#b", "https://shop.example/a"),
        ("/a?utm_medium=x&b=1", "https://shop.example/a?b=1"),
        ("../c", "https://shop.example/c"),
        ("mailto:a@b.example", ""),
        ("javascript:alert(1)", ""),
        ("http://[broken", ""),
    ],
)
def test_addresses_have_one_form(url: str, one: str) -> None:
    assert normal(url, base="https://shop.example/help/x") == one


# -- traps


def test_the_rules_of_a_site_are_read_where_they_moved_to(visit: Visit, site: Site) -> None:
    site.pages["/robots.txt"] = Shown(status=301, headers={"Location": "/rules.txt"})
    site.pages["/rules.txt"] = Shown("User-agent: *\nDisallow: /help/pay\n")
    visit.sync()
    assert "/help/pay" not in site.paths


def test_addresses_may_hold_accents_and_blanks(visit: Visit, site: Site) -> None:
    site.pages["/help/"] = page("Help", "All.", "échanges et retours")
    site.pages["/help/%C3%A9changes%20et%20retours"] = page("Swap", "Within 30 days.")
    visit.sync()
    assert visit.titles() == ["Help", "Swap"]
    host = site.url.removeprefix("http://")
    assert visit.center.store.article(f"{host}/help/échanges et retours").title == "Swap"


def test_old_pages_are_read_as_browsers_do(visit: Visit, site: Site) -> None:
    old = page("Retours", "L’œuvre d’art").encode("cp1252")
    for charset in ("iso-8859-1", "idna", "rot13"):
        content = f"text/html; charset={charset}"
        site.pages[f"/help/{charset}"] = Shown(old, headers={"Content-Type": content})
    site.pages["/help/"] = page("Help", "All.", "iso-8859-1", "idna", "rot13")
    report = visit.sync()
    host = site.url.removeprefix("http://")
    assert visit.center.store.article(f"{host}/help/iso-8859-1").body == "L’œuvre d’art"
    assert ["not UTF-8" in entry.reason for entry in report.refused] == [True, True]


def test_a_start_page_that_leads_out_of_its_folder_is_refused(visit: Visit, site: Site) -> None:
    """As to a page for signing in: the whole host would become the help center."""
    visit.sync()
    site.pages["/help/"] = Shown(status=302, headers={"Location": "/login?next=/help/"})
    site.pages["/login"] = page("Sign in", "Your name.", "/shop")
    with pytest.raises(Refused, match=r"leads to .*/login"):
        visit.sync()
    assert visit.titles() == ["Help", "Pay", "Returns"]


def urls(*addresses: str) -> str:
    listed = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'


def maps(*addresses: str) -> str:
    listed = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f"<sitemapindex>{listed}</sitemapindex>"


def test_a_list_of_more_sitemaps_than_are_read_withdraws_nothing(visit: Visit, site: Site) -> None:
    site.pages["/sitemap.xml"] = urls(f"{site.url}/help/pay")
    visit.sync("/sitemap.xml")
    site.pages["/sitemap.xml"] = maps(*(f"{site.url}/{n}.xml" for n in range(201)))
    site.pages |= {f"/{n}.xml": urls(f"{site.url}/help/") for n in range(201)}
    with pytest.raises(Refused, match="more than 200 sitemaps"):
        visit.sync("/sitemap.xml")
    assert visit.titles() == ["Pay"]


def test_sitemaps_count_towards_the_bounds_of_a_visit(visit: Visit, site: Site) -> None:
    visit.bounds = Bounds(megabytes=1, pause_s=0)
    site.pages |= {f"/{n}.xml": f"<urlset><!--{'x' * 600_000}--></urlset>" for n in range(9)}
    site.pages["/sitemap.xml"] = maps(*(f"{site.url}/{n}.xml" for n in range(9)))
    with pytest.raises(Refused, match="after 1 MB"):
        visit.sync("/sitemap.xml")
    assert len(site.paths) == 4


def test_a_sitemap_of_another_host_is_named(visit: Visit, site: Site) -> None:
    site.pages["/sitemap.xml"] = urls("https://www.shop.example/a", "https://www.shop.example/b")
    report = visit.sync("/sitemap.xml")
    assert "2 addresses of other hosts, such as https://www" in report.refused[0].reason
    site.pages["/sitemap.xml"] = urls("https://www.shop.example/a", f"{site.url}/help/pay")
    report = visit.sync("/sitemap.xml")
    assert (report.added, report.is_whole, len(report.passed_over)) == (1, True, 1)


def test_pictures_in_a_sitemap_are_no_pages(visit: Visit, site: Site) -> None:
    picture = '<i:image xmlns:i="http://i.example"><i:loc>https://cdn.example/1</i:loc></i:image>'
    listed = urls(f"{site.url}/help/pay").replace("</url>", f"{picture}</url>")
    site.pages["/sitemap.xml"] = listed
    assert visit.sync("/sitemap.xml").passed_over == []


@pytest.mark.parametrize("before", ["", "\ufeff<?xml version='1.0'?>", "<?xml version='1.0'?>\n"])
def test_a_sitemap_is_known_by_what_it_holds(visit: Visit, site: Site, before: str) -> None:
    site.pages["/map"] = before + urls(f"{site.url}/help/pay")
    visit.sync("/map")
    assert visit.titles() == ["Pay"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_no_encoding_hides_entities(visit: Visit, site: Site, encoding: str) -> None:
    text = "<!DOCTYPE x [<!ENTITY a 'b'>]><urlset><url><loc>&a;</loc></url></urlset>"
    site.pages["/sitemap.xml"] = Shown(text.encode(encoding))
    with pytest.raises(Refused, match="defines entities"):
        visit.sync("/sitemap.xml")


def test_marks_of_a_visit_in_addresses_make_no_new_pages(visit: Visit, site: Site) -> None:
    times = [0]

    def start(asked: Asked) -> Shown:
        times[0] += 1
        marked = (f"pay?PHPSESSID={times[0]}", f"returns;jsessionid={times[0]}")
        return Shown(page("Help", "All.", *marked))

    site.pages["/help/"] = start
    visit.sync()
    assert counts(visit.sync()) == (0, 0, 3, 0)


def test_views_of_a_page_are_not_articles_of_their_own(visit: Visit, site: Site) -> None:
    site.pages["/help/"] = page("Help", "All.", "returns?sort=1", "returns", "faq?id=1")
    site.pages["/help/faq?id=1"] = page("Question 1", "Answer 1.", "returns?sort=2", "faq?id=2")
    site.pages["/help/faq?id=2"] = page("Question 2", "Answer 2.")
    visit.sync()
    assert visit.titles() == ["Help", "Pay", "Question 1", "Question 2", "Returns"]


def test_pages_with_a_query_wait_until_the_others_are_read(visit: Visit, site: Site) -> None:
    """An endless calendar takes no article's place."""
    visit.bounds = Bounds(pages=8, pause_s=0)

    def day(asked: Asked) -> Shown:
        number = int(asked.path.partition("=")[2])
        return Shown(page(f"Day {number}", "Nothing.", f"cal?day={number + 1}", "pay", "returns"))

    site.pages["/help/"] = page("Help", "All.", "cal?day=1", "returns")
    site.pages["/help/cal"] = day
    report = visit.sync()
    assert {"Pay", "Returns"} < set(visit.titles())
    assert "after 8 pages" in report.refused[0].reason


def test_a_page_that_says_it_is_another_one_is_named_where_it_is_not(
    visit: Visit, site: Site
) -> None:
    home = '<link rel="canonical" href="/help/">'
    site.pages["/help/returns"] = page("Returns", "Within 30 days.", head=home)
    report = visit.sync()
    assert visit.titles() == ["Help", "Pay"]
    assert ["another text" in entry.reason for entry in report.passed_over] == [True]


def test_a_page_that_is_barred_or_leads_away_from_now_on_is_named_once(
    visit: Visit, site: Site
) -> None:
    visit.sync()
    site.pages["/help/pay"] = Shown(status=302, headers={"Location": "/login"})
    site.pages["/robots.txt"] = Shown("User-agent: *\nDisallow: /help/returns\n")
    said = [entry.reason for entry in visit.sync(mode=SyncMode(withdraw=True)).passed_over]
    assert said == [
        "robots.txt wants no visitors here now",
        f"it leads out of the folder now, to {site.url}/login",
    ]
    assert visit.titles() == ["Help"]
    assert visit.sync().passed_over == []
