"""Which judgements of agents stand: of a question the last one counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, not_, or_, select, true

from assistant.adapters.sql.schema import judgements
from assistant.case_ports import Verdict

NOTHING = judgements.c.verdict == Verdict.NOTHING_ANSWERS.value


def stands(
    judged: Any = judgements, *, seen: Callable[[Any], ColumnElement[bool]] = lambda _: true()
) -> ColumnElement[bool]:
    """As `standing` tells it; `seen`: of which later ones it is known."""
    later = judgements.alias("later_judged")
    nothing = Verdict.NOTHING_ANSWERS.value
    instead = select(later.c.id).where(
        later.c.conversation_id == judged.c.conversation_id,
        later.c.question == judged.c.question,
        later.c.id > judged.c.id,
        or_(later.c.verdict == nothing, judged.c.verdict == nothing),
        seen(later),
    )
    return not_(instead.correlate_except(later).exists())
