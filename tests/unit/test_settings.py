"""Every setting is read once, checked, and named where it cannot work."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant import settings
from assistant.errors import WrongSetting
from assistant.settings import Settings, load


def test_without_a_single_variable_it_works() -> None:
    found = load()
    assert found.home == Path("data")
    assert found.database == "sqlite:///data/assistant.db"
    assert (found.model, found.tracing) == ("", False)


def test_variables_are_read_with_their_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", "/srv/help")
    monkeypatch.setenv("ASSISTANT_REPLY_HOURS", "4")
    monkeypatch.setenv("ASSISTANT_DATABASE_URL", "postgresql://db/help")
    monkeypatch.setenv("ASSISTANT_SOMETHING_ELSE", "ignored")
    found = load()
    assert (found.home, found.reply_hours) == (Path("/srv/help"), 4)
    assert found.database == "postgresql://db/help"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODEL_DEADLINE", "0"), ("MODEL_DEADLINE", "often"), ("MODEL_DEADLINE", "-1"),
        ("MODEL_DEADLINE", "999"), ("MAX_MESSAGE", "10"), ("MESSAGES_PER_MINUTE", "0"),
        ("REPLY_HOURS", "0"), ("REPLY_HOURS", "2.5"), ("TRACING", "perhaps"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_named_by_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"ASSISTANT_{name}", value)
    with pytest.raises(WrongSetting, match=f"^ASSISTANT_{name}: "):
        load()


def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("  s3cret\n")
    monkeypatch.setenv("ASSISTANT_MODEL_KEY_FILE", str(tmp_path / "key"))
    assert load().model_key.get_secret_value() == "s3cret"
    monkeypatch.setenv("ASSISTANT_MODEL_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(WrongSetting, match=r"^ASSISTANT_MODEL_KEY_FILE: .*none cannot be read"):
        load()


def test_a_home_that_is_a_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "data"))
    with pytest.raises(WrongSetting, match=r"^ASSISTANT_HOME: .*is a file; name a folder"):
        load()


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL_KEY", "s3cret")
    assert "s3cret" not in repr(load()) + str(load()) + load().model_dump_json()


def test_settings_do_not_change_once_they_are_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load().locale = "fr"  # type: ignore[misc]


def test_every_setting_says_what_it_is_for_or_is_a_folder() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
    assert {name.lower() for name in settings._SECRETS} <= Settings.model_fields.keys()
