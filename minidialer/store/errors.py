"""What the store refuses, and what can be wrong with it. Refusals are sentences that front-ends translate."""

from minidialer.domain.nearest import nearest
from minidialer.domain.sentence import RefusedError, sentence


class StoreError(RefusedError):
    """The store itself cannot be used as it is."""


class StoreUnavailableError(StoreError):
    """The store cannot be used now; it can be again when its cause, which it says, is gone."""


class StoreBusyError(StoreUnavailableError, TimeoutError):
    """Another process has kept the store locked for too long."""


class StoreInUseError(StoreError):
    """A daemon uses the store, or another program has it open."""


class NotFoundError(RefusedError, LookupError):
    """There is nothing of this name or id."""


class NameTakenError(RefusedError):
    """The name belongs to another one."""


class NameRefusedError(RefusedError):
    """This cannot be a name."""


class InUseError(RefusedError):
    """It is being used, so it cannot be removed or changed now."""


class FormError(RefusedError):
    """The form cannot be saved."""


_UNKNOWN = {
    "lead_list": sentence("There is no list “{name}”: `minidialer lists` shows those there are."),
    "campaign": sentence("There is no campaign “{name}”: `minidialer campaigns` shows those there are."),
    "agent": sentence("There is no agent “{name}”: `minidialer agents` shows those there are."),
    "disposition": sentence("There is no disposition “{name}”: `minidialer dispositions` shows those there are."),
}
_NEAREST = {
    "lead_list": sentence("There is no list “{name}”: did you mean “{nearest}”?"),
    "campaign": sentence("There is no campaign “{name}”: did you mean “{nearest}”?"),
    "agent": sentence("There is no agent “{name}”: did you mean “{nearest}”?"),
    "disposition": sentence("There is no disposition “{name}”: did you mean “{nearest}”?"),
}
_TAKEN = {
    "lead_list": sentence("There is a list “{name}” already: choose another name."),
    "campaign": sentence("There is a campaign “{name}” already: choose another name."),
    "agent": sentence("There is an agent “{name}” already: choose another login."),
    "disposition": sentence("There is a disposition “{name}” already: choose another name."),
}


def unknown_name(noun: str, name: str, known: list[str]) -> NotFoundError:
    """Nothing is called so; names the closest of the `known` ones. `noun` is the table."""
    close = nearest(name, known)
    if close is None:
        return NotFoundError(_UNKNOWN[noun].template, name=name)
    return NotFoundError(_NEAREST[noun].template, name=name, nearest=close)


def taken_name(noun: str, name: str) -> NameTakenError:
    """`name` is the existing one."""
    return NameTakenError(_TAKEN[noun].template, name=name)
