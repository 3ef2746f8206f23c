"""Settings, read once from the environment at start. A wrong value stops the start with one clear line."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AnyHttpUrl, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ServiceName = Literal["skills", "programs", "enrollment"]
SERVICES: tuple[ServiceName, ...] = ("skills", "programs", "enrollment")


class ConfigurationError(Exception):
    """The configuration cannot be used; the message is one line that names the variable."""


class Settings(BaseSettings):
    """Every setting of the suite. Each is the environment variable `UPSKILL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="UPSKILL_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the gateway listens on.")
    data_dir: Path = Field(Path("var"), description="Folder of the SQLite databases and the generated keys.")
    demo: bool = Field(False, description="1 = load the demo organisation into an empty installation.")
    admin_key: str | None = Field(
        None, min_length=20, description="The first administrator's API key; made and printed once if unset."
    )
    database_url: str | None = Field(
        None,
        description="postgresql+psycopg://…/upskill_{service}; `{service}` is replaced. Unset = SQLite.",
    )
    redis_url: str | None = Field(None, description="Optional: doorbells and limits shared by replicas.")
    keys_file: Path | None = Field(
        None,
        description="Private JWKS (Ed25519 inside, ES256 for API tokens). Unset = made in the data folder.",
    )
    signing_key_file: Path | None = Field(
        None, description="Private JWK (Ed25519) that signs credentials. Unset = the one in the keys file."
    )
    public_url: AnyHttpUrl | None = Field(
        None, description="Address under which the world sees the gateway. Unset = http://host:port."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Origins of portals that may call from a browser, separated by commas. None by default.",
    )
    oidc_issuer: AnyHttpUrl | None = Field(None, description="Issuer of the users' OpenID Connect tokens.")
    oidc_audience: str | None = Field(None, description="Audience those tokens must name.")
    oidc_person_claim: str = Field("sub", description="Claim that names the person (external id or e-mail).")
    oidc_admin_claim: str | None = Field(None, description="Claim that is true for L&D administrators.")
    requests_per_minute: int = Field(
        60_000,
        ge=0,
        description="What a caller may send a minute, unless their client has a rate of its own; 0 = no limit.",
    )
    webhook_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Inside networks (CIDR) that webhooks may reach, separated by commas."
    )
    skills_url: AnyHttpUrl | None = Field(None, description="Address of the skills service when it is remote.")
    programs_url: AnyHttpUrl | None = Field(None, description="Address of the programs service when it is remote.")
    enrollment_url: AnyHttpUrl | None = Field(None, description="Address of the enrollment service when it is remote.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    log_format: Literal["json", "console"] = Field("json", description="One JSON object a line, or for people.")

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        for name in ("cors_origins", "webhook_allow"):
            if isinstance(text := values.get(name), str):
                values[name] = tuple(part.strip() for part in text.split(",") if part.strip())
        return values

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.database_url is not None:
            if not self.database_url.startswith("postgresql+psycopg://"):
                raise ValueError("database_url must begin with postgresql+psycopg://")
            if "{service}" not in self.database_url:
                raise ValueError("database_url must contain {service}: every service has its own database")
        return self

    def database_for(self, owner: str) -> str:
        """The SQLAlchemy URL of `owner`'s own database (a service, or the gateway)."""
        if self.database_url is not None:
            return self.database_url.replace("{service}", owner)
        return f"sqlite+aiosqlite:///{self.data_dir.resolve() / owner}.db"

    def url_of(self, service: ServiceName) -> str | None:
        """Where a remote service listens; None when it runs in this process."""
        url: AnyHttpUrl | None = getattr(self, f"{service}_url")
        return str(url).rstrip("/") if url else None

    @cached_property
    def public_base(self) -> str:
        """The gateway's public address without a slash at its end."""
        return str(self.public_url).rstrip("/") if self.public_url else f"http://{self.host}:{self.port}"

    @property
    def keys_path(self) -> Path:
        return self.keys_file or self.data_dir / "keys.json"


def load_settings(**overrides: object) -> Settings:
    """Read the environment. Raises ConfigurationError with one line that names what is wrong."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigurationError("; ".join(_describe(e["loc"], e["msg"]) for e in error.errors())) from error


def _describe(location: tuple[int | str, ...], message: str) -> str:
    if not location:
        return message.removeprefix("Value error, ")
    return f"UPSKILL_{str(location[0]).upper()}: {message}"
