"""Every setting, its default and what it may be. config.example.toml explains them to the reader of the file."""

import re
from collections.abc import Collection
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from minidialer.domain.agent import PauseReason
from minidialer.domain.allowed import LINE
from minidialer.domain.sentence import RefusedError, Sentence
from minidialer.domain.trunk import Trunk

PREFIX = "MINIDIALER_"
_PLACEHOLDERS = {"number", "digits"}


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise RefusedError("a time zone like Europe/Warsaw") from None
    return name


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()  # Asterisk and systemd are in other folders


def _region(name: str) -> str:
    if name.upper() != "PL" and name.upper() not in _regions():
        raise RefusedError("two letters of a country, like PL")
    return name.upper()


def _regions() -> Collection[str]:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415  # 30 ms that few need

    return SUPPORTED_REGIONS


def _dial(text: str) -> str:
    fields = set(re.findall(r"\{([^{}]*)\}", text))
    plain = re.sub(r"\{[^{}]*\}", "", text)
    if not fields or not fields <= _PLACEHOLDERS or re.search(r"[{}&,|\s]", plain) or "/" not in plain:
        raise RefusedError("a channel with {{number}} (E.164) or {{digits}} (without +), like PJSIP/{{number}}@carrier")
    return text


def _mode(text: str) -> str:
    if not re.fullmatch(r"0[0-7]{3}", text):
        raise RefusedError("four octal digits like 0660")
    return text


def _url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", text):
        raise RefusedError("the address agents open, without a path, like https://dialer.example.com")
    return text


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise RefusedError("an address or network, like 127.0.0.1 or 10.0.0.0/24") from None


def _reason(text: str) -> str:
    if not text.strip() or text in set(PauseReason) or len(text) > 60 or not text.isprintable():
        raise RefusedError("a few words, and none of the dialer's own ({own})", own=", ".join(PauseReason))
    return text.strip()


def _extension(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_.-]{1,40}", text):
        raise RefusedError("an extension, like 200 or reception")
    return text


def _extension_dial(text: str) -> str:
    plain = text.replace("{extension}", "")
    if plain == text or not re.fullmatch(r"[0-9A-Za-z]+/[0-9A-Za-z+*#@:_./-]*", plain):
        raise RefusedError("a channel with {{extension}}, like PJSIP/{{extension}}")
    return text


