"""The other end of every call: a second Asterisk that is the customers' network and the agents' desk phones."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from . import conf
from .call_record import CarrierCall, read_call_record
from .customer import Behaviour, Mix, milliseconds
from .embedded import Asterisk
from .errors import LabError
from .instance import Instance
from .ports import LabPorts

log = logging.getLogger(__name__)

_EVERYBODY = "all"
_RECORD_MODULES = (
    "load = func_cdr.so\nload = res_cdrel_custom.so\nload = cdr_custom.so"  # the middle one in new versions only
)


class Carrier(Instance):
    """Customers that behave by seed and number (see customer.py), and phones that answer by themselves."""

    def __init__(
        self,
        asterisk: Asterisk,
        home: Path,
        ports: LabPorts,
        passwords: Mapping[str, str],
        *,
        seed: int,
        mix: Mix,
        phone_delay: float,
    ) -> None:
        super().__init__("carrier of the lab", asterisk, home)
        self.seed = seed
        self.mix = mix
        self._ports = ports
        self._passwords = passwords
        self._phone_delay = phone_delay

    @property
    def record_file(self) -> Path:
        """The carrier's call record, a CSV file with one row for each call that ended."""
        return self.home / "log" / "cdr-custom" / "call_record.csv"

    def calls(self) -> list[CarrierCall]:
        """The call record as it stands."""
        return read_call_record(self.record_file)

    async def up(self) -> None:
        """Start it and wait until it is booted."""
        templates = [conf.TEMPLATES / "common", conf.TEMPLATES / "carrier"]
        phone = (conf.TEMPLATES / "carrier" / "phone.template").read_text()
        # Older ones do not know the option; they spread the registrations over ten seconds.
        at_once = "max_random_initial_delay = 0" if self.asterisk.release >= (18, 13) else ""
        common = {"pbx_port": self._ports.pbx_sip, "at_once": at_once}
        values = {
            "entity": "02",
            "more_modules": _RECORD_MODULES,
            "sip_port": self._ports.carrier_sip,
            "rtp_first": self._ports.carrier_rtp.first,
            "rtp_last": self._ports.carrier_rtp.last,
            "phones": "\n".join(
                conf.render(phone, {"name": name, "password": password, **common})
                for name, password in self._passwords.items()
            ),
            "phone_delay": milliseconds(self._phone_delay),
            **self._mix_values(),
        }
        await self.start(templates, values)

    async def register_phones(self) -> None:
        """Have all phones register anew, as they would within their hour."""
        await self.rx("pjsip send register *all")

    async def force(
        self,
        number: str,
        behaviour: Behaviour | None = None,
        *,
        ring: float | None = None,
        talk: float | None = None,
    ) -> None:
        """From now on calls to `number` meet this instead of what the seed says; None leaves that part to the seed."""
        times = (None if seconds is None else milliseconds(seconds) for seconds in (ring, talk))
        fields = ["" if part is None else str(part) for part in (behaviour, *times)]
        await self.rx(f"database put force {number} {':'.join(fields)}")

    async def force_all(
        self, behaviour: Behaviour | None = None, *, ring: float | None = None, talk: float | None = None
    ) -> None:
        """The same for every number; a `force` for one number is stronger."""
        await self.force(_EVERYBODY, behaviour, ring=ring, talk=talk)

    async def unforce(self) -> None:
        """Let everybody behave by the seed again."""
        await self.rx("database deltree force")

    async def phone_answers(self, phone: str, *, after: float, talk: float = 0.0) -> None:
        """Let a phone answer `after` seconds and hang up by itself `talk` seconds later (0: never).

        A call with the auto-answer header is answered at once whatever `after` says, as a desk phone does.
        """
        await self.rx(f"database put phone {phone} answer:{milliseconds(after)}:{milliseconds(talk)}")

    async def phone_is_busy(self, phone: str) -> None:
        """Let a phone refuse every call as busy."""
        await self.rx(f"database put phone {phone} busy")

    async def phone_rings_on(self, phone: str) -> None:
        """Let nobody pick a phone up."""
        await self.rx(f"database put phone {phone} silent")

    async def reset_phones(self) -> None:
        """Let all phones answer as the lab was told at its start."""
        await self.rx("database deltree phone")

    async def phone_hangs_up(self, phone: str) -> bool:
        """End the call of one phone from its side, as an agent who puts the receiver down; False if it has none."""
        for line in (await self.rx("core show channels concise")).splitlines():
            channel, *_, account = line.split("!")[:9]  # the dialplan puts the line number in the account code
            if account == f"phone{phone}":
                await self.rx(f"channel request hangup {channel}")
                return True
        return False

    async def hang_up_everybody(self) -> None:
        """End all calls, customers' and phones'."""
        await self.rx("channel request hangup all")

    async def stop(self) -> None:
        """End all calls first, so that the call record has them, then the process."""
        try:
            if self.running and await self.channels():
                await self.hang_up_everybody()
                await self.wait_for("core show channels count", "0 active channels", limit=5)
        except LabError as error:  # it may not be up yet, or hang: it is ended all the same
            log.warning("the last calls may lack a row: %s", error, extra={"action": "lab.stop"})
        finally:
            await super().stop()

    def _mix_values(self) -> dict[str, object]:
        """Mix and seed as the dialplan wants them: weights as name=weight:..., times as points in milliseconds."""
        ring, talk = (
            ":".join(str(milliseconds(seconds)) for seconds in points) for points in (self.mix.ring, self.mix.talk)
        )
        return {
            "seed": self.seed,
            "weights": ":".join(f"{name}={weight}" for name, weight in self.mix.weights.items()),
            "sum": sum(self.mix.weights.values()),
            "ring_points": ring,
            "talk_points": talk,
        }
