"""Rows as each revision of the schema kept them: a talk that was saved, a call under way, a callback, a private lead.

A new revision adds what its own tables and columns hold; no row of an earlier one ever changes.
"""

from typing import Any

HOUR = 3_600_000_000  # microseconds
T0 = 1_767_600_000_000_000  # 2026-01-05 08:00 UTC

_0001: dict[str, list[dict[str, Any]]] = {
    "lead_list": [
        {"id": 1, "name": "Łódź", "name_key": "łódź", "created_at": T0},
        {"id": 2, "name": "stara", "name_key": "stara", "created_at": T0, "removed_at": T0 + HOUR},
    ],
    "disposition": [
        {"id": 1, "name": "sprzedaż", "name_key": "sprzedaż", "success": 1, "position": 1},
        {"id": 2, "name": "zadzwoń", "name_key": "zadzwoń", "asks_callback": 1, "private": 1, "position": 2},
        {"id": 3, "name": "nie dzwonić", "name_key": "nie dzwonić", "do_not_call": 1, "position": 3, "removed_at": T0},
    ],
    "campaign": [
        {
            "id": 1, "name": "Wiosna", "name_key": "wiosna", "list_id": 1, "status": "running", "created_at": T0,
            "status_reason": "why", "settings": '{"ring_timeout":33,"max_retries":7,"calling_window":{"spans":[]}}',
        },
        {
            "id": 2, "name": "Zima", "name_key": "zima", "list_id": None, "status": "stopped", "created_at": T0,
            "settings": "{}", "removed_at": T0 + HOUR,
        },
    ],
    "agent": [
        {
            "id": 1, "login": "101", "login_key": "101", "name": "Anna", "auto_answer": 1, "password_hash": "$x",
            "created_at": T0, "state": "in_call", "reason": "r", "since": T0 + HOUR, "ready_since": T0,
            "campaign_id": 1, "attempt_id": 20, "after_call": "pause", "after_call_reason": "obiad",
            "phone_state": "busy", "phone_leg": "nailed-1-1", "phone_since": T0,
        },
        {"id": 2, "login": "102", "login_key": "102", "name": "Bob", "active": 0, "created_at": T0, "removed_at": T0},
    ],
    "campaign_agent": [{"campaign_id": 1, "agent_id": 1}],
    "lead_import": [
        {
            "id": 1, "list_id": 1, "file_name": "a.csv", "uid": 1000, "started_at": T0, "finished_at": T0, "read": 9,
            "added": 4, "updated": 1, "duplicate_in_file": 2, "already_in_list": 1, "invalid": 1, "removed": 0,
            "rejected_file": "/r.csv", "encoding": "cp1250", "delimiter": ";", "first_lead_id": 1, "last_lead_id": 4,
        },
    ],
    "lead": [
        {
            "id": 1, "list_id": 1, "number": "+48600100201", "state": "closed", "attempts": 2, "disposition_id": 1,
            "fields": '{"imię":"Jan"}', "notes": "wziął dwa", "import_id": 1,
        },
        {"id": 2, "list_id": 1, "number": "+48600100202", "state": "live", "attempts": 1, "fields": "{}"},
        {
            "id": 3, "list_id": 1, "number": "+48600100203", "state": "callback", "due_at": T0 + 2 * HOUR,
            "owner_id": 1, "disposition_id": 2, "fields": "{}", "import_id": 1,
        },
        {
            "id": 4, "list_id": 1, "number": "+48600100204", "state": "closed", "do_not_call": 1, "disposition_id": 3,
            "fields": "{}", "import_id": 1,
        },
    ],
    "attempt": [
        {
            "id": 10, "campaign_id": 1, "lead_id": 1, "list_id": 1, "number": "+48600100201", "agent_id": 1,
            "state": "ended", "claimed_at": T0, "dialled_at": T0, "answered_at": T0 + 5_000_000,
            "connected_at": T0 + 6_000_000, "ended_at": T0 + 66_000_000, "state_since": T0 + 66_000_000,
            "outcome": "answered", "cause": 16, "settled": 1, "disposition_id": 1, "notes": "wziął dwa",
            "saved_at": T0 + 70_000_000,
        },
        {
            "id": 11, "campaign_id": 1, "lead_id": 3, "list_id": 1, "number": "+48600100203", "agent_id": 1,
            "state": "ended", "claimed_at": T0, "dialled_at": T0 + 1, "ended_at": T0 + 9_000_000,
            "answered_at": T0 + 2_000_000, "outcome": "abandoned", "cause": 16, "queued": 1, "letting_go": 1,
            "settled": 1, "detail": "nobody was free", "disposition_id": 2, "callback_at": T0 + 2 * HOUR, "owner_id": 1,
        },
        {
            "id": 20, "campaign_id": 1, "lead_id": 2, "list_id": 1, "number": "+48600100202", "agent_id": 1,
            "state": "connected", "claimed_at": T0 + HOUR, "dialled_at": T0 + HOUR, "answered_at": T0 + HOUR,
            "connected_at": T0 + HOUR, "state_since": T0 + HOUR,
        },
    ],
    "attempt_serial": [],  # it is there from the first revision on, and so has its row
    "agent_state": [
        {
            "id": 1, "agent_id": 1, "campaign_id": 1, "attempt_id": 10, "state": "paused", "reason": "obiad",
            "started_at": T0, "ended_at": T0 + 9,
        },
        {"id": 2, "agent_id": 1, "campaign_id": 1, "attempt_id": 20, "state": "in_call", "started_at": T0 + HOUR},
    ],
    "audit": [
        {
            "id": 1, "at": T0, "uid": 7, "actor": "jan", "action": "campaign.start", "subject": "Wiosna",
            "before": '{"status":"stopped"}', "after": '{"status":"running"}',
        },
    ],
}  # fmt: skip
_0002: dict[str, list[dict[str, Any]]] = {
    "blocked_list": [{"agent_id": 1, "list_id": 2}],
    "agent_session": [
        {"id": 1, "token_hash": "h", "agent_id": 1, "address": "::1", "created_at": T0, "last_seen_at": T0 + 1},
        {
            "id": 2, "token_hash": "i", "agent_id": 1, "created_at": T0, "last_seen_at": T0, "ended_at": T0,
            "why": "taken_over",
        },
    ],
    "draft": [
        {"attempt_id": 20, "agent_id": 1, "disposition_id": 2, "callback_at": "2026-01-06T10:00", "notes": "szkic",
         "fields": '{"imię":"Ewa"}', "kept_at": T0 + HOUR},
    ],
    "lead": [{"id": 5, "list_id": 1, "number": "+48600100205", "state": "live", "fields": "{}"}],
    "handed_out": [
        {"lead_id": 5, "agent_id": 1, "campaign_id": 1, "state": "fresh", "at": T0, "until": T0 + 9 * HOUR},
    ],
    "agent": [
        {"id": 3, "login": "103", "login_key": "103", "created_at": T0, "tabs": "dialer", "language": "pl",
         "by_hand": 1, "home_reason": "kawa", "home_campaign_id": 1},
    ],
    "attempt": [
        {
            "id": 21, "campaign_id": 1, "lead_id": 4, "list_id": 1, "number": "+48600100204", "agent_id": 3,
            "by_hand": 1, "state": "ended", "claimed_at": T0, "dialled_at": T0, "ended_at": T0 + 1,
            "outcome": "busy", "settled": 1,
        },
    ],
}  # fmt: skip
_0003: dict[str, list[dict[str, Any]]] = {
    "disposition": [
        {"id": 4, "name": "automat", "name_key": "automat", "position": 4, "name_pl": "automat", "name_en": "machine",
         "retry_minutes": 90, "retry_limit": 2, "key": "4"},
    ],
    "campaign": [
        {"id": 3, "name": "Lato", "name_key": "lato", "list_id": 1, "settings": "{}", "created_at": T0, "revision": 5},
    ],
    "agent": [{"id": 4, "login": "104", "login_key": "104", "created_at": T0, "after_call_force": 1}],
}  # fmt: skip
_0004: dict[str, list[dict[str, Any]]] = {
    "call_tally": [],  # counted by triggers
    "daemon_run": [{"id": 1, "started_at": T0, "seen_at": T0 + HOUR}],
}
_0005: dict[str, list[dict[str, Any]]] = {
    "campaign_pacing": [{"campaign_id": 1, "learned": '{"version":1}', "saved_at": T0}],
}
ROWS = {"0001": _0001, "0002": _0002, "0003": _0003, "0004": _0004, "0005": _0005}
