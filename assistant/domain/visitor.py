"""Who a visitor is, as far as the site has vouched for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Profile:
    """What the site says of someone who is signed in there. `subject` is the site's own id of them.

    A visitor without a profile is anonymous.
    """

    subject: str
    name: str | None = None
    email: str | None = None
    plan: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is stored, and as agents see it in the case."""
        return asdict(self)
