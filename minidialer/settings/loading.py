"""Reading the settings: one TOML file, every key of it also an environment variable, which wins.

The file is the one given, else the one MINIDIALER_CONFIG names, else /etc/minidialer/config.toml when it exists. The
variable of a key is MINIDIALER_ and the key in capitals, two underscores between section and key
(MINIDIALER_ASTERISK__HOST); lists are written as JSON.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError as SourceError

from minidialer.domain.allowed import allowed
from minidialer.domain.nearest import nearest
from minidialer.domain.sentence import RefusedError, Sentence, sentence

from .model import PREFIX, Settings, TrunkSettings

CONFIG_VARIABLE = "MINIDIALER_CONFIG"
SYSTEM_CONFIG = Path("/etc/minidialer/config.toml")


class SettingsError(RefusedError):
    """The configuration cannot be used; the sentence names file, key, value and what is allowed."""


def load_settings(config: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises SettingsError. Secrets in `secret_file` are read here, once."""
    path = config_path(config, environ)
    content = _toml(path) if path is not None else {}
    try:
        settings = Settings(**content)
    except ValidationError as error:
        # A key typed wrong is also missing under its right name: the former is what to say.
        first = min(error.errors(), key=lambda item: item["type"] != "extra_forbidden")
        raise _explained(first, path, environ) from None
    except SourceError as error:
        raise _not_json(error) from None
    _check_trunks(settings, path)
    settings._source = path
    settings._secret = _secret(settings)
    settings._warnings = tuple(_warnings(settings, path, environ))
    return settings


def config_path(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read; None: there is none and the defaults stand."""
    if config is not None:
        return config
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE])
    return SYSTEM_CONFIG if SYSTEM_CONFIG.exists() else None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("{file} is not TOML: {problem}.", file=path, problem=str(error)) from None
    except UnicodeDecodeError:
        raise SettingsError("{file} is not UTF-8 text: save it as UTF-8.", file=path) from None
    except FileNotFoundError:
        raise SettingsError("{file} does not exist: give the configuration file's path.", file=path) from None
    except PermissionError:
        raise SettingsError(
            "{file} may not be read by this user: ask for its group, or keep the password in secret_file.", file=path
        ) from None
    except OSError as error:
        raise SettingsError("{file} cannot be read: {problem}.", file=path, problem=error.strerror) from None


def _not_json(error: SourceError) -> SettingsError:
    """A list or a section in a variable must be JSON; pydantic-settings names its field, and its cause says where."""
    field = re.search(r'field "(\w+)"', str(error))
    variable = PREFIX + field[1].upper() if field is not None else PREFIX
    return SettingsError(
        "{variable} is not JSON: {problem}; config.example.toml shows how a list is written.",
        variable=variable,
        problem=str(error.__cause__ or error),
    )


def _explained(error: ErrorDetails, path: Path | None, environ: Mapping[str, str]) -> SettingsError:
    where = error["loc"]
    key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
    source = _source_of(where, path, environ)
    if error["type"] == "extra_forbidden":
        near = nearest(str(where[-1]), _keys_beside(where))
        if near is not None:
            return SettingsError(
                "{file}: there is no setting {key}: did you mean {near}?", file=source, key=key, near=near
            )
        valid = ", ".join(_keys_beside(where))
        return SettingsError(
            "{file}: there is no setting {key}: use one of {valid}.", file=source, key=key, valid=valid
        )
    if error["type"] == "missing":
        return SettingsError("{file}: {key} is missing: add it.", file=source, key=key)
    value = _shown(key, error["input"])
    problem = error.get("ctx", {}).get("error")
    if isinstance(problem, RefusedError):
        return SettingsError(
            "{file}: {key} = {value} is not allowed: give {form}.",
            file=source,
            key=key,
            value=value,
            form=problem.sentence,
        )
    predicate = allowed(error["type"], error.get("ctx", {}), error["msg"])
    return SettingsError("{file}: {key} = {value}: it {allowed}.", file=source, key=key, value=value, allowed=predicate)


def _shown(key: str, value: object) -> str:
    """A value as a mistake names it; of a section written wrong nothing, for a password may be in it."""
    plain = isinstance(value, int | float) or value is None or (isinstance(value, str) and key != "asterisk")
    return repr(value) if plain and "secret" not in key else "***"


def _source_of(where: tuple[int | str, ...], path: Path | None, environ: Mapping[str, str]) -> object:
    variables = {name.upper() for name in environ}
    for length in range(len(where), 0, -1):
        variable = PREFIX + "__".join(str(part) for part in where[:length]).upper()
        if variable in variables:
            return variable
    return path if path is not None else "environment"


def _keys_beside(where: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in where[:-1]:
        if isinstance(part, int):
            continue
        annotation = TrunkSettings if part == "trunks" else model.model_fields[part].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return list(model.model_fields)


def _check_trunks(settings: Settings, path: Path | None) -> None:
    seen: set[str] = set()
    for trunk in settings.trunks:
        if trunk.name in seen:
            raise SettingsError("{file}: two trunks are called “{name}”: rename one.", file=path, name=trunk.name)
        seen.add(trunk.name)


def _secret(settings: Settings) -> str:
    given = settings.asterisk
    if not given.secret_file:
        return ""
    if given.secret.get_secret_value():
        raise SettingsError("asterisk.secret and asterisk.secret_file are both set: keep one of them.")
    path = Path(given.secret_file)
    try:
        return path.read_text(encoding="utf-8").strip("\r\n")
    except PermissionError:
        return ""  # the command line runs without it; the daemon says that the password is missing
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "asterisk.secret_file = {file} cannot be read: {problem}.", file=path, problem=error
        ) from None


def _warnings(settings: Settings, path: Path | None, environ: Mapping[str, str]) -> list[Sentence]:
    secret_holders = []
    if path is not None and "asterisk" in settings.model_fields_set and settings.asterisk.secret.get_secret_value():
        secret_holders.append(path)
    if settings.asterisk.secret_file:
        secret_holders.append(Path(settings.asterisk.secret_file))
    found = [
        sentence("{file} holds a password and everybody may read it: chmod o-r {file}.", file=holder)
        for holder in secret_holders
        if holder.exists() and holder.stat().st_mode & 0o004
    ]
    known = {CONFIG_VARIABLE, *(PREFIX + name.upper() for name in Settings.model_fields)}
    for variable in environ:
        top = variable.upper().split("__")[0]
        if variable.upper().startswith(PREFIX) and top not in known:
            near = nearest(top, known)
            if near is not None:
                found.append(
                    sentence("{variable} names no setting: did you mean {near}?", variable=variable, near=near)
                )
    return found
