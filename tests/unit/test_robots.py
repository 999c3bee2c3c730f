"""What a site's robots.txt lets us read."""

from __future__ import annotations

import time

import pytest

from assistant.knowledge.sources.robots import NOTHING, read_robots

SITE = "https://shop.example"


def may(text: str, path: str) -> bool:
    return read_robots(text.encode(), "help-assistant").allow(SITE + path)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("", "/help", True),
        ("Disallow:", "/help", True),
        ("Disallow: /help", "/help/pay", False),
        ("Disallow: /help/", "/help", True),
        ("Disallow: /*.pdf$", "/a.pdf", False),
        ("Disallow: /*.pdf$", "/a.pdf?x=1", True),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /*?", "/a?sort=1", False),
        ("Disallow: /*/private*/x", "/a/privately/x/y", False),
        ("Disallow: /*/private*/x", "/private/x", True),
        ("Allow: /\nDisallow: /private", "/private/x", False),
        ("Disallow: /\nAllow: /help", "/help/pay", True),
        ("Disallow: /help\nAllow: /help", "/help", True),
        ("Disallow: /échanges", "/%C3%A9changes", False),
        ("Disallow: /%c3%a9changes", "/%C3%A9changes", False),
        ("disallow : /help # all of it", "/help", False),
        ("Sitemap: /x\nNonsense\nDisallow: /help", "/help", False),
    ],
)
def test_the_longest_rule_that_fits_counts(rules: str, path: str, allowed: bool) -> None:
    assert may(f"User-agent: *\n{rules}\n", path) is allowed


def test_a_mark_at_its_beginning_and_foreign_line_ends_change_nothing() -> None:
    assert not may("\ufeffUser-agent: *\r\nDisallow: /help\r\n", "/help")


def test_who_is_spoken_of_by_name_keeps_to_that_alone() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: Other\nUser-agent: Help-Assistant/1.0\n"
    assert may(f"{text}Disallow: /shop\n", "/help")
    assert not may(f"{text}Disallow: /shop\n", "/shop")
    assert not may(f"{text}Allow: /\nUser-agent: help-assistant\nDisallow: /shop", "/shop")


def test_seconds_between_two_requests() -> None:
    rules = read_robots(b"User-agent: *\nCrawl-delay: 2.5\nCrawl-delay: soon", "help-assistant")
    assert rules.delay_s == 2.5
    assert read_robots(b"User-agent: *\nCrawl-delay: 1e999", "help-assistant").delay_s == 0


def test_no_rule_takes_long() -> None:
    # The thread's own time: what other work the machine has does not count.
    started = time.thread_time()
    may(f"User-agent: *\nDisallow: /{'*a' * 200}b$\n", "/" + "a" * 4000)
    assert time.thread_time() - started < 0.2


def test_a_site_may_want_no_visitors() -> None:
    assert not NOTHING.allow(SITE)
