"""Render the pages of web/templates in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.dates import short_day, shown_day
from assistant.resources import shipped
from assistant.server import insight_charts
from assistant.server.security import page_policy
from assistant.settings import Settings

LOCALES = ("en", "fr")
"""Locales in which our pages are written; articles may be in others."""

_CONSOLE = "/console"
# As short as it can be: it travels with every page that holds some.
_JSON = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True}


class Pages:
    """Templates with their strings. One per app."""

    def __init__(self, settings: Settings) -> None:
        self._fallback = settings.locale
        self.public_url, self.logo_url = settings.public_url, settings.logo_url
        self._environment = _environment()

    def compile(self) -> None:
        """All templates, half a second once per process: nobody who opens a page waits for it."""
        for template in self._environment.list_templates():
            self._environment.get_template(template)

    def locale(self, request: Request, *, known: Sequence[str] = LOCALES) -> str:
        """The first known one of: `?locale=`, what the browser asks for, the setting."""
        known = known or LOCALES
        wanted = request.query_params.get("locale", "")
        asked = [wanted, *_accepted(request.headers.get("accept-language", "")), self._fallback]
        found = (nearest(locale, known) for locale in asked)
        return next((locale for locale in found if locale), known[0])

    def render(
        self,
        request: Request,
        template: str,
        *,
        section: str,
        status: int = 200,
        policy: str | None = None,
        mend: Callable[[str], str] = str,
        **values: Any,
    ) -> Response:
        """The page, with `t` for the strings of its section and `locale`, unless given. `mend`:
        the last thing that is done to its HTML."""
        locale = str(values.setdefault("locale", self.locale(request)))
        texts = strings(section, locale)
        page = self._environment.get_template(template).render(
            strings=texts, t=_translator(texts, locale), path=request.url.path, **values
        )
        headers = {"Content-Security-Policy": policy or page_policy(), "Vary": "Accept-Language"}
        return HTMLResponse(mend(page), status_code=status, headers=headers)

    def wordings(
        self, request: Request, section: str
    ) -> tuple[Mapping[str, Any], Callable[..., str]]:
        """The strings of another section and their `t`, for a page that speaks of more than one."""
        locale = self.locale(request)
        texts = strings(section, locale)
        return texts, _translator(texts, locale)

    def text(self, template: str, **values: Any) -> str:
        """What is no page for people, such as a sitemap."""
        return self._environment.get_template(template).render(**values)

    def problem(self, request: Request, problem: Mapping[str, Any]) -> Response:
        """An error as a page, for people who came with a browser."""
        section = "console" if request.url.path.startswith(_CONSOLE) else "help_center"
        status = int(problem["status"])
        return self.render(
            request, "shared/problem.html", section=section, status=status, problem=problem
        )


def web(folder: str) -> Path:
    """A folder of web/."""
    return shipped("web") / folder


def nearest(locale: str, known: Sequence[str]) -> str | None:
    """The locale itself, or a known one of the same language."""
    wanted = locale.replace("_", "-")
    same = [each for each in known if each[:2].lower() == wanted[:2].lower()]
    return wanted if wanted in known else next(iter(same), None)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(web("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = _JSON
    environment.filters["moment"] = _moment
    environment.filters["day"] = shown_day
    environment.filters["short_day"] = short_day
    environment.filters["decimal"] = decimal
    environment.filters["step_name"] = lambda step, names: names.get(step, step)
    environment.filters["combined"] = lambda one, other: {**one, **other}
    environment.filters["trend_chart"] = insight_charts.trend
    environment.filters["reliability_chart"] = insight_charts.reliability
    environment.filters["segment"] = lambda text: quote(str(text), safe="")
    return environment


@lru_cache(maxsize=32)
def strings(section: str, locale: str) -> Mapping[str, Any]:
    """The wordings of web/locales/<section>.<locale>.json."""
    known = locale if locale in LOCALES else LOCALES[0]
    texts = (web("locales") / f"{section}.{known}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(texts)
    return loaded


def _accepted(header: str) -> list[str]:
    """Languages of an Accept-Language header, the preferred first."""
    weighed = []
    for part in header[:500].split(","):
        language, _, weight = part.partition(";q=")
        try:
            weighed.append((-float(weight or 1), language.strip()))
        except ValueError:
            continue
    return [language for _, language in sorted(weighed, key=lambda each: each[0])]


def _translator(texts: Mapping[str, Any], locale: str) -> Callable[..., str]:
    def translate(key: str, count: int | None = None, **values: Any) -> str:
        """With a count, the key's `_one` or `_other` form; French counts nought as one."""
        if count is not None:
            one = count < 2 if locale == "fr" else count == 1
            key, values = f"{key}_{'one' if one else 'other'}", {**values, "count": count}
        return str(texts[key]).format(**values)

    return translate


def decimal(number: float, places: int, locale: str) -> str:
    """0.65, or 0,65 where people write it so."""
    written = f"{number:.{places}f}"
    return written.replace(".", ",") if locale.startswith("fr") else written


def _moment(at: datetime | str) -> str:
    """A moment for people; a script turns it into the reader's own time zone."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
