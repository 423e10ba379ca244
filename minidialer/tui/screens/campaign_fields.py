"""The fields of a campaign's form: every setting, in the original's order first, with what each one means."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from minidialer.control.models.campaign_settings import CampaignSettingsModel
from minidialer.control.models.campaigns import CampaignAdd, CampaignSet
from minidialer.i18n import N_, _, decimal
from minidialer.tui.widgets.fields import Field, Options, fields_of

from .agent_rows import CONNECTIONS

_NAME = {"name": N_("Campaign name")}
_PRIVATE = {"private_leads": N_("Private numbers")}
_LIST = {"lead_list": N_("List of numbers")}
_ORIGINAL = {
    "autosave": N_("Autosave"),
    "when_all_busy": N_("If all agents are busy"),
    "hold_audio": N_("While waiting one hears"),
    "ring_timeout": N_("Let it ring, s"),
    "overdial_percent": N_("Overdial, %"),
    "max_attempts_per_5s": N_("Most calls in 5 s"),
    "max_retries": N_("Retries"),
    "retry_interval": N_("Between retries, min"),
}
_PACE = {
    "pacing_mode": N_("Pacing"),
    "abandon_target": N_("Abandoned at most, %"),
    "compliance_profile": N_("Rules to keep"),
}
_CALLS = {
    "calling_window": N_("Calling hours"),
    "caller_id": N_("Number shown"),
    "trunk": N_("Trunk"),
    "max_failures": N_("Stop after failures"),
}
_ANSWERED = {
    "answer_wait": N_("Wait for an agent, s"),
    "queue_wait": N_("Wait in the queue, s"),
    "safe_message": N_("Message if nobody comes"),
    "answering_machine_detection": N_("Detect machines"),
    "recording": N_("Record talks"),
}
_AGENTS = {
    "agent_connection": N_("Agent's phone"),
    "agent_ring_timeout": N_("Agent's phone rings, s"),
    "wrap_up_limit": N_("Form open at most, s"),
    "default_disposition": N_("Saved at that limit"),
    "script": N_("Script"),
}
_GROUPS = (
    ("", _ORIGINAL),
    (N_("Pace"), _PACE),
    (N_("Calls"), _CALLS),
    (N_("When a customer answers"), _ANSWERED),
    (N_("Agents"), _AGENTS),
)
_ABOUTS = {
    "name": N_("What the campaign is called; agents see it when they join."),
    "private_leads": N_(
        "Numbers of one agent only. Manual: the owner calls them by hand. Automatic: the dialer calls them first, "
        "once their owner is free."
    ),
    "lead_list": N_("The list whose numbers are dialled."),
    "autosave": N_("The agent's form is saved as it is typed and survives a closed page. No: only when it is saved."),
    "when_all_busy": N_("What becomes of somebody who answers while no agent is free: let go, or kept in a queue."),
    "hold_audio": N_("What the queue plays: music:CLASS is music of Asterisk, announcement:SOUND a sound file."),
    "ring_timeout": N_("How many seconds the customer's phone rings before the call is given up."),
    "overdial_percent": N_(
        "Calls beyond one for each free agent. 100 % makes 1 + 100 % = 2 calls for each free agent. Predictive: the "
        "most for each agent at work; 0: no such limit."
    ),
    "max_attempts_per_5s": N_("How many calls may start in any 5 seconds."),
    "max_retries": N_(
        "How often numbers that were busy, unanswered or cut off are called again. With more, exhausted numbers are "
        "dialled again at once."
    ),
    "retry_interval": N_("Minutes between two calls to a number that was busy, unanswered or cut off."),
    "pacing_mode": N_(
        "Manual: the dialer calls nobody. Progressive: one for each free agent. Power: with the overdial. Predictive: "
        "as many as “Abandoned at most” allows."
    ),
    "abandon_target": N_("Of all calls a person answered, so many may find no agent; the dialer holds back before."),
    "compliance_profile": N_("Whose rules the settings must keep: Ofcom (UK) or FTC (US). None: only your own."),
    "calling_window": N_("When numbers may be called, like mon-fri 9:00-20:00, sat 10:00-16:00. Empty: always."),
    "caller_id": N_("The number customers see. Empty: the trunk's own."),
    "trunk": N_("Through which trunk calls go out."),
    "max_failures": N_("So many failed calls in a row stop the campaign by itself."),
    "answer_wait": N_(
        "How many seconds somebody who answered waits for an agent without a queue, before being let go."
    ),
    "queue_wait": N_("How many seconds somebody waits in the queue at most."),
    "safe_message": N_("Sound file for somebody no agent came to: who called and why. Empty: they hear nothing."),
    "answering_machine_detection": N_("Listens for answering machines before an agent is looked for; takes a moment."),
    "recording": N_("Talks are recorded on the telephone exchange."),
    "agent_connection": N_("Rings for each call, or is called once when the agent joins and stays on the line."),
    "agent_ring_timeout": N_("How many seconds the agent's phone rings before the agent is paused."),
    "wrap_up_limit": N_("Seconds the form may stay open after the call, then it saves itself. 0: no limit."),
    "default_disposition": N_("The disposition a form is saved with at that limit."),
    "script": N_("What the agent reads; {column} is filled from the number's own data."),
}
MODES = {
    "manual": N_("manual"),
    "progressive": N_("progressive"),
    "power": N_("power"),
    "predictive": N_("predictive"),
}
_CHOICES: dict[str, dict[str, str]] = {
    "private_leads": {"off": N_("off"), "manual": N_("manual"), "automatic": N_("automatic")},
    "when_all_busy": {"do_not_connect": N_("do not connect"), "queue": N_("queue")},
    "pacing_mode": MODES,
    "compliance_profile": {"none": N_("none"), "ofcom": "Ofcom", "ftc": "FTC"},
    "agent_connection": CONNECTIONS,
}
_SCRIPT_LINES = 4


def campaign_fields(
    lists: Sequence[str], trunks: Sequence[str], dispositions: Sequence[tuple[str, str]]
) -> list[Field]:
    """All of them. lists, trunks: names; dispositions: those that may be saved by themselves, name and label."""
    first = _("the first one ({trunk})").format(trunk=trunks[0]) if trunks else _("none is configured")
    options: dict[str, Options] = {
        "lead_list": [("", _("none yet")), *((name, name) for name in lists)],
        "trunk": [("", first), *((name, name) for name in trunks)],
        "default_disposition": [("", _("none")), *dispositions],
        **{name: [(value, _(said)) for value, said in choices.items()] for name, choices in _CHOICES.items()},
    }
    fields = [
        *fields_of(CampaignAdd, _NAME, abouts=_ABOUTS),
        *_settings(_PRIVATE, options, ""),
        *fields_of(CampaignSet, _LIST, abouts=_ABOUTS, options=options),
    ]
    for group, labels in _GROUPS:
        fields += _settings(labels, options, group)
    return fields


def _settings(labels: Mapping[str, str], options: Mapping[str, Options], group: str) -> list[Field]:
    fields = fields_of(
        CampaignSettingsModel, labels, abouts=_ABOUTS, options=options, lines={"script": _SCRIPT_LINES}, group=group
    )
    return [replace(field, show=_number, parse=_with_point) if _is_share(field) else field for field in fields]


def _is_share(field: Field) -> bool:
    return CampaignSettingsModel.model_fields[field.name].annotation is float


def _number(value: float | str) -> str:
    return decimal(value, "g") if isinstance(value, float | int) else value


def _with_point(text: str) -> str:
    return text.replace(",", ".")
