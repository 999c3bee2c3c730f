"""OpenID Connect (openid.net/specs/openid-connect-core-1_0.html): the authorization code flow with
PKCE (RFC 7636). PyJWT checks the signature of what comes back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt

from assistant.adapters.guarded_http import Limits, PrivateAddress, exchange
from assistant.errors import NotAllowed, NotDelivered
from assistant.ports.identity_provider import Attempt, Claims

# Signed with a key that the provider alone has: never `none`, never a secret that we share.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
FRESH_S = 3600
LEEWAY_S = 60
WHOLE_S = 10.0
MOST_BYTES = 1024 * 1024
_PATH = "/.well-known/openid-configuration"
_SETTING = "ASSISTANT_OIDC_ISSUER"


@dataclass(frozen=True)
class Client:
    """Us, as the provider knows us. `allow_private`: it may be in our own network."""

    issuer: str
    id: str
    secret: str = field(repr=False)
    allow_private: bool = False


class Oidc:
    """Keeps the port `IdentityProvider`. What the provider says of itself is believed an hour."""

    def __init__(self, client: Client, *, whole_s: float = WHOLE_S) -> None:
        self._client, self._limits = client, Limits(whole_s=whole_s, most=MOST_BYTES)
        self._lock = threading.Lock()
        self._read: dict[str, tuple[float, Any]] = {}

    def sign_in_url(self, attempt: Attempt, *, back: str) -> str:
        digest = hashlib.sha256(attempt.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": back,
            "scope": "openid email profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        endpoint = self._endpoint("authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def claims(self, code: str, attempt: Attempt, *, back: str) -> Claims:
        tokens = self._tokens(code, attempt, back=back)
        held = self._verified(str(tokens.get("id_token", "")))
        if not hmac.compare_digest(str(held.get("nonce", "")), attempt.nonce):
            raise NotAllowed("The identity provider answered another sign-in; try again.")
        if "email" not in held and tokens.get("access_token"):
            held = self._with_more(held, str(tokens["access_token"]))
        verified = held.get("email_verified") in (True, "true")
        return Claims(
            self._client.issuer,
            str(held["sub"]),
            str(held["email"]) if verified and held.get("email") else None,
            str(held.get("name") or ""),
            held,
        )

    def check(self) -> None:
        self._configuration()

    def _tokens(self, code: str, attempt: Attempt, *, back: str) -> dict[str, Any]:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._client.id,
            "client_secret": self._client.secret,
            "code_verifier": attempt.verifier,
        }
        status, found = self._ask("POST", self._endpoint("token_endpoint"), form=sent)
        if status in (400, 401):
            raise NotAllowed("The identity provider refused this sign-in; try again.")
        if status != 200:
            raise NotDelivered(f"{self._host()} answers with {status}.")
        return found

    def _verified(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = self._key(header.get("kid"))
            held: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[each for each in ALGORITHMS if each == header.get("alg")],
                audience=self._client.id,
                issuer=self._client.issuer,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise NotAllowed(
                f"What the identity provider says does not hold ({type(error).__name__})."
            ) from error
        if isinstance(held["aud"], list) and held.get("azp", self._client.id) != self._client.id:
            raise NotAllowed("What the identity provider says was meant for another.")
        return held

    def _with_more(self, held: dict[str, Any], token: str) -> dict[str, Any]:
        """The address may be told apart from the rest; only of the same person."""
        endpoint = self._configuration().get("userinfo_endpoint")
        if not endpoint:
            return held
        status, more = self._ask("GET", endpoint, headers={"Authorization": f"Bearer {token}"})
        if status != 200 or more.get("sub") != held["sub"]:
            return held
        return {**more, **held}

    def _key(self, kid: str | None) -> jwt.PyJWK:
        """A key that is not known is looked for once more: providers change theirs."""
        for fresh in (False, True):
            keys = self._document(self._endpoint("jwks_uri"), fresh=fresh).get("keys", [])
            usable = [each for each in keys if each.get("use", "sig") == "sig"]
            found = [each for each in usable if kid is None or each.get("kid") == kid]
            if found:
                return jwt.PyJWK(found[0])
        raise jwt.InvalidKeyError("unknown key")

    def _endpoint(self, name: str) -> str:
        endpoint = self._configuration().get(name)
        if not isinstance(endpoint, str):
            raise NotDelivered(f"{self._host()} names no {name}; check {_SETTING}.")
        return endpoint

    def _configuration(self) -> dict[str, Any]:
        found = self._document(self._client.issuer.rstrip("/") + _PATH)
        if found.get("issuer") != self._client.issuer:
            raise NotDelivered(f"{self._host()} is another issuer; check {_SETTING}.")
        return found

    def _document(self, url: str, *, fresh: bool = False) -> dict[str, Any]:
        with self._lock:
            read_at, found = self._read.get(url, (0.0, None))
        if found is None or fresh or time.monotonic() - read_at > FRESH_S:
            status, found = self._ask("GET", url)
            if status != 200:
                raise NotDelivered(f"{self._host()} answers with {status}; check {_SETTING}.")
            with self._lock:
                self._read[url] = time.monotonic(), found
        return dict(found)

    def _ask(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        schemes = ("https", "http") if self._client.allow_private else ("https",)
        if urlsplit(url).scheme not in schemes:
            raise NotDelivered(f"{self._host()} has an unencrypted address; check {_SETTING}.")
        sent = {"Accept": "application/json", **(headers or {})}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form).encode()
        try:
            response = exchange(
                method,
                url,
                body,
                sent,
                allow_private=self._client.allow_private,
                limits=self._limits,
            )
            found = json.loads(response.content or b"{}")
        except PrivateAddress as error:
            raise NotDelivered(
                f"{self._host()} lies at a private address; if that is meant, "
                "set ASSISTANT_WEBHOOK_PRIVATE=true."
            ) from error
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            raise NotDelivered(
                f"{self._host()} cannot be understood ({type(error).__name__}); check {_SETTING}."
            ) from error
        return response.status, found if isinstance(found, dict) else {}

    def _host(self) -> str:
        return urlsplit(self._client.issuer).hostname or "The identity provider"
