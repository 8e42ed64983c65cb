"""Where a setting may come from, strongest first: the environment, a secret file, a TOML file.

A secret file is named by the variable with `_FILE` appended (`SLACK_BOT_TOKEN_FILE=/run/secrets/slack_bot_token`),
the convention of container images, so that a token need not stand in the environment.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

SLACK_NAMES = ("slack_bot_token", "slack_app_token", "slack_signing_secret")
CONFIG_VARIABLE = "COUNTERSIGN_CONFIG"


class ConfigurationError(Exception):
    """Settings that cannot be used. `sentences`: one per fault, each names the variable and what to do."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def variable(field: str) -> str:
    """The environment variable of a field: Slack's own name where Slack has one, else with our prefix."""
    return field.upper() if field in SLACK_NAMES else f"COUNTERSIGN_{field.upper()}"


def default_data_dir(environ: Mapping[str, str] | None = None) -> Path:
    """`$XDG_DATA_HOME/countersign`, by default `~/.local/share/countersign` (XDG Base Directory Specification)."""
    base = (os.environ if environ is None else environ).get("XDG_DATA_HOME", "")
    # The specification ignores a relative path here.
    return (Path(base) if base.startswith("/") else Path.home() / ".local/share") / "countersign"


def config_file(environ: Mapping[str, str]) -> Path | None:
    """The TOML file to read: the one named, else `countersign.toml` in the data directory when it exists."""
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named).expanduser()
    data_dir = environ.get("COUNTERSIGN_DATA_DIR")
    usual = (Path(data_dir).expanduser() if data_dir else default_data_dir(environ)) / "countersign.toml"
    return usual if usual.is_file() else None


class Layer(PydanticBaseSettingsSource):
    """One place that settings come from; `where[field]` names it for `config show`."""

    def __init__(self, settings_cls: type[BaseSettings], values: Mapping[str, Any], where: Mapping[str, str]) -> None:
        super().__init__(settings_cls)
        self.values = dict(values)
        self.where = where

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Part of the base class's interface: (value, key, needs JSON decoding)."""
        return self.values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return self.values


def layers(settings_cls: type[BaseSettings], environ: Mapping[str, str]) -> tuple[Layer, ...]:
    """The three layers, strongest first. Raises ConfigurationError for a file that cannot be read."""
    fields = [name for name in settings_cls.model_fields if name != "origins"]
    # An empty variable counts as absent: compose files pass `SLACK_APP_TOKEN=` for "none".
    given = {name: environ[variable(name)] for name in fields if environ.get(variable(name))}
    files = {name: environ[f"{variable(name)}_FILE"] for name in fields if environ.get(f"{variable(name)}_FILE")}
    toml = config_file(environ)
    written = _read_toml(toml) if toml else {}
    return (
        Layer(settings_cls, given, dict.fromkeys(given, "environment")),
        Layer(
            settings_cls, {name: _read_secret(name, path) for name, path in files.items() if name not in given}, files
        ),
        Layer(settings_cls, written, {name: str(toml) for name in written}),
    )


def _read_secret(field: str, path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{variable(field)}_FILE names {path}, which cannot be read ({_reason(error)}): "
            f"correct the path or its permissions, or set {variable(field)} instead."
        ) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}. Correct that line.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{CONFIG_VARIABLE} names {path}, which cannot be read ({_reason(error)}): correct the path or unset it."
        ) from error


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "unknown reason" if isinstance(error, OSError) else "it is not UTF-8 text"
