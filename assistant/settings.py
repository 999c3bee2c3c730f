"""The one place where settings are declared, read and checked.

Every setting is an environment variable with the prefix ASSISTANT_; secrets also come from a file
named by the same variable with _FILE behind it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import WrongSetting

_SECRETS = (
    *("MODEL_KEY", "IDENTITY_SECRET", "SMTP_PASSWORD"),
    *("HELPDESK_KEY", "HELPDESK_SECRET", "OIDC_SECRET"),
    *("ZENDESK_KEY", "INTERCOM_KEY", "FRESHDESK_KEY", "CHATWOOT_KEY"),
)


class Settings(BaseSettings):
    """Frozen; made once at start by `load`."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", frozen=True, extra="ignore")

    home: Path = Field(Path("data"), description="Folder of everything that the owner has.")
    database_url: str = Field(
        "",
        description="SQLAlchemy URL; empty: SQLite in ASSISTANT_HOME. postgresql://… also works.",
    )
    chroma_url: str = Field(
        "", description="http://host:port of a Chroma server; empty: embedded in ASSISTANT_HOME."
    )
    embedder: str = Field(
        "bilingual",
        description="The built-in encoder, a sentence-transformers folder, or an import path.",
    )
    model: str = Field(
        "", description="Language model as provider:model; empty: extractive answers."
    )
    model_url: str = Field("", description="Base URL of an OpenAI-compatible server.")
    model_key: SecretStr = Field(SecretStr(""), description="Key of the language model's service.")
    model_deadline: float = Field(
        12.0,
        gt=0,
        le=120,
        description="Seconds after which the extractive answer goes out instead.",
    )
    tracing: bool = Field(
        default=False,
        description="Let LangChain's own tracing variables send prompts, customers' words in them.",
    )
    locale: str = Field("en", description="Locale where neither the page nor the words tell one.")
    max_message: int = Field(
        4000, ge=100, le=100_000, description="Longest message, in characters."
    )
    messages_per_minute: int = Field(
        30, ge=1, le=10_000, description="Messages that one visitor may send in a minute."
    )
    conversations_per_minute: int = Field(
        120, ge=1, le=10_000, description="Conversations that one address may start in a minute."
    )
    identity_secret: SecretStr = Field(
        SecretStr(""),
        description="Shared with your site, which signs who its visitors are; 32 bytes or more.",
    )
    site_url: str = Field("", description="The company's site; empty: / shows the sample shop.")
    logo_url: str = Field(
        "",
        pattern=r"^(https?://[^\s;,'\"]+|/[^\s;,'\"]*)?$",
        description="Shown in the widget and when the help center is shared.",
    )
    public_url: str = Field(
        "", description="Where customers reach this server, for links in mails."
    )
    smtp_host: str = Field("", description="Mail server; empty: no mails are sent.")
    smtp_port: int = Field(587, ge=1, le=65_535, description="Its port; 465 where TLS is `tls`.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="`starttls`, `tls` from the first byte, or `none`."
    )
    smtp_user: str = Field("", description="Who signs in to the mail server; empty: nobody.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Of that user.")
    mail_after: int = Field(
        60,
        ge=5,
        le=86_400,
        description="Seconds in which a customer may see a reply here before it is mailed.",
    )
    webhook_private: bool = Field(
        default=False, description="Let webhooks reach private addresses and unencrypted ones."
    )
    oidc_issuer: str = Field(
        "",
        description="Identity provider by which people sign in to the console too (OpenID "
        "Connect): https://login.company.example.",
    )
    oidc_client: str = Field("", description="Our id there.")
    oidc_secret: SecretStr = Field(SecretStr(""), description="Our secret there.")
    oidc_roles: str = Field(
        "",
        description="Who gets which role: `support-leads=lead, support=agent`, the first that "
        "fits; empty: who has an account here.",
    )
    oidc_claim: str = Field("groups", description="What holds somebody's groups there.")
    helpdesk: str = Field(
        "",
        description="Where people answer too: `zendesk`, `freshdesk`, `chatwoot`, `zammad`, or an "
        "import path; empty: in the console alone.",
    )
    helpdesk_url: str = Field("", description="Its address: https://company.zendesk.com.")
    helpdesk_key: SecretStr = Field(
        SecretStr(""),
        description="Its key or access token; Zendesk's as you@company.example/token:KEY.",
    )
    helpdesk_group: str = Field(
        "",
        description="Who gets cases there: a group's id (Zendesk, Freshdesk), its name (Zammad), "
        "account and inbox as 1/7 (Chatwoot).",
    )
    helpdesk_customer: str = Field(
        "",
        description="Address in whose name cases are opened there: Zammad needs one, Zendesk takes "
        "the key's owner without.",
    )
    helpdesk_secret: SecretStr = Field(
        SecretStr(""),
        description="What its webhooks to /api/v1/helpdesk are signed with, 16 bytes or more; "
        "empty: it is asked now and then, and cannot ring.",
    )
    mail_from: str = Field("", description="Sender of mails: Help <help@company.example>.")
    allowed_origins: str = Field(
        "", description="Origins that may embed the widget, separated by spaces; empty: any."
    )
    attachment_mb: int = Field(
        10,
        ge=0,
        le=50,
        description="Largest file that customers may send, in MiB; 0: none.",
    )
    max_wrong: float = Field(
        0.15,
        gt=0,
        lt=1,
        description="Share of the answers that may be wrong; the lower, the more often the "
        "assistant asks back or offers a person.",
    )
    withdraw_share: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Share of a source's articles that a sync withdraws without being told to.",
    )
    sync_private: bool = Field(
        default=False, description="Let a sync read web sites and services at private addresses."
    )
    zendesk_key: SecretStr = Field(
        SecretStr(""),
        description="you@example.com/token:KEY; without it only what the public reads is synced.",
    )
    intercom_key: SecretStr = Field(SecretStr(""), description="Access token of Intercom.")
    freshdesk_key: SecretStr = Field(SecretStr(""), description="API key of Freshdesk.")
    chatwoot_key: SecretStr = Field(SecretStr(""), description="Access token of Chatwoot.")
    site_pages: int = Field(
        2000, ge=1, le=100_000, description="Most pages that a sync of a web site reads."
    )
    site_mb: int = Field(200, ge=1, le=10_000, description="Most MB that it reads.")
    site_minutes: float = Field(30.0, gt=0, le=1440, description="Most minutes that it takes.")
    site_pause: float = Field(
        0.2, ge=0, le=60, description="Seconds between two requests to a web site or service."
    )
    survey_share: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Share of the assistant's conversations after which customers are asked how it "
        "was.",
    )
    survey_share_people: float = Field(
        1.0,
        ge=0,
        le=1,
        description="The same, of conversations that a person was called to, or wrote in.",
    )
    survey_quiet_days: int = Field(
        7,
        ge=0,
        le=365,
        description="Days for which a customer who was asked by a survey, and answered or not, is "
        "asked about no other conversation.",
    )
    nps_share: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Share of the customers who are asked, in place of a survey, whether they "
        "would recommend you.",
    )
    nps_quiet_days: int = Field(
        180, ge=1, le=3650, description="Days for which nobody is asked that again."
    )
    nps_mail_days: int = Field(
        0,
        ge=0,
        le=60,
        description="Days after the last conversation of a customer, whose address your site "
        "signed, on which that is asked by mail; 0: never by mail.",
    )
    reply_hours: int = Field(
        24, ge=1, le=720, description="Within how many hours a person promises to reply."
    )
    idle_days: int = Field(
        3,
        ge=0,
        le=365,
        description="Days in which nobody writes in a person's case, and nothing in it is due, "
        "after which it asks for that person and for leads; 0: never.",
    )

    @field_validator("home")
    @classmethod
    def _a_folder(cls, home: Path) -> Path:
        if home.exists() and not home.is_dir():
            raise ValueError(f"{home} is a file; name a folder")
        return home

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'assistant.db'}"


def load(**overrides: Any) -> Settings:
    """Read the environment; raises WrongSetting that names the variable and what it may be."""
    for name in _SECRETS:
        path = os.environ.get(f"ASSISTANT_{name}_FILE")
        if path and name.lower() not in overrides:
            overrides[name.lower()] = _secret(name, path)
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = "ASSISTANT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise WrongSetting(name, first["msg"]) from error


def _secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise WrongSetting(f"ASSISTANT_{name}_FILE", f"{path} cannot be read") from error
