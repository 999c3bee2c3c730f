"""Who a visitor is, as the company's own site signs it: a JSON Web Token, HS256, short-lived."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import jwt

from assistant.domain.visitor import Profile
from assistant.errors import NotAllowed, UnknownThing, WrongSetting

LONGEST_TOKEN = 8 * 1024
LONGEST_SUBJECT = 200
SHORTEST_SECRET = 32
"""Bytes: as many as HS256 makes of it (RFC 7518)."""
_LEEWAY_S = 30
_SEAL = b"assistant: never ask again"
"""What a seal is for: it is good for nothing else that the secret signs."""
_OWN = {"sub", "name", "email", "plan", "exp", "iat", "nbf", "iss", "aud", "jti"}


class IdentityCheck:
    """Reads what the site signed with the shared secret; without a secret nobody is known."""

    def __init__(self, secret: str) -> None:
        if secret and len(secret.encode()) < SHORTEST_SECRET:
            raise WrongSetting(
                "ASSISTANT_IDENTITY_SECRET", f"it is shorter than {SHORTEST_SECRET} bytes"
            )
        self._secret = secret

    def sealed(self, id: str) -> str:
        """The id with a seal that nobody else can make and that never expires; a changed secret
        breaks it. NotAllowed without a secret."""
        if not self._secret:
            raise NotAllowed("Nothing can be sealed here; set ASSISTANT_IDENTITY_SECRET.")
        return f"{id}.{self._seal(id)}"

    def unsealed(self, code: str) -> str:
        """The id that was sealed; UnknownThing for a code that this secret did not make."""
        id, _, seal = code.rpartition(".")
        if not self._secret or not hmac.compare_digest(seal.encode(), self._seal(id).encode()):
            raise UnknownThing("way out", "with this code")
        return id

    def _seal(self, id: str) -> str:
        key = hmac.digest(self._secret.encode(), _SEAL, hashlib.sha256)
        digest = hmac.digest(key, id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def profile(self, token: str) -> Profile:
        """Of the person that the token names. NotAllowed where it is not to be trusted."""
        if not self._secret:
            raise NotAllowed(
                "This server checks no identities; set ASSISTANT_IDENTITY_SECRET to identify."
            )
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                leeway=_LEEWAY_S,
                options={"require": ["exp", "sub"], "verify_aud": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise NotAllowed(
                "The identity token has expired; let the site sign a new one."
            ) from error
        except jwt.PyJWTError as error:
            raise NotAllowed(
                "The identity token is not valid; sign it with HS256 and the shared secret, "
                "with 'sub', a text, and 'exp'."
            ) from error
        if not claims["sub"].strip() or len(claims["sub"]) > LONGEST_SUBJECT:
            # One name for several people would give each the others' conversations.
            raise NotAllowed(
                f"The identity token's 'sub' is empty or over {LONGEST_SUBJECT} characters; "
                "sign the id of one person."
            )
        return _profile(claims)


def _profile(claims: dict[str, Any]) -> Profile:
    return Profile(
        subject=claims["sub"],
        name=_text(claims, "name"),
        email=_text(claims, "email"),
        plan=_text(claims, "plan"),
        attributes={name: value for name, value in claims.items() if name not in _OWN},
    )


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value.strip()[:254] or None if isinstance(value, str) else None
