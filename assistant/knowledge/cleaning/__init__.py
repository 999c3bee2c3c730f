"""Writers' Markdown, in whatever dialect, as the plain Markdown that readers see.

No front matter, template tag, include, HTML, JSX, comment or editor's mark is left; the words that
stood in them are. Code keeps its content to the letter. Pure but for included files.
"""

from __future__ import annotations

from typing import NamedTuple

from assistant.knowledge.cleaning.directives import unwrap_directives
from assistant.knowledge.cleaning.emojis import shown_emojis
from assistant.knowledge.cleaning.includes import Includes
from assistant.knowledge.cleaning.indented_code import protect_indented
from assistant.knowledge.cleaning.links import bare_targets, humanised, plain_links
from assistant.knowledge.cleaning.mdx import drop_javascript, is_mdx
from assistant.knowledge.cleaning.protecting import protect
from assistant.knowledge.cleaning.remarks import Remark
from assistant.knowledge.cleaning.rendering import html_to_markdown
from assistant.knowledge.cleaning.templates import drop_templates
from assistant.knowledge.cleaning.tidying import drop_contents, tidy
from assistant.knowledge.cleaning.vault import Vault

__all__ = ["Cleaned", "Includes", "clean", "clean_and_tell", "clean_line", "humanised"]


class Cleaned(NamedTuple):
    """The plain Markdown, and what of the writer's text was not understood."""

    text: str
    remarks: tuple[Remark, ...]


def clean(
    markdown: str, *, includes: Includes | None = None, mdx: bool = False, keep_names: bool = False
) -> str:
    """The text as plain Markdown. `mdx`: braces hold JavaScript, columns make no code;
    `keep_names`: `{{name}}` stays as it was typed."""
    return clean_and_tell(markdown, includes=includes, mdx=mdx, keep_names=keep_names).text


def clean_and_tell(
    markdown: str, *, includes: Includes | None = None, mdx: bool = False, keep_names: bool = False
) -> Cleaned:
    """The same, with what was not understood: its words are in the text, its marks are not."""
    vault = Vault()
    text = protect(markdown.replace("\r\n", "\n").replace("\r", "\n"), vault, includes)
    if mdx or is_mdx(text):
        text = drop_javascript(text, vault, includes)
        text = unwrap_directives(text)
    else:
        text = protect_indented(unwrap_directives(text), vault)
    text = html_to_markdown(bare_targets(drop_templates(text, vault, keep_names=keep_names)), vault)
    text = drop_contents(plain_links(text, vault))
    # Last: GitBook writes their names as `:arrow\\_right:`.
    text = vault.restore(shown_emojis(tidy(text, vault)))
    return Cleaned(text, vault.remarks.told(markdown))


def clean_line(text: str) -> str:
    """The same for a title: one line, and no marks of Markdown's blocks."""
    line = " ".join(clean(text).split())
    return line.lstrip("# ").strip() if line.startswith("#") else line
