"""What every ApiTokenStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.errors import UnknownThing
from assistant.ports import Deed, Person
from assistant.ports.api_tokens import ApiToken
from assistant.testing.samples import NOON, token_of

ANA = Person("p1", "ana@company.example", "analyst", "hash")
SHEET = ApiToken("t1", "p1", "Weekly sheet", NOON)
DEED = Deed(NOON, "p1", "token_made", "t1", {})


class ApiTokenStoreContract:
    """Needs the fixture `store`: an empty one that is a PeopleStore too."""

    @pytest.fixture(autouse=True)
    def _an_analyst(self, store: Any) -> None:
        store.add_person(ANA)

    def test_a_token_is_its_persons_until_it_is_revoked(self, store: Any) -> None:
        store.add_api_token(token_of("secret"), SHEET, deed=DEED)
        assert store.api_tokens("p1") == [SHEET]
        assert store.api_token_person(token_of("secret"), NOON) == ANA
        assert store.api_token_person(token_of("other"), NOON) is None
        store.revoke_api_token("t1", person_id="p1", deed=replace(DEED, action="token_revoked"))
        assert store.api_token_person(token_of("secret"), NOON) is None
        assert store.api_tokens("p1") == []
        assert [deed.action for _, deed in store.deeds()] == ["token_revoked", "token_made"]

    def test_when_it_was_used_is_told_to_the_hour(self, store: Any) -> None:
        store.add_api_token(token_of("secret"), SHEET, deed=DEED)
        for minutes in (0, 30, 61):
            store.api_token_person(token_of("secret"), NOON + timedelta(minutes=minutes))
            if minutes == 30:
                assert store.api_tokens("p1")[0].used_at == NOON
        assert store.api_tokens("p1")[0].used_at == NOON + timedelta(minutes=61)

    def test_of_a_closed_account_no_token_opens_anything(self, store: Any) -> None:
        store.add_api_token(token_of("secret"), SHEET, deed=DEED)
        store.save_person(replace(ANA, disabled_at=NOON), deed=DEED)
        assert store.api_token_person(token_of("secret"), NOON) is None

    def test_nobody_revokes_anothers(self, store: Any) -> None:
        store.add_api_token(token_of("secret"), SHEET, deed=DEED)
        with pytest.raises(UnknownThing):
            store.revoke_api_token("t1", person_id="p2", deed=DEED)
        assert store.api_tokens("p1") == [SHEET]
        assert store.api_tokens("p2") == []

    def test_the_token_itself_is_never_kept(self, store: Any) -> None:
        with pytest.raises(ValueError, match="hash the token"):
            store.add_api_token("hai_secret", SHEET, deed=DEED)
