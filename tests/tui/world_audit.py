"""An audit trail of a morning: changes of every kind, and enough of them for more than one page."""

from datetime import timedelta
from typing import Any

from minidialer.control.models import audit
from minidialer.control.sentences import ControlError

from .world import HOSTILE, NOON, World

SCRIPT = "Dzień dobry, {Imię}.\nCzy rozmawiam z właścicielem?\n" + "Bardzo długie zdanie. " * 12
_NEWEST: list[tuple[str, str, str, dict[str, Any] | None, dict[str, Any] | None]] = [
    ("ala", "campaign.set", "Wiosna", {"overdial_percent": 50.0, "pacing_mode": "progressive", "trunk": ""},
     {"overdial_percent": 100.0, "pacing_mode": "power", "trunk": "carrier"}),
    ("ala", "campaign.start", "Wiosna", {"status": "stopped"}, {"status": "running"}),
    ("anna", "form.save", "anna 812", None, {"disposition": "sold"}),
    ("ala", "campaign.assign", "Wiosna", {"agents": ["anna"]}, {"agents": ["anna", "bartek", "celina"]}),
    ("ola", "campaign.set", "Ankieta po zakupie", {"script": ""}, {"script": SCRIPT}),
    ("", "campaign.stop", "Ankieta po zakupie", {"status": "running"},
     {"status": "stopped", "status_reason": "no numbers left"}),
    ("ola", "lead.edit", "+48600100200", {"fields": {"Miasto": "Łódź"}, "due_at": None, "do_not_call": False},
     {"fields": {"Miasto": "Zgierz"}, "due_at": "2026-05-05T07:30:00+00:00", "do_not_call": True}),
    ("ola", "import", "Klienci 2026", None, {"import_id": 7, "read": 12_500, "added": 12_480, "already_in_list": 20}),
    ("filip", "agent.sign_in", "filip", None, {"address": "192.0.2.7"}),
    ("ala", "agent.password", "hela", None, None),
    ("ala", "list.add", HOSTILE, None, None),
    (HOSTILE, "campaign.set", HOSTILE, {"name": HOSTILE, HOSTILE: HOSTILE}, {"name": "Lato", HOSTILE: "ź"}),
]  # fmt: skip


def add_audit(world: World, older: int = 200) -> list[audit.AuditLine]:
    """Asked as the daemon is. Gives the trail itself, the newest first: put a line at its beginning to add one."""
    trail = [
        audit.AuditLine(
            id=1000 - number, at=NOON - timedelta(minutes=7 * number), actor=actor, uid=1000 if actor else None,
            action=action, subject=subject, before=before, after=after,
        )
        for number, (actor, action, subject, before, after) in enumerate(_NEWEST)
    ]  # fmt: skip
    trail += [
        audit.AuditLine(
            id=900 - number, at=NOON - timedelta(hours=3, minutes=number), actor="anna", action="form.save",
            subject=f"anna {700 - number}", after={"disposition": "no"},
        )
        for number in range(older)
    ]  # fmt: skip

    def page(asked: audit.AuditPage) -> audit.AuditLines:
        if asked.since == "2027-01-01":
            raise ControlError("{since} has not begun yet: choose an earlier time.", since=asked.since)
        found = [line for line in trail if _is_asked_for(line, asked)]
        lines = found[: asked.limit]
        return audit.AuditLines(lines=lines, next=lines[-1].id if len(found) > len(lines) else None)

    world.on(audit.LIST, page)
    return trail


def _is_asked_for(line: audit.AuditLine, asked: audit.AuditPage) -> bool:
    return (
        (asked.after is None or line.id < asked.after)
        and asked.actor in {"", line.actor}
        and (not asked.action or line.action == asked.action or line.action.startswith(f"{asked.action}."))
        and asked.subject in line.subject
        and (asked.since != "yesterday")
    )
