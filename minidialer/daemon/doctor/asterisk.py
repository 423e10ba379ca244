"""What Asterisk has to offer, asked with the daemon's own AMI user and nothing it does not have anyway."""

import re
import time
from collections.abc import AsyncIterator

from minidialer.ami.errors import AmiDownError, AmiRefusedError, AmiTimeoutError, UnsafeValueError
from minidialer.ami.session import LoginRefusedError, Session, UnreachableError, open_session
from minidialer.ami.settings import AmiSettings
from minidialer.domain.sentence import RefusedError, sentence
from minidialer.domain.trunk import Trunk
from minidialer.settings import Settings

from .check import Check, failed, ok, skipped, warning
from .hold_audio import Listener, hold_audio_check
from .setup import Setup

ACTIONS = ("Originate", "Redirect", "Hangup", "CoreShowChannels", "CoreSettings", "Getvar", "ShowDialPlan")
DIALPLAN_VERSION = "4"  # of [minidialer-version] in the dialplan this daemon goes with
_CLOCK_TOLERANCE = 2.0  # seconds between the two clocks
_ENDPOINT = re.compile(r"(?P<tech>PJSIP|SIP|IAX2)/(?:[^@]*@)?(?P<peer>[^@/{}]+)")
_ERRORS = (AmiDownError, AmiRefusedError, AmiTimeoutError, UnsafeValueError)


async def asterisk_checks(settings: Settings, setup: Setup) -> AsyncIterator[Check]:
    """Log in and look around; without a login the rest is skipped."""
    listener = Listener()
    ami = AmiSettings(
        user=settings.asterisk.user,
        secret=settings.ami_secret,
        host=settings.asterisk.host,
        port=settings.asterisk.port,
        action_timeout=settings.asterisk.action_timeout,
    )
    try:
        session = await open_session(ami, listener.hear, lambda _reason: None)
    except (UnreachableError, LoginRefusedError, *_ERRORS) as error:
        problem = error.sentence if isinstance(error, RefusedError) else sentence("{problem}", problem=error)
        yield failed("ami", problem, sentence("asterisk/README.md shows how."))
        for name in ("ami_privileges", "dialplan", "listening", "hold_audio", "trunk", "agents"):
            yield skipped(name)
        return
    try:
        yield ok("ami", sentence("{user} at {where}", user=ami.user, where=ami.address))
        yield await _privileges(session)
        yield await _clock(session)
        yield await _dialplan(session)
        yield await _listening(session)
        yield await hold_audio_check(session, listener, setup.hold_audio)
        for trunk in settings.domain_trunks():
            yield await _trunk(session, trunk)
        yield await _phones(session, setup.logins)
    finally:
        session.close("doctor is done")


async def _privileges(session: Session) -> Check:
    """ListCommands names the actions this user may use, and no others."""
    try:
        allowed = await session.action("ListCommands")
    except _ERRORS as error:
        return failed("ami_privileges", sentence("{problem}", problem=error), sentence("Look at Asterisk's log."))
    missing = [action for action in ACTIONS if not allowed.text(action)]
    if missing:
        return failed(
            "ami_privileges",
            sentence("the user may not {actions}", actions=", ".join(missing)),
            sentence("Give it write=originate,call,reporting and read=call,user,system in manager.conf."),
        )
    return ok("ami_privileges", sentence("all it needs"))


async def _clock(session: Session) -> Check:
    """EPOCH is Asterisk's own clock, in whole seconds."""
    try:
        answer = await session.action("Getvar", {"Variable": "EPOCH"})
    except _ERRORS as error:
        return failed("clock", sentence("{problem}", problem=error), sentence("Look at Asterisk's log."))
    difference = abs(time.time() - 0.5 - answer.number("Value"))
    said = sentence("Asterisk's differs by {seconds:.1f} s", seconds=difference)
    if difference > _CLOCK_TOLERANCE:
        return warning("clock", said, sentence("Let both machines take their time from NTP."))
    return ok("clock", said)


async def _dialplan(session: Session) -> Check:
    """The contexts are there, and of the version this daemon needs."""
    headers = {"Context": "minidialer-version", "Extension": DIALPLAN_VERSION}
    try:
        await session.list_action("ShowDialPlan", headers)
    except AmiRefusedError:
        return failed(
            "dialplan",
            sentence("[minidialer-version] has no extension {version}", version=DIALPLAN_VERSION),
            sentence('Put `#include "minidialer/extensions.conf"` of this version into extensions.conf and reload it.'),
        )
    except _ERRORS as error:
        return failed("dialplan", sentence("{problem}", problem=error), sentence("Look at Asterisk's log."))
    return ok("dialplan", sentence("version {version}", version=DIALPLAN_VERSION))


async def _listening(session: Session) -> Check:
    """Supervisors listen by ChanSpy; everything else works without it."""
    try:
        answer = await session.action("Getvar", {"Variable": "IFMODULE(app_chanspy.so)"})
    except _ERRORS as error:
        return failed("listening", sentence("{problem}", problem=error), sentence("Look at Asterisk's log."))
    if answer.text("Value") != "1":
        return warning(
            "listening", sentence("app_chanspy is not loaded"), sentence("Load it, so that supervisors can listen in.")
        )
    return ok("listening", sentence("app_chanspy is loaded"))


async def _trunk(session: Session, trunk: Trunk) -> Check:
    endpoint = _ENDPOINT.match(trunk.dial)
    if endpoint is None:
        return ok("trunk", sentence("{name}: {dial} cannot be checked so", name=trunk.name, dial=trunk.dial))
    device = f"{endpoint['tech']}/{endpoint['peer']}"
    try:
        state = await _device_state(session, device)
    except _ERRORS as error:
        return failed("trunk", sentence("{problem}", problem=error), sentence("Look at Asterisk's log."))
    said = sentence("{name}: {device} is {state}", name=trunk.name, device=device, state=state)
    if state in ("INVALID", ""):
        return failed("trunk", said, sentence("Add this endpoint to pjsip.conf, or correct the trunk's dial."))
    if state in ("UNAVAILABLE", "UNKNOWN"):
        return warning("trunk", said, sentence("Check its contact or registration: `pjsip show endpoints`."))
    return ok("trunk", said)


async def _phones(session: Session, logins: tuple[str, ...]) -> Check:
    try:
        states = {login: await _device_state(session, f"PJSIP/{login}") for login in logins}
    except _ERRORS as error:
        return failed("agents", sentence("{problem}", problem=error), sentence("Look at Asterisk's log."))
    missing = [login for login, state in states.items() if state in ("INVALID", "")]
    if missing:
        return failed(
            "agents",
            sentence("no endpoint for {logins}", logins=", ".join(missing)),
            sentence("Add these endpoints to pjsip.conf, or correct the agents' logins."),
        )
    away = [login for login, state in states.items() if state == "UNAVAILABLE"]
    if away:
        return warning(
            "agents",
            sentence("not registered: {logins}", logins=", ".join(away)),
            sentence("Switch these phones on before their agents log in."),
        )
    return ok("agents", sentence("{count} endpoints", count=len(logins)))


async def _device_state(session: Session, device: str) -> str:
    answer = await session.action("Getvar", {"Variable": f"DEVICE_STATE({device})"})
    return answer.text("Value")
