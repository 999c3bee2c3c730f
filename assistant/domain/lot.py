"""A lot that each visitor draws once for each purpose: who is in a sample stays in it. Pure."""

from __future__ import annotations

import hashlib


def lot(visitor_id: str, *, of: str) -> float:
    """From 0 to below 1, evenly spread, always the same for this visitor and purpose; what was
    drawn for one purpose tells nothing of another."""
    digest = hashlib.sha256(f"{of}\0{visitor_id}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
