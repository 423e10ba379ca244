"""The PBX of the lab: an Asterisk on the very files of `asterisk/minidialer` that a production PBX includes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import conf
from .embedded import Asterisk
from .instance import Instance
from .ports import LabPorts


@dataclass(frozen=True)
class ManagerAccess:
    """Where and as whom to log in to the manager interface (AMI)."""

    host: str
    port: int
    user: str
    secret: str


class Pbx(Instance):
    """The PBX: `manager` to log in, `trunk` and `phones` as names of its PJSIP endpoints."""

    trunk = "carrier"

    def __init__(self, asterisk: Asterisk, home: Path, ports: LabPorts, passwords: Mapping[str, str]) -> None:
        super().__init__("PBX of the lab", asterisk, home)
        self._ports = ports
        self._passwords = passwords
        self.manager = ManagerAccess("127.0.0.1", ports.pbx_manager, "minidialer", secrets.token_urlsafe(24))

    @property
    def phones(self) -> list[str]:
        """The agents' SIP accounts; the endpoint of 1001 is PJSIP/1001."""
        return list(self._passwords)

    @property
    def registrar(self) -> str:
        """Where phones register, by UDP."""
        return f"127.0.0.1:{self._ports.pbx_sip}"

    def phone_password(self, phone: str) -> str:
        """The SIP password of an account."""
        return self._passwords[phone]

    def dial_string(self, number: str) -> str:
        """The channel to originate in order to call a customer."""
        return f"PJSIP/{number}@{self.trunk}"

    async def up(self) -> None:
        """Start it and wait until it is booted; phones and trunk are checked by the lab, they need the carrier."""
        templates = [conf.TEMPLATES / "common", conf.TEMPLATES / "pbx"]
        agent = (conf.TEMPLATES / "pbx" / "agent.template").read_text()
        values = {
            "entity": "01",
            "more_modules": "",
            "production": conf.production_folder(),
            "sip_port": self._ports.pbx_sip,
            "manager_port": self.manager.port,
            "manager_secret": self.manager.secret,
            "carrier_port": self._ports.carrier_sip,
            "rtp_first": self._ports.pbx_rtp.first,
            "rtp_last": self._ports.pbx_rtp.last,
            "agents": "\n".join(
                conf.render(agent, {"name": name, "password": password}) for name, password in self._passwords.items()
            ),
        }
        await self.start(templates, values)

    async def wait_for_endpoints(self, limit: float = 30.0) -> None:
        """Wait until trunk and phones can be called. Raises LabError naming one that cannot."""
        await self.rx(
            f"pjsip qualify {self.trunk}"
        )  # Asterisk by itself asks at a random moment of its first half minute
        for name in (self.trunk, *self._passwords):
            await self.wait_for(f"pjsip show aor {name}", "Avail", limit=limit)
