"""The configuration file and its variables: what wins, and what a mistake is told."""

import json
from pathlib import Path

import pytest

from minidialer.domain.trunk import Trunk
from minidialer.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("MINIDIALER_"):
            monkeypatch.delenv(name)


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


MISTAKES = [
    ('data_dirr = "/x"', "there is no setting data_dirr: did you mean data_dir?"),
    ('[asterisk]\nhots = "a"', "there is no setting asterisk.hots: did you mean host?"),
    ("[asterisk]\nport = 99999", "asterisk.port = 99999: it must be 65535 or less."),
    ('[asterisk]\nport = "abc"', "asterisk.port = 'abc': it must be a whole number."),
    ("asterisk = 3", "asterisk = 3: it must be a section with keys of its own."),
    ('[[trunks]]\nname = "a"', "trunks[1].dial is missing: add it."),
    ('[[trunks]]\nname = "a"\ndail = "x"', "there is no setting trunks[1].dail: did you mean dial?"),
    (
        '[[trunks]]\nname = "a"\ndial = "PJSIP/{nr}@a"',
        "trunks[1].dial = 'PJSIP/{nr}@a' is not allowed: give a channel with {number} (E.164) or {digits}"
        " (without +), like PJSIP/{number}@carrier.",
    ),
    (
        '[[trunks]]\nname = "a"\ndial = "PJSIP/{number}@a"\n[[trunks]]\nname = "a"\ndial = "PJSIP/{number}@b"',
        "two trunks are called “a”: rename one.",
    ),
    ('time_zone = "Mars/Olympus"', "time_zone = 'Mars/Olympus' is not allowed: give a time zone like Europe/Warsaw."),
    ('language = "de"', "language = 'de': it must be one of '', 'en', 'pl'."),
    ('[control]\nmode = "rw"', "control.mode = 'rw' is not allowed: give four octal digits like 0660."),
    ('[numbers]\nregion = "XX"', "numbers.region = 'XX' is not allowed: give two letters of a country, like PL."),
    ("x = = 3", "is not TOML: Invalid value (at line 1, column 5)."),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_mistake_names_file_key_value_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert str(caught.value).startswith(str(file))
    assert str(caught.value).endswith(message)


def test_defaults_stand_without_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("minidialer.settings.loading.SYSTEM_CONFIG", tmp_path / "none")
    settings = load_settings()
    assert settings.source is None
    assert settings.store_path == Path("/var/lib/minidialer/minidialer.sqlite")


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIDIALER_CONFIG", str(written(tmp_path, 'data_dir = "/a"\n[asterisk]\nport = 1\nuser = "u"')))
    monkeypatch.setenv("MINIDIALER_DATA_DIR", "/b")
    monkeypatch.setenv("MINIDIALER_ASTERISK__PORT", "2")
    monkeypatch.setenv("MINIDIALER_TRUNKS", json.dumps([{"name": "t", "dial": "PJSIP/{digits}@t", "channels": 3}]))
    settings = load_settings()
    assert (settings.data_dir, settings.asterisk.port, settings.asterisk.user) == (Path("/b"), 2, "u")
    assert settings.domain_trunks() == (Trunk("t", "PJSIP/{digits}@t", channels=3),)


@pytest.mark.parametrize("variable", ["MINIDIALER_TRUNKS", "MINIDIALER_ASTERISK"])
def test_a_variable_that_is_not_json_is_named(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, '[{"name"')
    with pytest.raises(SettingsError, match=rf"^{variable} is not JSON: .*column 9"):
        load_settings()


def test_a_mistake_in_a_variable_names_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIDIALER_ASTERISK__PORT", "abc")
    with pytest.raises(SettingsError, match=r"^MINIDIALER_ASTERISK__PORT: asterisk\.port = 'abc'"):
        load_settings(written(tmp_path, ""))


def test_a_variable_that_names_no_setting_is_warned_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIDIALER_DATA_DIRR", "/x")
    assert [str(warning) for warning in load_settings(written(tmp_path, "")).warnings] == [
        "MINIDIALER_DATA_DIRR names no setting: did you mean MINIDIALER_DATA_DIR?"
    ]


def test_a_secret_everybody_may_read_is_warned_about(tmp_path: Path) -> None:
    file = written(tmp_path, '[asterisk]\nsecret = "s"')
    assert load_settings(file).warnings == ()
    file.chmod(0o644)
    assert "everybody may read it" in str(load_settings(file).warnings[0])


def test_the_secret_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("p w\n")
    secret.chmod(0o600)
    settings = load_settings(written(tmp_path, f'[asterisk]\nsecret_file = "{secret}"'))
    assert settings.ami_secret == "p w"
    assert "p w" not in repr(settings)


def test_both_secrets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="keep one of them"):
        load_settings(written(tmp_path, '[asterisk]\nsecret = "a"\nsecret_file = "/b"'))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load_settings(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("given", "path"), [("", "/D/control.sock"), ("run/c.sock", "/D/run/c.sock"), ("/run/c.sock", "/run/c.sock")]
)
def test_paths_lie_in_data_dir_unless_absolute(tmp_path: Path, given: str, path: str) -> None:
    settings = load_settings(written(tmp_path, f'data_dir = "/D"\n[control]\nsocket = "{given}"'))
    assert settings.socket_path == Path(path)


def test_data_dir_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(written(tmp_path, 'data_dir = "here"')).recordings_path == tmp_path / "here" / "recordings"
