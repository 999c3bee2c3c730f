"""reStructuredText becomes articles, with what Sphinx adds to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.article import Article
from assistant.errors import HalfUnderstood, UnreadableSource, Withheld
from assistant.knowledge.reader import read_source

pytestmark = pytest.mark.slow

GIFT = """\
:orphan:

.. _gift:

Return a gift
*************

Press :menuselection:`&File --> Return` or :kbd:`Ctrl+R`, see :ref:`costs`, :doc:`/delivery`
and :doc:`the delivery <delivery>`. Runs :py:func:`~shop.api.give`; `*a*` is |thing|.

.. note::

   Only *unused* items.

.. custom:: words of its own

   And a body with :odd:`strange words`.

.. tabs::

   .. group-tab:: France

      It is free.

.. code-block:: python
   :linenos:

   give(*args)

.. list-table::
   :header-rows: 1

   * - Where
     - Price
   * - France
     - free

.. versionadded:: 2.1

.. image:: menu.png
   :alt: The menu of returns

.. rubric:: More

.. include:: parts/end.rst
.. include:: ../outside.rst

.. toctree::

   delivery
"""
DELIVERY = (
    "========\nDelivery\n========\n\n.. _costs:\n\nWhat it costs\n-------------\n\nFive euros.\n"
)


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    folder = tmp_path / "manual"
    (folder / "parts").mkdir(parents=True)
    (folder / "conf.py").write_text(
        'import os\nrst_epilog = """\n.. |thing| replace:: a kettle\n"""\n'
    )
    (folder / "gift.rst").write_text(GIFT)
    (folder / "delivery.rst").write_text(DELIVERY)
    (folder / "parts/end.rst").write_text("The *end*, see :ref:`costs`.\n")
    (tmp_path / "outside.rst").write_text("Secret.\n")
    return folder


def test_a_manual_reads_as_sphinx_shows_it(manual: Path) -> None:
    records = list(read_source(manual))
    articles = {r.id: r for r in records if isinstance(r, Article)}
    # A part that others include is no page of its own.
    assert set(articles) == {"manual/delivery", "manual/gift"}
    assert articles["manual/gift"].title == "Return a gift"
    assert articles["manual/gift"].body == (
        "Press **File → Return** or `Ctrl+R`, see [What it costs](delivery#what-it-costs),"
        " [Delivery](delivery) and [the delivery](delivery). Runs `give`; \\*a\\* is a kettle.\n\n"
        "Only *unused* items.\n\nwords of its own\n\nAnd a body with strange words.\n\n"
        "**France**\n\nIt is free.\n\n```\ngive(*args)\n```\n\n"
        "| Where | Price |\n| --- | --- |\n| France | free |\n\nNew in version 2.1.\n\n"
        "![The menu of returns](menu.png)\n\n**More**\n\nThe *end*, see"
        " [What it costs](delivery#what-it-costs)."
    )
    assert articles["manual/delivery"].body == "## What it costs\n\nFive euros."


def test_what_is_not_understood_is_named_with_its_line_and_its_text_kept(manual: Path) -> None:
    noticed = [r for r in read_source(manual) if isinstance(r, HalfUnderstood)]
    assert {entry.reason for entry in noticed} == {
        "the directive “custom” is not known; its text was kept",
        "the role “odd” is not known; its text was kept",
        "it includes “../outside.rst”, which is not in this source",
    }
    (custom,) = [entry for entry in noticed if "custom" in entry.reason]
    assert (custom.path, custom.line) == (str(manual / "gift.rst"), 15)


def test_a_block_that_is_broken_keeps_its_text(tmp_path: Path) -> None:
    path = tmp_path / "x.rst"
    path.write_text("Title\n=====\n\n===== =====\nA     B\n===== =====\n1     2 too long\nno end\n")
    noticed, article = read_source(path)
    assert isinstance(noticed, HalfUnderstood)
    assert isinstance(article, Article)
    assert "2 too long" in article.body


def test_no_file_of_the_machine_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hunter2")
    folder = tmp_path / "docs"
    folder.mkdir()
    page = "Title\n=====\n\nText.\n\n"
    for directive in (
        "include",
        "literalinclude",
        "raw:: html\n   :file:",
        "csv-table::\n   :file:",
    ):
        page += f".. {directive}{'' if ':' in directive else '::'} {tmp_path / 'secret.txt'}\n\n"
    (folder / "a.rst").write_text(page)
    bodies = [r.body for r in read_source(folder) if isinstance(r, Article)]
    assert bodies
    assert "hunter2" not in bodies[0]


def test_a_page_that_only_lists_others_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text("All\n===\n\n.. toctree::\n\n   b\n")
    (tmp_path / "b.rst").write_text("B\n=\n\nText.\n")
    listed, article = read_source(tmp_path)
    assert isinstance(listed, Withheld)
    assert isinstance(article, Article)


def test_a_page_that_includes_itself_comes_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text("A\n=\n\nText.\n\n.. include:: a.rst\n")
    assert list(read_source(tmp_path / "a.rst"))


def test_an_empty_page_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.rst").write_text(".. a comment\n")
    (error,) = read_source(tmp_path / "a.rst")
    assert isinstance(error, UnreadableSource)
    assert "empty" in error.reason
