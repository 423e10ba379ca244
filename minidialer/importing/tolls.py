"""What a number costs by its digits: of the own country, abroad, or at a premium.

Poland: the national numbering plan that the President of UKE assigns numbers by (regulation of 30 October 2013, Dz.U.
2013 poz. 1281). Numbers that begin with 70 are premium-rate services. Of those that begin with 80, 800 is free for the
caller; the others (801, 804 and what may follow) are services whose price the operator sets, so they count as premium.
So do the pagers of 64, which phonenumbers knows. Elsewhere: of its types, premium rate, shared cost, pagers, and
personal numbers (British 070), which cost like a premium and look like mobiles. Numbers of companies (UAN) and voice
mail do not.
"""

import functools
from collections.abc import Callable, Sequence

import phonenumbers
from phonenumbers import PhoneNumberType

from minidialer.domain.tolls import Toll, Tolls
from minidialer.importing.reasons import NumberRefusedError, Reason

_POLAND = "+48"
_POLISH_SERVICES = ("+4864", "+4870", "+4880")
_POLISH_FREE = "+48800"
_AT_A_PREMIUM = (
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER,
)
_REASONS = {Toll.FOREIGN: Reason.FOREIGN, Toll.PREMIUM: Reason.PREMIUM}


def tolls(region: str, foreign: Sequence[str] = (), premium: Sequence[str] = ()) -> Tolls:
    """The rules of an installation in this region (two letters); the other two are beginnings that are allowed."""
    return Tolls(tuple(foreign), tuple(premium), kind_in(region.upper()))


@functools.cache
def kind_in(region: str) -> Callable[[str], Toll]:
    """What a number (E.164) is, seen from this region."""
    return functools.partial(_kind, region)


def _kind(region: str, number: str) -> Toll:
    if number.startswith(_POLAND):  # most numbers there are; a million of them must not take a minute
        if number.startswith(_POLISH_SERVICES) and not number.startswith(_POLISH_FREE):
            return Toll.PREMIUM
        return Toll.OWN if region == "PL" else Toll.FOREIGN
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return Toll.FOREIGN
    if phonenumbers.number_type(parsed) in _AT_A_PREMIUM:
        return Toll.PREMIUM
    # By region, not by country code: +1 is also what expensive islands have.
    return Toll.OWN if phonenumbers.region_code_for_number(parsed) == region else Toll.FOREIGN


def callable_number(text: str, to_e164: Callable[[str], str], rules: Tolls) -> str:
    """The number in `text` as E.164. Raises NumberRefusedError, also for one that the rules do not let be called."""
    try:
        number = to_e164(text)
    except NumberRefusedError as refused:
        if refused.reason is not Reason.PREMIUM or rules.refusal(refused.number) is not None:
            raise
        return refused.number
    toll = rules.refusal(number)
    if toll is not None:
        raise NumberRefusedError(_REASONS[toll], number)
    return number
