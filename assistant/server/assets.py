"""Static files as they travel: scripts and styles without comments, and all of it compressed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.server.security import PRIVATE

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_WORTH_COMPRESSING = 250
# Before a colon a space may part two selectors.
_BESIDE = re.compile(r"\s*([{};,])\s*|(?<=:) ")
_QUOTED = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)""")
_BESIDE_MARKS = re.compile(r" *([][{}(),;:?=<>&|!]) *")


class Assets(StaticFiles):
    """The files of web/static, scripts and style sheets lean."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        path = Path(full_path)
        if path.suffix in _TYPES:
            return lean_response(path, Headers(scope=scope))
        return super().file_response(full_path, stat_result, scope, status_code)


def lean_response(
    path: Path,
    asked: Headers,
    headers: Mapping[str, str] | None = None,
    *,
    changed: Mapping[str, str] | None = None,
    more: str = "",
) -> Response:
    """A script or a style sheet as it travels, or 304 where the browser has it. `changed`: words of
    it that are others now; `more` stands at its end."""
    content, tag = _lean(path, path.stat().st_mtime_ns)
    if changed or more:
        text = content.decode()
        for before, after in (changed or {}).items():
            text = text.replace(before, after)
        content = (text + more).encode()
        tag = _tag(content)
    known = [each.strip().removeprefix("W/") for each in asked.get("if-none-match", "").split(",")]
    sent = {**(headers or {}), "ETag": tag}
    if tag in known:
        return Response(status_code=304, headers=sent)
    return Response(content, headers=sent, media_type=_TYPES[path.suffix])


def lean(text: str) -> str:
    """Without comments that have lines of their own, and without indentation. Lines stay where they
    are, so that an error in a visitor's browser names the place in our file."""
    kept, in_comment = [], False
    for line in text.split("\n"):
        bare = line.strip()
        in_comment = in_comment or bare.startswith("/*")
        kept.append("" if in_comment or bare.startswith("//") else bare)
        in_comment = in_comment and not bare.endswith("*/")
    return "\n".join(kept)


def squeezed(style: str) -> str:
    """A style sheet without the spaces, lines and last semicolons that say nothing; ours holds no
    text in quotes with any."""
    return _BESIDE.sub(r"\1", style).replace(";}", "}")


def squeezed_script(code: str) -> str:
    """A script without the spaces beside its marks. What stands in quotes is left as it is, and so
    is a line with a slash: that may be a regular expression, in which a space counts."""
    parts = _QUOTED.split(code)
    parts[::2] = ["\n".join(map(_without_spaces, part.split("\n"))) for part in parts[::2]]
    return "".join(parts)


def _without_spaces(line: str) -> str:
    return line if "/" in line else _BESIDE_MARKS.sub(r"\1", line)


@lru_cache(maxsize=256)
def _lean(path: Path, changed_at: int) -> tuple[bytes, str]:
    text = lean(path.read_text(encoding="utf-8"))
    content = (squeezed(text) if path.suffix == ".css" else squeezed_script(text)).encode()
    return content, _tag(content)


def _tag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:24]}"'


class Compressed:
    """Compresses what is public. What holds secrets beside a stranger's words is sent as it is: its
    length would tell of them (BREACH)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._gzip = app, GZipMiddleware(app, minimum_size=_WORTH_COMPRESSING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        public = scope["type"] == "http" and not scope["path"].startswith(PRIVATE)
        await (self._gzip if public else self._app)(scope, receive, send)
