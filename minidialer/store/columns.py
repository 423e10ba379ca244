"""Column types: moments, due times, enums and JSON as the store keeps them."""

import enum
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite aliases only INTEGER keys to the row id


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970 of an aware moment; exact. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: the store takes aware moments only.")
    return (moment - _EPOCH) // _MICROSECOND


class UtcTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept as microseconds since 1970: exact, eight bytes, and sorted as the moments are."""

    impl = BigInt
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Aware datetime to the stored integer."""
        del dialect
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The stored integer to an aware datetime in UTC."""
        del dialect
        return None if value is None else _EPOCH + value * _MICROSECOND


class DueTime(UtcTime):
    """When a lead is due. None (at once) is kept as 0, so that “due by now” is one range of an index."""

    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """None is 0."""
        return super().process_bind_param(value, dialect) or 0

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """0 is None."""
        return super().process_result_value(value or None, dialect)


def one_of(kind: type[enum.StrEnum]) -> sa.Enum:
    """A column that holds the values of a StrEnum, and a CHECK that it holds nothing else."""
    return sa.Enum(
        kind,
        name=kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
    )


def to_json(value: Mapping[str, object]) -> str:
    """JSON as the store keeps it: letters as they are, keys in their order, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
