"""How long insights take on a site with many conversations: `python -m tests.bench.figures`.

Some are simulated as `assistant demo` does it, and then doubled inside the database under other
names, each copy as complete as the original. ASSISTANT_DATABASE_URL may name an empty PostgreSQL
database; otherwise it is a SQLite file that is thrown away.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, select, update

from assistant.adapters.sql.experiments import exposures
from assistant.adapters.sql.schema import (
    audit,
    conversations,
    events,
    feedback,
    handoffs,
    messages,
    surveys,
    turns,
    visitors,
)
from assistant.adapters.sql.schema_insights import customer_attributes
from assistant.adapters.sql.store import SqlStore
from assistant.domain.experiment import Experiment, Goal, Subject
from assistant.domain.segment import Between, Valued
from assistant.evaluation.simulated import plans
from assistant.evaluation.simulator import Clock, Simulator
from assistant.insights.experiments import result
from assistant.insights.report import report
from assistant.ports import Deed
from assistant.ports.figures import Cohort, Counted
from assistant.settings import load
from tests.bench.rows import Row, as_table

_COPIED = (visitors, conversations, messages, turns, handoffs, surveys, feedback, events)
_NAMES = ("id", "conversation_id", "message_id", "visitor_id")
_DAY = timedelta(days=1)
_COLLEAGUE = "sim-colleague"


def main() -> None:
    """Fill a database, roll it up, and time what the console asks."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.figures", description=__doc__)
    parser.add_argument("--simulated", type=int, default=1563, help="conversations (1563)")
    parser.add_argument("--doubled", type=int, default=7, help="so many times (7: 200,064)")
    parser.add_argument("--days", type=int, default=60, help="in which they began (60)")
    asked = parser.parse_args()
    now = datetime.now(UTC)
    clock = Clock(now)
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as folder:
        store = SqlStore(load(home=Path(folder)).database, now=clock)
        store.migrate()
        Simulator(store, clock).write(plans(asked.simulated, seed=1, until=now, days=asked.days))
        clock.at = now
        with store._db.write() as connection:
            _double(connection, asked.doubled)
            _tell_of_customers(connection)
        _try_on_all(store, now - asked.days * _DAY)
        sys.stdout.write(as_table(_measured(store, now)))
        store.close()


def _double(connection: Connection, times: int) -> None:
    same = func.substr(visitors.c.token_hash, times + 1)
    connection.execute(update(visitors).values(token_hash="0" * times + same))
    for n in range(times):
        for table in _COPIED:
            columns = [each for each in table.columns if not _counts_itself(each, table)]
            copies = select(*(_copied(each, n) for each in columns))
            connection.execute(insert(table).from_select([each.name for each in columns], copies))


def _tell_of_customers(connection: Connection) -> None:
    """Of each a plan, one of three, and how many orders; a colleague answered a tenth."""
    told = {"told_at": datetime.now(UTC)}
    ids = connection.execute(select(visitors.c.id)).scalars().all()
    rows = [
        {"visitor_id": id, "attribute": attribute, "value": str(value), "number": number} | told
        for n, id in enumerate(ids)
        for attribute, value, number in (
            ("plan", ("free", "pro", "team")[n % 3], None),
            ("orders", n % 50, n % 50),
        )
    ]
    connection.execute(insert(customer_attributes), rows)
    began = select(conversations.c.created_at, conversations.c.id).order_by(conversations.c.id)
    deeds = [
        {"at": at, "person_id": _COLLEAGUE, "action": "answered", "thing": id, "detail": {}}
        for at, id in connection.execute(began).all()[::10]
    ]
    connection.execute(insert(audit), deeds)


def _try_on_all(store: SqlStore, began: datetime) -> None:
    """An experiment that was met in every conversation."""
    tried = Experiment("x-1", "Dare more", Subject.MAX_WRONG, 0.2, 0.5, Goal.HELPED, began)
    store.start_experiment(tried, deed=Deed(began, _COLLEAGUE, "experiment_started", tried.id, {}))
    query = select(conversations.c.id, conversations.c.visitor_id, conversations.c.created_at)
    with store._db.write() as connection:
        rows = [
            {
                "experiment_id": tried.id,
                "conversation_id": id,
                "arm": tried.arm_of(visitor_id),
                "at": at,
            }
            for id, visitor_id, at in connection.execute(query)
        ]
        connection.execute(insert(exposures), rows)


def _counts_itself(column: Column[Any], table: Table) -> bool:
    return column.name == "id" and table in (surveys, events)


def _copied(column: Column[Any], n: int) -> Any:
    if column.name in _NAMES:
        return column + f"~{n}"
    if column is visitors.c.token_hash:
        return func.substr(column, 1, n) + "f" + func.substr(column, n + 2)
    return column


def _measured(store: SqlStore, now: datetime) -> list[Row]:
    until = datetime.combine(now.date(), clock_time(), UTC) + _DAY
    cohort = Cohort(until - 30 * _DAY, until, now, simulated=True)
    rows = [Row("conversations", store.simulated_conversations(), "")]
    rows += [_took("dashboard from the log alone", lambda: report(store, cohort))]
    started = time.perf_counter()
    while store.roll_up(settled=now + _DAY, limit=500):
        pass
    minutes = (time.perf_counter() - started) / 60
    rows += [Row("rolling all of them up, once", minutes, "min")]
    (tried,) = store.experiments()
    pro, few = Valued("plan", "pro"), Between("orders", 3, 10)
    asked = {
        "dashboard, last 30 days and the 30 before": lambda: report(store, cohort),
        "the same of one language": lambda: report(store, replace(cohort, locale="fr")),
        "the same of a third of the customers": lambda: report(store, replace(cohort, segment=pro)),
        "the same of a band of orders": lambda: report(store, replace(cohort, segment=few)),
        "the same of one colleague": lambda: report(store, replace(cohort, agent=_COLLEAGUE)),
        "which segments can be chosen": lambda: [
            store.numbers_of(each.attribute, simulated=True)
            for each in store.known_attributes(simulated=True)
        ],
        "an attribute beside each conversation": lambda: store.attribute_in(cohort, "plan"),
        "a list of 50 behind a number": lambda: store.counted(cohort, Counted.HANDED),
        "what analyses read of each conversation": lambda: store.facts(cohort),
        "what the table of conversations does": lambda: store.outcomes(cohort),
        "what people did": lambda: store.people_work(cohort),
        "an experiment that all of them met": lambda: result(store, tried, now=now),
    }
    rows += [_took(name, ask, at_most=1.0) for name, ask in asked.items()]
    started = time.process_time()
    report(store, cohort)
    rows += [Row("dashboard once more, processor time", time.process_time() - started, "s")]
    rows += [_took("checking all roll-ups against the log", store.wrong_roll_ups)]
    return rows


def _took(what: str, ask: Callable[[], object], *, at_most: float | None = None) -> Row:
    started = time.perf_counter()
    ask()
    return Row(what, time.perf_counter() - started, "s", at_most=at_most)


if __name__ == "__main__":
    main()
