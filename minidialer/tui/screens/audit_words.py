"""What stands in the audit trail, in words: actions, names of what was changed, values before and after."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from minidialer.control.models.audit import AuditLine
from minidialer.control.words import word
from minidialer.i18n import N_, _, decimal

from .campaign_fields import campaign_fields

KINDS = {
    "campaign": N_("Campaigns"),
    "agent": N_("Agents"),
    "list": N_("Lists"),
    "lead": N_("Leads"),
    "leads": N_("Attempt counters"),
    "import": N_("Imports"),
    "disposition": N_("Dispositions"),
    "form": N_("Forms"),
    "talk": N_("Talks"),
    "store": N_("Store"),
}
ACTIONS = {
    "campaign.add": N_("campaign added"),
    "campaign.set": N_("campaign changed"),
    "campaign.assign": N_("agents assigned"),
    "campaign.unassign": N_("agents taken off"),
    "campaign.start": N_("campaign started"),
    "campaign.stop": N_("campaign stopped"),
    "campaign.remove": N_("campaign deleted"),
    "agent.add": N_("agent added"),
    "agent.set": N_("agent changed"),
    "agent.password": N_("password set"),
    "agent.remove": N_("agent deleted"),
    "agent.pause": N_("agent paused"),
    "agent.resume": N_("agent resumed"),
    "agent.log_out": N_("agent logged out"),
    "agent.sign_in": N_("agent signed in"),
    "agent.sign_in_refused": N_("sign-in refused"),
    "agent.spy": N_("listened to a talk"),
    "list.add": N_("list added"),
    "list.rename": N_("list renamed"),
    "list.remove": N_("list deleted"),
    "lead.edit": N_("lead edited"),
    "lead.do_not_call": N_("do-not-call mark"),
    "leads.reset_attempts": N_("counters reset"),
    "import": N_("file imported"),
    "import.cancel": N_("import cancelled"),
    "import.undo": N_("import undone"),
    "store.restore": N_("store restored from a backup"),
    "disposition.add": N_("disposition added"),
    "disposition.set": N_("disposition changed"),
    "disposition.remove": N_("disposition deleted"),
    "form.save": N_("form saved"),
    "form.set_aside": N_("form set aside"),
    "talk.transfer": N_("talk transferred"),
}
_NAMES = {
    "name": N_("Name"),
    "status": N_("Status"),
    "status_reason": N_("Why"),
    "lead_list": N_("List of numbers"),
    "agents": N_("Assigned agents"),
    "login": N_("SIP account"),
    "active": N_("May log in"),
    "auto_answer": N_("Phone answers itself"),
    "tabs": N_("Tabs of the page"),
    "blocked_lists": N_("Blocked lists"),
    "language": N_("Language of the page"),
    "address": N_("Address"),
    "force": N_("At once"),
    "reason": N_("Reason"),
    "mode": N_("How"),
    "extension": N_("Extension"),
    "number": N_("Number"),
    "attempt": N_("Attempt"),
    "name_pl": N_("In Polish"),
    "name_en": N_("In English"),
    "success": N_("Success"),
    "asks_callback": N_("Asks when to call again"),
    "private": N_("Private"),
    "do_not_call": N_("Never call again"),
    "retry_minutes": N_("Call again after, min"),
    "retry_limit": N_("At most, times in a row"),
    "key": N_("Key"),
    "position": N_("Position"),
    "disposition": N_("Disposition"),
    "owner": N_("Owner"),
    "due_at": N_("Due"),
    "notes": N_("Notes"),
    "state": N_("State"),
    "leads": N_("Leads"),
    "list": N_("List"),
    "to_call": N_("To call"),
    "removed": N_("Removed"),
    "restored": N_("Restored"),
    "kept": N_("Kept"),
    "import": N_("Import no."),
    "import_id": N_("Import no."),
    "read": N_("Rows"),
    "added": N_("Added"),
    "updated": N_("Updated"),
    "duplicate_in_file": N_("Twice in the file"),
    "already_in_list": N_("In the list already"),
    "invalid": N_("Rejected"),
    "rejected_file": N_("File of rejected rows"),
    "encoding": N_("Encoding"),
    "delimiter": N_("Delimiter"),
    "target": N_("To"),
}


@dataclass(frozen=True)
class Change:
    """One thing that was changed: its name, and how it was before and is now; "" where there was nothing."""

    name: str
    before: str
    after: str


class Words:
    """Names and values in the reader's language, moments on the call centre's clock."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        fields = campaign_fields((), (), ())
        self._labels = {field.name: field.label for field in fields} | _NAMES
        self._options = {field.name: dict(field.options) for field in fields if field.options is not None}

    def changes(self, line: AuditLine) -> list[Change]:
        """What the line tells of, in its own order; of something new or deleted only what was filled in."""
        before, after = dict(_flat(line.before)), dict(_flat(line.after))
        both = line.before is not None and line.after is not None
        told = [key for key in before | after if both or (before | after)[key] not in (None, "", [])]
        return [Change(self.name(key), self._side(before, key), self._side(after, key)) for key in told]

    def name(self, key: str) -> str:
        """Of what was changed."""
        return _(self._labels[key]) if key in self._labels else key

    def _side(self, values: Mapping[str, Any], key: str) -> str:
        return self._value(key, values[key]) if key in values else ""

    def _value(self, key: str, value: Any) -> str:
        match value:
            case None | "" | []:
                return _("none")
            case bool():
                return _("yes") if value else _("no")
            case list():
                return ", ".join(self._value("", item) for item in value)
            case str():
                return self._text(key, value)
            case dict():
                return json.dumps(value, ensure_ascii=False)
        return decimal(value, "g") if isinstance(value, float) else str(value)

    def _text(self, key: str, value: str) -> str:
        if key.endswith("_at"):
            try:
                return datetime.fromisoformat(value).astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
            except ValueError:
                return value
        return self._options.get(key, {}).get(value) or (word(value) if key in {"status", "state"} else value)


def action(code: str) -> str:
    """What was done, in the reader's language; one that is not known stays as it is."""
    return _(ACTIONS[code]) if code in ACTIONS else code


def actor(line: AuditLine) -> str:
    """Who it was."""
    return line.actor or (f"uid {line.uid}" if line.uid is not None else _("the dialer"))


def summary(changes: list[Change]) -> str:
    """All changes on one line."""
    return ", ".join(_short(change) for change in changes)


def _short(change: Change) -> str:
    if change.before and change.after:
        return f"{change.name}: {change.before} → {change.after}"
    return f"{change.name}: {change.before or change.after}"


def _flat(values: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    """With what is inside of fields and the like under its own name."""
    for key, value in (values or {}).items():
        if isinstance(value, dict) and value:
            yield from value.items()
        elif key != "id":  # of the store, and nobody's business
            yield key, value
