"""The agent's script, with the lead's fields filled in."""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{([^{}\n]{1,100})\}")


def filled(script: str, fields: Mapping[str, str], number: str) -> str:
    """`{column}` becomes the lead's value, whatever the case of the column's name; `{number}` is the number.

    A column the lead does not have stays as it is written, so that the agent sees what is missing.
    """
    values = {"number": number} | {name.casefold(): value for name, value in fields.items()}
    return _PLACE.sub(lambda place: values.get(place[1].strip().casefold(), place[0]), script)
