"""Where a talk may be sent: extensions and numbers that the settings allow, and nowhere else."""

from minidialer.domain.sentence import RefusedError
from minidialer.domain.tolls import Toll
from minidialer.domain.trunk import Trunk
from minidialer.importing.numbers import to_e164
from minidialer.importing.reasons import NumberRefusedError
from minidialer.importing.tolls import kind_in
from minidialer.settings import WebSettings


def channel_for(target: str, settings: WebSettings, region: str, trunk: Trunk | None) -> tuple[str, str]:
    """What Asterisk dials, and what people call it. Raises RefusedError."""
    typed = target.strip()[:80]
    if typed in settings.transfer_extensions:
        return settings.transfer_dial.replace("{extension}", typed), typed
    number = _number(typed, settings, region)
    if not any(number.startswith(prefix) for prefix in settings.transfer_prefixes):
        raise RefusedError("A talk may not be transferred to {target}: ask a supervisor to allow it.", target=number)
    if trunk is None:
        raise RefusedError("The campaign's trunk is not configured, so no number can be called.")
    return trunk.channel(number), number


def _number(typed: str, settings: WebSettings, region: str) -> str:
    try:
        number = to_e164(typed, region)
    except NumberRefusedError as error:
        number = error.number
    if not number:
        raise RefusedError(
            "“{target}” is neither an extension a talk may be transferred to nor a number.", target=typed
        )
    if kind_in(region)(number) is Toll.PREMIUM and not settings.transfer_premium:
        raise RefusedError("{target} costs a premium: a talk may not be transferred there.", target=typed)
    return number
