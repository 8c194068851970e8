"""Everything that a deployment may set, read once from the environment (prefix `FARO_`)."""

import secrets
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SECRET_CHARACTERS = 16  # shorter is a guess or what a template ships


class Mode(StrEnum):
    """Development serves drafts and makes demo accounts; production refuses both."""

    development = "development"
    production = "production"


class Settings(BaseSettings):
    """The settings of one installation.

    Raises:
        ValueError: in production, while a secret is missing or a placeholder.
    """

    model_config = SettingsConfigDict(env_prefix="FARO_", extra="ignore", hide_input_in_errors=True)

    mode: Mode = Mode.development
    host: str = "127.0.0.1"
    port: int = 8000
    var: Path = ROOT / "var"
    content_root: Path = ROOT  # holds content/ and locales/
    database: str = ""
    pepper: SecretStr = SecretStr("")
    bots: tuple[str, ...] = ("http://127.0.0.1:8005",)
    bot_secret: SecretStr = SecretStr("")
    bot_deadline_seconds: float = 1.8  # with a slow database behind it, still under three seconds
    serve_drafts: bool | None = None
    sealed: bool = True
    audit_heads: Path | None = None  # where the head of the audit log goes; best on another disk
    outbox_loopback: bool = False  # webhooks and Primero may be on http://127.0.0.1: for development and tests
    embed_origins: tuple[str, ...] = ()
    exit_to: str = "https://www.wikipedia.org/"
    sessions_per_source: str = "60/10 minutes"
    messages_per_conversation: str = "20/minute"
    sign_ins_per_account: str = "10/minute"
    figures_months: Literal[1, 3, 12] = 3  # a period of the statistics; choose once: two ways of cutting subtract to a third
    distressing_cases: int = 3  # after so many in a shift a counsellor is told that a pause is fine
    requests_per_client: str = "300/minute"  # of a helpline's own system
    argon2_mib: int = Field(default=64, ge=8)

    @property
    def production(self) -> bool:
        return self.mode is Mode.production

    @property
    def drafts(self) -> bool:
        """Unreviewed sentences are served in development, or by an explicit choice that the start-up log repeats."""
        return not self.production if self.serve_drafts is None else self.serve_drafts

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite+aiosqlite:///{self.var / 'faro.db'}"

    @property
    def heads(self) -> Path:
        return self.audit_heads or self.var / "audit-heads.log"

    @model_validator(mode="after")
    def secrets_are_set(self) -> Self:
        """A stolen database must not hold the pepper, so it lives in the environment or, in development, in a file."""
        if self.production:
            for name in ("pepper", "bot_secret"):
                if len(getattr(self, name).get_secret_value().strip()) < SECRET_CHARACTERS:
                    raise ValueError(f"FARO_{name.upper()} is missing or a placeholder: set a random value of 32 characters")
            if not self.sealed:
                raise ValueError("FARO_SEALED=false is for the control test of the vault, never for production")
            if self.outbox_loopback:
                raise ValueError("FARO_OUTBOX_LOOPBACK=true lets an admin reach into this machine: never in production")
        elif not self.pepper.get_secret_value():
            self.pepper = SecretStr(_secret_file(self.var / "pepper"))
        return self


def _secret_file(path: Path) -> str:
    """Read a secret that this machine made for itself, or make it on the first start."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()
