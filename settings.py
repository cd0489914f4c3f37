"""Every setting of a deployment, read from the environment (and a `.env` file), typed.

A wrong value stops the start with the setting's name; see `.env.example` for a sentence on each.
"""

import os
import secrets
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from errors import SettingsError

ROOT = Path(__file__).resolve().parent

Rate = Annotated[str, Field(pattern=r"^[1-9]\d{0,6} ?(/|per) ?(\d+ ?)?(second|minute|hour|day)s?$")]
_ROLE = "(counsellor|supervisor|administrator)"
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """The settings of one deployment. Environment names are the upper-case field names."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    tawjih_home: Path = Field(ROOT / "var", description="Folder for all state.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in TAWJIH_HOME.")
    host: str = Field("127.0.0.1", description="Address that the edge listens on.")
    port: Port = Field(8000, description="Port of the edge, the only public one.")
    rasa_port: Port = Field(5005, description="Port of the dialogue server, loopback.")
    actions_port: Port = Field(5055, description="Port of the action server, loopback.")
    rasa_url: str = Field("", description="Where the dialogue answers; empty: loopback.")
    actions_url: str = Field("", description="Where the actions answer; empty: loopback.")
    dialogue_secret: SecretStr = Field(
        SecretStr(""),
        description="Bearer secret of the dialogue's channel; empty: made once in TAWJIH_HOME.",
    )
    dialogue_timeout: float = Field(
        15.0, gt=0, le=120, description="Seconds to wait for the dialogue before saying it is slow."
    )
    rest_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token of the REST channel; may be empty in the demo profile alone.",
    )
    translation_index: str = Field(
        "", description="Index of translation packages; empty: the one of Argos."
    )
    translation_threads: int = Field(
        1, ge=1, le=64, description="Threads that translate, in a process of their own."
    )
    translation_idle: float = Field(
        300.0, gt=0, description="Seconds without work after which the models leave the memory."
    )
    alerts_most: int = Field(5, ge=1, le=50, description="Alerts that one person may have.")
    alerts_listings: int = Field(3, ge=1, le=10, description="Listings in one alert's message.")
    alerts_quiet_from: int = Field(
        21, ge=0, le=23, description="Hour from which nobody is written to unasked."
    )
    alerts_quiet_until: int = Field(8, ge=0, le=23, description="Hour until which that holds.")
    rate_person: Rate = Field("30/minute", description="Messages taken from one person.")
    rate_address: Rate = Field("600/minute", description="Messages taken from one IP address.")
    rate_channel: Rate = Field("60000/minute", description="Messages taken from one channel.")
    redis_url: SecretStr = Field(
        SecretStr(""),
        description="Redis in which several edges count together; empty: each for itself.",
    )
    web_origins: str = Field(
        "", description="Origins whose pages may hold the chat, between commas; ours always may."
    )
    web_secret: SecretStr = Field(
        SecretStr(""),
        description="Signs the visitors' tokens; empty: made once in TAWJIH_HOME.",
    )
    desk_idle: int = Field(
        60, ge=5, le=1440, description="Minutes without use after which the desk signs out."
    )
    desk_session: int = Field(
        12, ge=1, le=168, description="Hours after which the desk signs out, used or not."
    )
    desk_totp: bool = Field(
        default=True,
        description="Whether the desk's local accounts sign in with a second step.",
    )
    files_megabytes: int = Field(
        5, ge=1, le=20, description="Megabytes of the largest file that is taken or sent."
    )
    files_days: int = Field(30, ge=1, le=3650, description="Days after which files are deleted.")
    files_space: int = Field(
        2000, ge=10, description="Megabytes of all files together; then no more are taken."
    )
    clamd: str = Field(
        "", description="ClamAV's daemon that scans files: a socket's path or host:port."
    )
    public_url: str = Field(
        "", description="Where the world reaches the edge, such as https://chat.emploi.example."
    )
    telegram_token: SecretStr = Field(
        SecretStr(""), description="The bot's token, from @BotFather; empty: no Telegram."
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        "polling", description="Fetch updates, or have them brought to PUBLIC_URL."
    )
    telegram_secret: SecretStr = Field(
        SecretStr(""),
        description="What Telegram shows at the webhook; empty: made from the token.",
    )
    telegram_base_url: str = Field(
        "https://api.telegram.org", description="Where Telegram's Bot API is."
    )
    whatsapp_token: SecretStr = Field(
        SecretStr(""), description="Access token of WhatsApp's Cloud API; empty: no WhatsApp."
    )
    whatsapp_number_id: str = Field("", description="Meta's id of the number; not the number.")
    whatsapp_app_secret: SecretStr = Field(
        SecretStr(""), description="Secret of the Meta app that signs WhatsApp's webhooks."
    )
    whatsapp_verify_token: SecretStr = Field(
        SecretStr(""), description="Word of our own for the handshake of WhatsApp's webhook."
    )
    whatsapp_base_url: str = Field(
        "https://graph.facebook.com/v23.0", description="The Graph API that WhatsApp is sent by."
    )
    messenger_token: SecretStr = Field(
        SecretStr(""), description="Access token of the Facebook page; empty: no Messenger."
    )
    messenger_app_secret: SecretStr = Field(
        SecretStr(""), description="Secret of the Meta app that signs Messenger's webhooks."
    )
    messenger_verify_token: SecretStr = Field(
        SecretStr(""), description="Word of our own for the handshake of Messenger's webhook."
    )
    messenger_base_url: str = Field(
        "https://graph.facebook.com/v23.0", description="The Graph API that Messenger is sent by."
    )
    oidc_issuer: str = Field(
        "", description="Issuer of the organisation's OpenID Connect provider; empty: none."
    )
    oidc_client_id: str = Field("", description="The desk's client id there.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="The client's secret.")
    oidc_scopes: str = Field("openid email profile", description="Scopes that are asked for.")
    oidc_role_claim: str = Field("roles", description="Claim with roles; dots lead into it.")
    oidc_roles: str = Field(
        "",
        pattern=rf"^({_ROLE}=[^,=\s]+(,{_ROLE}=[^,=\s]+)*)?$",
        description="Which value of the claim is which role: counsellor=…,supervisor=…",
    )
    chatwoot_url: str = Field(
        "",
        description="Chatwoot that is the desk as well, such as https://desk.example; empty: none.",
    )
    chatwoot_inbox: str = Field("", description="Identifier of Chatwoot's API channel.")
    chatwoot_secret: SecretStr = Field(
        SecretStr(""), description="Secret by which that channel signs its webhooks."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Bearer token of /metrics; empty: from this machine alone."
    )
    profile: Path = Field(ROOT / "profile.yml", description="The deployment's profile.")
    log_format: str = Field("console", pattern="^(console|json)$", description="console or json.")
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged."
    )

    @field_validator("tawjih_home", "profile")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.tawjih_home / 'tawjih.db'}"

    @cached_property
    def dialogue(self) -> str:
        """Base URL of the dialogue server, without a trailing slash."""
        return (self.rasa_url or f"http://127.0.0.1:{self.rasa_port}").rstrip("/")

    @cached_property
    def actions(self) -> str:
        """Base URL of the action server, without a trailing slash."""
        return (self.actions_url or f"http://127.0.0.1:{self.actions_port}").rstrip("/")

    @cached_property
    def secret(self) -> str:
        """The bearer secret between edge and dialogue, made at first use if none is set."""
        given = self.dialogue_secret.get_secret_value()
        return given or _kept_secret(self.tawjih_home / "dialogue.secret")

    @cached_property
    def visitors_secret(self) -> str:
        """The secret that signs the tokens of the web channel's visitors, made at first use."""
        given = self.web_secret.get_secret_value()
        return given or _kept_secret(self.tawjih_home / "web.secret")

    @classmethod
    def load(cls) -> Self:
        """Read the settings.

        Raises:
            SettingsError: naming each setting that is wrong.
        """
        try:
            return cls()
        except ValidationError as error:
            lines = [f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
            raise SettingsError("; ".join(lines)) from None


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and then linked: the processes of a deployment start at the same moment, and
    # none of them may read a file that another has made and not yet filled. The first link wins.
    with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)
    return path.read_text(encoding="ascii").strip()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings, read once."""
    return Settings.load()