def _prefix(text: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{0,14}", text):
        raise RefusedError("the beginning of a number in E.164, like +4822")
    return text


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AsteriskSettings(_Section):
    """Where Asterisk's manager interface (AMI) is, and how long to wait for it."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=5038, ge=1, le=65535)
    user: str = Field(default="minidialer", min_length=1, pattern=LINE)
    secret: SecretStr = SecretStr("")
    secret_file: str = ""
    action_timeout: float = Field(default=5.0, ge=0.5, le=60)
    reconnect_first: float = Field(default=0.5, ge=0.1, le=60)
    reconnect_longest: float = Field(default=5.0, ge=1, le=600)


class TrunkSettings(_Section):
    """One carrier's endpoint."""

    name: str = Field(min_length=1, max_length=80)
    dial: Annotated[str, AfterValidator(_dial)]
    channels: int = Field(default=30, ge=1, le=100_000)
    calls_per_second: int = Field(default=10, ge=1, le=10_000)

    def to_domain(self) -> Trunk:
        """The trunk as the dialer knows it."""
        return Trunk(self.name, self.dial, self.channels, self.calls_per_second)


class NumberSettings(_Section):
    """How numbers without a country code are read, and which others than the own country's may be called."""

    region: Annotated[str, AfterValidator(_region)] = "PL"
    foreign_prefixes: tuple[Annotated[str, AfterValidator(_prefix)], ...] = ()
    premium_prefixes: tuple[Annotated[str, AfterValidator(_prefix)], ...] = ()


class PathSettings(_Section):
    """What is written elsewhere than in data_dir; empty: there."""

    store: str = ""
    recordings: str = ""
    rejected: str = ""


class ControlSettings(_Section):
    """The control socket. group: the group that may use it; empty: the daemon's own.

    read_only_group: the group that may look and change nothing; empty: there is no socket for that.
    """

    socket: str = ""
    mode: Annotated[str, AfterValidator(_mode)] = "0660"
    group: str = ""
    read_only_group: str = ""


class DialerSettings(_Section):
    """The dialer's clock. stop_timeout: seconds that calls under way may still take when the daemon stops."""

    tick: float = Field(default=0.1, ge=0.02, le=5)
    stop_timeout: float = Field(default=30.0, ge=0, le=3600)


class WebSettings(_Section):
    """The agents' pages. Seconds where nothing else is said."""

    enabled: bool = True
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: Annotated[str, AfterValidator(_url)] = ""
    tls_cert: str = ""
    tls_key: str = ""
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    session_hours: float = Field(default=16.0, ge=0.25, le=168)
    page_grace: float = Field(default=15.0, ge=1, le=600)
    pause_reasons: tuple[Annotated[str, AfterValidator(_reason)], ...] = ("break", "lunch", "training")
    most_handed_out: int = Field(default=20, ge=0, le=500)
    calls_by_hand_per_hour: int = Field(default=120, ge=0, le=1000)
    transfer_dial: Annotated[str, AfterValidator(_extension_dial)] = "PJSIP/{extension}"
    transfer_extensions: tuple[Annotated[str, AfterValidator(_extension)], ...] = ()
    transfer_prefixes: tuple[Annotated[str, AfterValidator(_prefix)], ...] = ()
    transfer_premium: bool = False


class TuiSettings(_Section):
    """The supervisor's terminal. notice: a line on its overview; empty: none."""

    notice: str = Field(default="", max_length=400, pattern=LINE)


class LogSettings(_Section):
    """What the daemon tells on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(BaseSettings):
    """Every setting. Made by `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Path("/var/lib/minidialer")
    time_zone: Annotated[str, AfterValidator(_zone)] = "Europe/Warsaw"
    language: Literal["", "en", "pl"] = ""
    asterisk: AsteriskSettings = AsteriskSettings()
    trunks: tuple[TrunkSettings, ...] = ()
    numbers: NumberSettings = NumberSettings()
    paths: PathSettings = PathSettings()
    control: ControlSettings = ControlSettings()
    dialer: DialerSettings = DialerSettings()
    web: WebSettings = WebSettings()
    tui: TuiSettings = TuiSettings()
    log: LogSettings = LogSettings()

    _source: Path | None = PrivateAttr(default=None)
    _warnings: tuple[Sentence, ...] = PrivateAttr(default=())
    _secret: str = PrivateAttr(default="")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # the signature is pydantic-settings'
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, whose content comes as arguments."""
        return env_settings, init_settings

    @property
    def source(self) -> Path | None:
        """The file that was read."""
        return self._source

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What works and should be put right all the same."""
        return self._warnings

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of calling hours and of what people read."""
        return ZoneInfo(self.time_zone)

    @property
    def ami_secret(self) -> str:
        """The AMI password, from the file that holds it when one is named."""
        return self._secret or self.asterisk.secret.get_secret_value()

    @property
    def store_path(self) -> Path:
        """The SQLite file."""
        return self._under(self.paths.store, "minidialer.sqlite")

    @property
    def recordings_path(self) -> Path:
        """The folder of recordings, which Asterisk writes."""
        return self._under(self.paths.recordings, "recordings")

    @property
    def rejected_path(self) -> Path:
        """The folder of rejected-rows files."""
        return self._under(self.paths.rejected, "rejected")

    @property
    def page_url(self) -> str:
        """Where agents open their pages."""
        host = f"[{self.web.host}]" if ":" in self.web.host else self.web.host
        return self.web.public_url or f"http{'s' if self.web.tls_cert else ''}://{host}:{self.web.port}"

    @property
    def socket_path(self) -> Path:
        """The control socket."""
        return self._under(self.control.socket, "control.sock")

    @property
    def socket_mode(self) -> int:
        """The control socket's file mode."""
        return int(self.control.mode, 8)

    def domain_trunks(self) -> tuple[Trunk, ...]:
        """The trunks as the dialer knows them, the first one being the default."""
        return tuple(trunk.to_domain() for trunk in self.trunks)

    def _under(self, given: str, name: str) -> Path:
        return self.data_dir / (given or name)
