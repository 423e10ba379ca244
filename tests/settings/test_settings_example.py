"""config.example.toml names every setting, with the default the program has."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from minidialer.settings import Settings, load_settings
from minidialer.settings.model import TrunkSettings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def defaults(model: BaseModel) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            found[name] = defaults(value)
        elif isinstance(value, SecretStr):
            found[name] = value.get_secret_value()
        elif name != "trunks":
            found[name] = str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value
    return found


def test_the_example_holds_every_setting_with_its_default() -> None:
    assert tomllib.loads(EXAMPLE.read_text(encoding="utf-8")) == defaults(Settings.model_construct())


def test_the_commented_trunk_holds_every_setting_of_a_trunk() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    start = lines.index("# [[trunks]]")
    text = "\n".join(line.removeprefix("# ") for line in lines[start : start + 5])
    trunk = tomllib.loads(text)["trunks"][0]
    assert set(trunk) == set(TrunkSettings.model_fields)
    assert trunk["channels"] == TrunkSettings.model_fields["channels"].default
    assert trunk["calls_per_second"] == TrunkSettings.model_fields["calls_per_second"].default


def test_the_example_loads() -> None:
    assert load_settings(EXAMPLE).warnings == ()
