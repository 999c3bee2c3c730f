"""Writers' Markdown, in whatever dialect, as the plain Markdown that readers see.

No front matter, template tag, include, HTML, JSX, comment or editor's mark is left; the words that
stood in them are. Code keeps its content to the letter. Pure but for included files.
"""

from __future__ import annotations

from assistant.knowledge.cleaning.directives import unwrap_directives
from assistant.knowledge.cleaning.emojis import shown_emojis
from assistant.knowledge.cleaning.includes import Includes
from assistant.knowledge.cleaning.indented_code import protect_indented
from assistant.knowledge.cleaning.links import bare_targets, humanised, plain_links
from assistant.knowledge.cleaning.mdx import drop_javascript, is_mdx
from assistant.knowledge.cleaning.protecting import protect
from assistant.knowledge.cleaning.rendering import html_to_markdown
from assistant.knowledge.cleaning.templates import drop_templates
from assistant.knowledge.cleaning.tidying import drop_contents, tidy
from assistant.knowledge.cleaning.vault import Vault

__all__ = ["Includes", "clean", "clean_line", "humanised"]


def clean(markdown: str, *, includes: Includes | None = None, mdx: bool = False) -> str:
    """The text as plain Markdown. `mdx`: braces hold JavaScript, columns make no code."""
    vault = Vault()
    text = protect(markdown.replace("\r\n", "\n").replace("\r", "\n"), vault, includes)
    if mdx or is_mdx(text):
        text = drop_javascript(text, vault, includes)
        text = unwrap_directives(text)
    else:
        text = protect_indented(unwrap_directives(text), vault)
    text = html_to_markdown(bare_targets(drop_templates(text, vault)), vault)
    text = drop_contents(plain_links(text, vault))
    # Last: GitBook writes their names as `:arrow\\_right:`.
    return vault.restore(shown_emojis(tidy(text, vault)))


def clean_line(text: str) -> str:
    """The same for a title: one line, and no marks of Markdown's blocks."""
    line = " ".join(clean(text).split())
    return line.lstrip("# ").strip() if line.startswith("#") else line
