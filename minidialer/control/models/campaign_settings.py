"""Every setting of a campaign: what it means, and its limits. The domain checks what settings must keep together."""

from dataclasses import fields
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from minidialer.control.explain import explained
from minidialer.domain.allowed import CALLER_ID, HOLD_AUDIO, LINE, SOUND
from minidialer.domain.calling_window import CallingWindow, window_text
from minidialer.domain.campaign import (
    AgentConnection,
    CampaignSettings,
    ComplianceProfile,
    HoldAudio,
    PacingMode,
    PrivateLeads,
    WhenAllBusy,
)
from minidialer.i18n import N_

MUSIC, ANNOUNCEMENT = "music:", "announcement:"


def _window(text: str) -> str:
    return window_text(CallingWindow.parse(text))


class CampaignSettingsModel(BaseModel):
    """The settings by name; values may be text, as a command line gives them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    private_leads: PrivateLeads = Field(
        description=N_("leads owned by one agent: off, manual (the owner calls) or automatic (dialled first)")
    )
    autosave: bool = Field(description=N_("keep the agent's form as it is typed"))
    when_all_busy: WhenAllBusy = Field(
        description=N_("a customer answers and no agent is free: do_not_connect or queue")
    )
    hold_audio: str = Field(
        pattern=HOLD_AUDIO,
        max_length=200,
        description=N_("what a queued customer hears: music:CLASS or announcement:SOUND"),
    )
    ring_timeout: int = Field(ge=5, le=120, description=N_("seconds the customer's phone rings"))
    overdial_percent: int = Field(
        ge=0,
        le=1000,
        description=N_(
            "calls beyond one for each free agent; 100 makes two calls for each. "
            "In mode predictive the most there may be for each agent at work; 0: no such limit"
        ),
    )
    max_attempts_per_5s: int = Field(ge=1, le=1000, description=N_("calls started in any 5 seconds"))
    max_retries: int = Field(ge=0, le=99, description=N_("more calls to a number that was busy, unanswered or cut off"))
    retry_interval: int = Field(ge=1, le=10_080, description=N_("minutes between those calls (a week at most)"))
    pacing_mode: PacingMode = Field(
        description=N_(
            "manual (the dialer calls nobody), progressive (one call for each free agent), power (overdial), "
            "predictive (as many as the abandon target allows)"
        )
    )
    abandon_target: float = Field(
        ge=0, le=100, allow_inf_nan=False, description=N_("percent of answered calls that may find no agent")
    )
    compliance_profile: ComplianceProfile = Field(
        description=N_("whose bounds the settings must keep: none, ofcom, ftc")
    )
    calling_window: Annotated[str, AfterValidator(_window)] = Field(
        max_length=500, description=N_("when to call, like mon-fri 9:00-20:00, sat 10:00-16:00; empty: always")
    )
    caller_id: str = Field(
        pattern=CALLER_ID,
        description=N_("number shown to the customer; empty: the trunk decides"),
    )
    trunk: str = Field(max_length=80, pattern=LINE, description=N_("name of a configured trunk; empty: the first one"))
    agent_connection: AgentConnection = Field(
        description=N_("ring (the phone rings for each customer) or nailed_up (called once, at join)")
    )
    agent_ring_timeout: int = Field(ge=3, le=120, description=N_("seconds the agent's phone rings"))
    answer_wait: float = Field(
        ge=0, le=60, allow_inf_nan=False, description=N_("seconds a customer who answered waits for an agent")
    )
    queue_wait: int = Field(ge=1, le=3600, description=N_("seconds, the same in the queue"))
    safe_message: str = Field(
        pattern=SOUND, max_length=200, description=N_("sound file for a customer nobody took; empty: none")
    )
    wrap_up_limit: int = Field(
        ge=0, le=3600, description=N_("seconds the form may stay open after the call; 0: no limit")
    )
    default_disposition: str = Field(
        max_length=80, pattern=LINE, description=N_("saved when wrap_up_limit passes; empty: none")
    )
    answering_machine_detection: bool = Field(
        description=N_("listen for answering machines before looking for an agent")
    )
    recording: bool = Field(description=N_("record the talks"))
    script: str = Field(max_length=20_000, description=N_("what the agent reads; {column} is filled from the lead"))
    max_failures: int = Field(
        ge=1, le=10_000, description=N_("failed calls in a row after which the campaign stops itself")
    )


KEYS = tuple(CampaignSettingsModel.model_fields)


def settings_to_model(settings: CampaignSettings, default_disposition: str) -> CampaignSettingsModel:
    """The domain's settings as they travel; the disposition by its name."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    del values["default_disposition_id"]
    values["default_disposition"] = default_disposition
    values["calling_window"] = window_text(settings.calling_window)
    audio = settings.hold_audio
    values["hold_audio"] = ANNOUNCEMENT + audio.announcement if audio.announcement else MUSIC + audio.music
    return CampaignSettingsModel.model_validate(values)


def changed_settings(present: CampaignSettingsModel, changes: dict[str, Any]) -> CampaignSettingsModel:
    """The settings with these changed. Raises ControlError naming key, value and what is allowed."""
    try:
        return CampaignSettingsModel.model_validate({**present.model_dump(), **changes})
    except ValidationError as error:
        raise explained(error, KEYS) from None


def settings_to_domain(model: CampaignSettingsModel, default_disposition_id: int | None) -> CampaignSettings:
    """The settings as the dialer knows them."""
    values = model.model_dump()
    del values["default_disposition"]
    kind, _, value = model.hold_audio.partition(":")
    values["hold_audio"] = HoldAudio(value, "") if kind + ":" == MUSIC else HoldAudio("", value)
    values["calling_window"] = CallingWindow.parse(model.calling_window)
    return CampaignSettings(**values, default_disposition_id=default_disposition_id)
