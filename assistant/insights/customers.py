"""Scores beside what the company told of its customers: by the values of an attribute, or by bands
of its numbers. It says what comes together, never what causes it. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from assistant.domain.segment import Between, Segment, Untold, Valued
from assistant.insights.rates import Estimate, Rate, mean
from assistant.ports.customers import Known, Told
from assistant.ports.figures import GOOD, Fact

BANDS = 4
"""Into so many, each with about as many customers, numbers are parted; so few different ones stand
by themselves."""
MOST = 20
"""Values that stand by themselves."""


@dataclass(frozen=True)
class Group:
    """Conversations of the customers of one segment."""

    segment: Segment
    conversations: int
    csat: Rate
    helped: Rate
    handed: Rate
    effort: Estimate | None
    """Mean of the effort index; None below ten that were read."""


@dataclass(frozen=True)
class ByCustomers:
    """`groups`: with the most conversations first, bands in their order, what is not told last;
    `left`: how many further values have conversations."""

    attribute: str
    groups: Sequence[Group]
    left: int


def by_customers(
    facts: Sequence[Fact], told: Mapping[str, Told], known: Known, *, numbers: Mapping[float, int]
) -> ByCustomers:
    """`told`: of the conversation's customer, by conversation; `numbers`: how many customers have
    each, of an attribute that has numbers alone."""
    name = known.attribute
    edges = band_edges(numbers) if known.numeric else []
    segment_of = _in_bands(name, edges) if edges else _by_value(name)
    found: dict[Segment, list[Fact]] = {}
    for fact in facts:
        value = told.get(fact.conversation_id)
        found.setdefault(Untold(name) if value is None else segment_of(value), []).append(fact)
    groups = [_group(segment, those) for segment, those in found.items()]
    untold = [each for each in groups if isinstance(each.segment, Untold)]
    others = [each for each in groups if not isinstance(each.segment, Untold)]
    others.sort(key=_low if edges else _most_first)
    return ByCustomers(name, [*others[:MOST], *untold], left=max(0, len(others) - MOST))


def segments_of(known: Known, numbers: Mapping[float, int]) -> Sequence[Segment]:
    """In which an attribute parts customers: bands in their order, or the values of most."""
    name = known.attribute
    edges = band_edges(numbers) if known.numeric else []
    if edges:
        return [*_bands(name, edges), Untold(name)]
    return [*(Valued(name, value) for value, _ in known.values), Untold(name)]


def band_edges(numbers: Mapping[float, int]) -> Sequence[float]:
    """Where one band ends and the next begins; none where few different numbers are told."""
    if len(numbers) <= BANDS:
        return []
    in_order = sorted(numbers)
    so_far = list(accumulate(numbers[number] for number in in_order))
    wanted = [so_far[-1] * part / BANDS for part in range(1, BANDS)]
    edges = (in_order[min(bisect_right(so_far, share), len(in_order) - 1)] for share in wanted)
    return sorted({edge for edge in edges if edge > in_order[0]})


def _by_value(name: str) -> Callable[[Told], Segment]:
    return lambda told: Valued(name, told.value)


def _in_bands(name: str, edges: Sequence[float]) -> Callable[[Told], Segment]:
    bands = _bands(name, edges)
    return lambda told: bands[bisect_right(edges, told.number or 0.0)]


def _bands(name: str, edges: Sequence[float]) -> Sequence[Between]:
    return [Between(name, low, high) for low, high in pairwise([None, *edges, None])]


def _group(segment: Segment, facts: Sequence[Fact]) -> Group:
    rated = [fact.csat for fact in facts if fact.csat is not None]
    effort = Counter(fact.effort for fact in facts if fact.effort is not None)
    return Group(
        segment,
        conversations=len(facts),
        csat=Rate(sum(csat >= GOOD["csat"] for csat in rated), len(rated)),
        helped=Rate(sum(fact.helped for fact in facts), len(facts)),
        handed=Rate(sum(fact.reason is not None for fact in facts), len(facts)),
        effort=mean(effort, scale=(0, 100)),
    )


def _most_first(group: Group) -> tuple[int, str]:
    return -group.conversations, str(group.segment)


def _low(group: Group) -> float:
    low = group.segment.low if isinstance(group.segment, Between) else None
    return float("-inf") if low is None else low
