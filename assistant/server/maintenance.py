"""Calls of the owner's own command line, which must go through the process that owns the home."""

from __future__ import annotations

import hmac
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, StrictBool

from assistant.errors import NotAllowed
from assistant.server.dependencies import AssistantDep, TokenDep

router = APIRouter(prefix="/internal", include_in_schema=False)


class DoctorRequest(BaseModel):
    """`repair` also mends what is found."""

    repair: StrictBool = False


def _owner(assistant: AssistantDep, token: TokenDep) -> None:
    """Only who can read the home knows the secret."""
    given, secret = (token or "").encode(), assistant.secret.encode()
    if not secret or not hmac.compare_digest(given, secret):
        raise NotAllowed("This call is for the owner's command line alone; run: assistant doctor")


@router.post("/doctor", dependencies=[Depends(_owner)])
def doctor(body: DoctorRequest, assistant: AssistantDep) -> dict[str, Any]:
    """What is wrong with the home, each with its remedy; [] when all is well. And the error budget
    that holds."""
    found = assistant.doctor(repair=body.repair)
    return {"found": found, "budget": asdict(assistant.sureness.budget())}
