"""Render what the code says of itself into docs/: command line, settings, HTTP interface.

Run it as `make docs`. A test compares what stands in docs/ with what this renders.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from assistant.settings import Settings

DOCS = Path(__file__).resolve().parent
_WIDTH = 100
_MADE = "<!-- Rendered by `make docs`; change the code, not this page. -->\n"


def rendered() -> dict[str, str]:
    """File name → what belongs into it."""
    return {"cli.md": command_line(), "settings.md": settings(), "openapi.json": http_interface()}


def command_line() -> str:
    """The help of the command and of each of its subcommands."""
    from assistant.cli import main

    context = _context(main, "assistant")
    parts = [_MADE, "# The command line\n", _help(context)]
    for name in main.list_commands(context):
        parts += _chapter(name, parent=context)
    return "\n".join(parts)


def settings() -> str:
    """One row a setting."""
    lines = [
        _MADE,
        "# Settings\n",
        "Each is an environment variable, read and checked once at start. A secret can also lie in",
        "a file: `ASSISTANT_MODEL_KEY_FILE=/run/secrets/model_key`.\n",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `ASSISTANT_{name.upper()}` | {_default(field)} | {_meaning(field)} |")
    return "\n".join(lines) + "\n"


def http_interface() -> str:
    """What the server serves at /openapi.json."""
    from assistant.server.app import create_app
    from assistant.wiring import Assistant

    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant(Settings(home=Path(home)), purpose="docs", own_home=False)
        description = create_app(assistant).openapi()
        assistant.close()
    return json.dumps(description, indent=1, ensure_ascii=False) + "\n"


def _chapter(name: str, *, parent: click.Context) -> list[str]:
    assert isinstance(parent.command, click.Group)
    command = parent.command.get_command(parent, name)
    assert command is not None
    context = _context(command, name, parent=parent)
    parts = [f"## `{context.command_path}`\n", _help(context)]
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            parts += _chapter(below, parent=context)
    return parts


def _context(
    command: click.Command, name: str, *, parent: click.Context | None = None
) -> click.Context:
    asked = {**command.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    return click.Context(command, info_name=name, parent=parent, **asked)


def _help(context: click.Context) -> str:
    return f"```text\n{context.get_help()}\n```\n"


def _default(field: FieldInfo) -> str:
    default = field.default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    return f"`{default}`" if str(default) else ""


def _meaning(field: FieldInfo) -> str:
    bounds = [
        f"{word} {getattr(rule, attribute):,}".replace(",", " ")
        for rule in field.metadata
        for attribute, word in _BOUNDS.items()
        if getattr(rule, attribute, None) is not None
    ]
    text = field.description or ""
    return f"{text} ({', '.join(bounds)})" if bounds else text


_BOUNDS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}


if __name__ == "__main__":
    for file, text in rendered().items():
        path = DOCS / file
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"docs/{file}\n")
