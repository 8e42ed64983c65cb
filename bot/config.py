"""The settings: parsed once at start, passed on as values.

Every setting has one environment variable; the same value may come from a secret file or a TOML file
(see `config_sources`). In TOML the keys are the field names below: `database_url = "postgres://…"`.
"""

import base64
import binascii
import difflib
import os
import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config_sources import ConfigurationError, Layer, default_data_dir, layers, variable

__all__ = ["ConfigurationError", "Settings", "load", "variable"]

# What to do about a bad value, by field. The sentence never repeats the value: it may be a secret.
REMEDIES = {
    "slack_bot_token": "copy the Bot User OAuth Token, which starts with xoxb-, from OAuth & Permissions of your app",
    "slack_app_token": "create an App-Level Token with the scope connections:write, which starts with xapp-, under "
    "Basic Information of your app; leave it out to use HTTP",
    "slack_signing_secret": "copy the Signing Secret, one word without spaces, from Basic Information of your app",
    "data_dir": "give a directory",
    "database_url": "use sqlite:///path/to/file.db or postgresql://user:password@host/database",
    "migration_url": "use postgresql://owner:password@host/database, of the role that owns the tables",
    "slack_api_url": "give an http or https address; the default is https://slack.com/api/",
    "http_host": "give an address to listen on, such as 127.0.0.1",
    "http_port": "give a port number from 0 to 65535, such as 3000",
    "metrics_readers": "give addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8",
    "ingest_token": "give at least 16 characters without spaces, such as the output of `openssl rand -hex 24`",
    "encryption_keys": "give Fernet keys (32 random bytes in URL-safe base64), newest first, separated by commas",
}


# The password of a database address: between user and host, or as a parameter.
_PASSWORD = re.compile(r"(?P<before>://[^:@/]*:).*(?=@)|(?P<parameter>[?&]password=)[^&]*")


def _starting(prefix: str) -> AfterValidator:
    """How long Slack's secrets are is not ours to say: a compatible server may give short ones."""
    longer = len(prefix) + 1
    return AfterValidator(lambda secret: _require(secret, secret.get_secret_value().startswith(prefix), longer))


def _require(secret: SecretStr, good: bool, least: int) -> SecretStr:
    word = secret.get_secret_value()
    if not good or len(word) < least or re.search(r"\s", word):
        raise ValueError("unusable")
    return secret


def _database_url(url: str) -> str:
    """SQLAlchemy's form; PostgreSQL always through psycopg 3, however the hosting service spells the scheme."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("sqlite", "postgres", "postgresql", "postgresql+psycopg") or not rest:
        raise ValueError("unusable")
    return url if scheme == "sqlite" else f"postgresql+psycopg://{rest}"


def _migration_url(url: str | None) -> str | None:
    return _database_url(url) if url else None


def _api_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("unusable")
    return url if url.endswith("/") else f"{url}/"


def _split(given: object) -> object:
    return [word.strip() for word in given.split(",") if word.strip()] if isinstance(given, str) else given


def _fernet(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    for key in keys:
        try:
            size = len(base64.b64decode(key.get_secret_value(), altchars=b"-_", validate=True))
        except (binascii.Error, ValueError) as error:
            raise ValueError("unusable") from error
        if size != 32:
            raise ValueError("unusable")
    return keys


def _default_database_url(validated: Mapping[str, Any]) -> str:
    return f"sqlite:///{validated['data_dir'] / 'countersign.db'}"


class Settings(BaseSettings):
    """All settings. `Settings(field=…)` overrides every other source; `load()` turns faults into sentences."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    slack_bot_token: Annotated[SecretStr, _starting("xoxb-")] | None = None
    slack_app_token: Annotated[SecretStr, _starting("xapp-")] | None = None
    slack_signing_secret: Annotated[SecretStr, _starting("")] | None = None
    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Field(default_factory=default_data_dir)
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default_factory=_default_database_url, repr=False
    )
    migration_url: Annotated[str | None, AfterValidator(_migration_url)] = Field(default=None, repr=False)
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = "https://slack.com/api/"
    http_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 3000
    metrics_readers: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_split)] = (
        IPv4Network("127.0.0.0/8"),
        IPv6Network("::1/128"),
    )
    ingest_token: Annotated[SecretStr, AfterValidator(lambda secret: _require(secret, True, least=16))] | None = None
    encryption_keys: Annotated[tuple[SecretStr, ...], BeforeValidator(_split), AfterValidator(_fernet)] = ()
    origins: dict[str, str] = Field(default_factory=dict, exclude=True, repr=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class's signature
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Our three layers in place of the library's, which would also read unprefixed names like HTTP_PORT."""
        ours = layers(settings_cls, os.environ)
        origins = {field: layer.where[field] for layer in reversed(ours) for field in layer.values}
        return init_settings, *ours, Layer(settings_cls, {"origins": origins}, {})

    def secrets(self) -> Iterator[str]:
        """What no log may show, passwords of the databases among them."""
        for value in (getattr(self, field) for field in type(self).model_fields):
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, SecretStr):
                    yield each.get_secret_value()
        for url in (self.database_url, self.migration_url):
            if password := urlsplit(url or "").password:
                yield from {password, unquote(password)}

    def masked(self) -> list[tuple[str, str, str]]:
        """(variable, value fit for a screen, where it came from) of every setting, in the order of the table."""
        return [
            (variable(field), _shown(getattr(self, field)), self.origins.get(field, "default"))
            for field in type(self).model_fields
            if field != "origins"
        ]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "not set"
    if isinstance(value, SecretStr):
        kind = re.match(r"xox[a-z]-|xapp-", value.get_secret_value())
        return f"{kind.group() if kind else ''}********"
    return "not set" if value is None else _PASSWORD.sub(_stars, str(value))


def _stars(found: re.Match[str]) -> str:
    return f"{found['before'] or found['parameter']}********"


def load() -> Settings:
    """The settings of this process. Raises ConfigurationError with one sentence per fault."""
    try:
        return Settings()
    except ValidationError as error:
        fields = [str(fault["loc"][0]) for fault in error.errors() if fault["type"] != "default_factory_not_called"]
    # Raised outside the clause: pydantic's own text repeats the values, secrets among them.
    raise ConfigurationError(*map(_sentence, dict.fromkeys(fields)))


def _sentence(field: str) -> str:
    if field in REMEDIES:
        return f"{variable(field)} cannot be used: {REMEDIES[field]}."
    near = difflib.get_close_matches(field, REMEDIES, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(REMEDIES)}."
    return f"`{field}` in the configuration file is not a setting: {hint}"
