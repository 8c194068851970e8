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
    proxies: int | None = Field(None, ge=0)  # of ours in front; unset: one in production on this machine alone, else none
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
    classes_per_source: str = "60/hour"  # a school is one source
    sign_ins_per_account: str = "10/minute"
    figures_months: Literal[1, 3, 12] = 3  # a period of the statistics; choose once: two ways of cutting subtract to a third
    distressing_cases: int = 3  # after so many in a shift a counsellor is told that a pause is fine
    requests_per_client: str = "300/minute"  # of a helpline's own system
    sign_ins_per_source: str = "60/minute"  # a helpline's office is one source
    public_url: str = ""  # where staff open the console; passkeys and single sign-on are bound to it
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    argon2_mib: int = Field(default=64, ge=8)

    @property
    def production(self) -> bool:
        return self.mode is Mode.production

    @property
    def hops(self) -> int:
        """How many proxies of ours a request comes through. On loopback nobody but a proxy of ours can reach Faro."""
        is_behind_one = self.production and self.host in ("127.0.0.1", "::1", "localhost")
        return int(is_behind_one) if self.proxies is None else self.proxies

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

    @property
    def origin(self) -> str:
        """Scheme, host and port of the console. A passkey needs a name for its host, so development uses `localhost`."""
        return self.public_url.rstrip("/") or f"http://localhost:{self.port}"

    @model_validator(mode="after")
    def sign_on_is_whole(self) -> Self:
        """Half a set-up of single sign-on, or one over plain http, is worse than none (RFC 9700 2.6)."""
        given = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret.get_secret_value())
        if any(given) and not all(given):
            raise ValueError("FARO_OIDC_ISSUER, FARO_OIDC_CLIENT_ID and FARO_OIDC_CLIENT_SECRET belong together")
        for name in ("public_url", "oidc_issuer"):
            if self.production and not (getattr(self, name) or "https://").startswith("https://"):
                raise ValueError(f"FARO_{name.upper()} must begin with https://")
        if self.production and self.oidc_issuer and not self.public_url:
            raise ValueError("FARO_PUBLIC_URL is missing: single sign-on comes back to it")
        return self

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
