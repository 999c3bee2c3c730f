"""Days read as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.dates import short_day, shown_day

MARCH_9, MAY_1 = date(2026, 3, 9), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("day", "locale", "told", "short"),
    [
        (MARCH_9, "en", "9 March 2026", "9 Mar"),
        (MARCH_9, "fr-CA", "9 mars 2026", "9 mars"),
        (MAY_1, "en", "1 May 2026", "1 May"),
        (MAY_1, "fr", "1er mai 2026", "1er mai"),
        (MAY_1, "de", "1 May 2026", "1 May"),
    ],
)
def test_a_day_is_told_in_the_readers_language(
    day: date, locale: str, told: str, short: str
) -> None:
    assert (shown_day(day, locale), short_day(day, locale)) == (told, short)
