"""Fields of a lead as the form shows them: which are personal data, so that agents may put them right, and the name."""

from collections.abc import Mapping

from minidialer.importing.names import Field, meaning

_PERSONAL = frozenset(
    {
        Field.FIRST_NAME,
        Field.LAST_NAME,
        Field.NAME,
        Field.COMPANY,
        Field.EMAIL,
        Field.ADDRESS,
        Field.POSTCODE,
        Field.CITY,
        Field.NUMBER,  # one more telephone number: the one that is called is no field
    }
)
_NAMES = ((Field.NAME,), (Field.FIRST_NAME, Field.LAST_NAME), (Field.COMPANY,))


def editable(fields: Mapping[str, str]) -> frozenset[str]:
    """Names of the fields that are personal data, by what the import takes them for."""
    return frozenset(name for name in fields if meaning(name) in _PERSONAL)


def display_name(fields: Mapping[str, str]) -> str:
    """The person's name, else the company's; empty when no field is one."""
    by_kind: dict[Field, str] = {}
    for name, value in fields.items():
        kind = meaning(name)
        if kind is not None and value.strip():
            by_kind.setdefault(kind, value.strip())
    for kinds in _NAMES:
        found = [by_kind[kind] for kind in kinds if kind in by_kind]
        if found:
            return " ".join(found)
    return ""
