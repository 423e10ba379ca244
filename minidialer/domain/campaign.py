"""Campaigns: one list, its rules and its agents, started and stopped."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from .calling_window import CallingWindow


class CampaignStatus(StrEnum):
    """Does it dial?"""

    STOPPED = "stopped"
    RUNNING = "running"


class PrivateLeads(StrEnum):
    """What a campaign does with leads that belong to one agent."""

    OFF = "off"
    MANUAL = "manual"
    AUTOMATIC = "automatic"


class WhenAllBusy(StrEnum):
    """What becomes of a customer who answers while no agent is free."""

    DO_NOT_CONNECT = "do_not_connect"
    QUEUE = "queue"


class PacingMode(StrEnum):
    """How the number of calls is decided."""

    MANUAL = "manual"  # the dialer places no call of its own
    PROGRESSIVE = "progressive"  # one call for each ready agent
    POWER = "power"  # the supervisor's overdial on top
    PREDICTIVE = "predictive"  # as many as the abandon target allows


class ComplianceProfile(StrEnum):
    """Which regulator's bounds the settings keep (see `compliance`)."""

    NONE = "none"
    OFCOM = "ofcom"
    FTC = "ftc"


class AgentConnection(StrEnum):
    """How an agent's phone is reached."""

    RING = "ring"  # it rings for each customer
    NAILED_UP = "nailed_up"  # it is called once, when the agent joins


@dataclass(frozen=True, slots=True)
class HoldAudio:
    """What a queued customer hears: a music class of the PBX, or a sound file repeated."""

    music: str = "minidialer-queue"
    announcement: str = ""


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """Every setting a supervisor can change, in the order of the form. The control protocol states their limits."""

    private_leads: PrivateLeads = PrivateLeads.OFF
    autosave: bool = True
    when_all_busy: WhenAllBusy = WhenAllBusy.DO_NOT_CONNECT
    hold_audio: HoldAudio = field(default_factory=HoldAudio)
    ring_timeout: int = 30  # seconds the customer's phone rings
    overdial_percent: int = 0
    max_attempts_per_5s: int = 10
    max_retries: int = 3
    retry_interval: int = 60  # minutes
    pacing_mode: PacingMode = PacingMode.POWER
    abandon_target: float = 3.0  # percent of the calls a person answered
    compliance_profile: ComplianceProfile = ComplianceProfile.NONE
    calling_window: CallingWindow = field(default_factory=CallingWindow)
    caller_id: str = ""  # E.164 or the trunk's own form; empty: the trunk decides
    trunk: str = ""  # empty: the first configured trunk
    agent_connection: AgentConnection = AgentConnection.RING
    agent_ring_timeout: int = 15  # seconds the agent's phone rings
    answer_wait: float = 2.0  # seconds an answered customer waits for an agent before being let go
    queue_wait: int = 60  # seconds, the same while queued
    safe_message: str = ""  # sound file for a customer nobody took
    wrap_up_limit: int = 0  # seconds; 0: none
    default_disposition_id: int | None = None  # saved when the wrap-up limit passes
    answering_machine_detection: bool = False
    recording: bool = False
    script: str = ""
    max_failures: int = 10  # failed attempts in a row after which the campaign stops itself


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign. `status_reason` says why it stopped itself; empty when a person did."""

    id: int
    name: str
    list_id: int | None
    settings: CampaignSettings = field(default_factory=CampaignSettings)
    status: CampaignStatus = CampaignStatus.STOPPED
    status_reason: str = ""
    agent_ids: frozenset[int] = frozenset()

    @property
    def running(self) -> bool:
        """Does it dial?"""
        return self.status is CampaignStatus.RUNNING

    def may_call(self, now: datetime, zone: ZoneInfo) -> bool:
        """Running, with a list, inside its calling window."""
        return self.running and self.list_id is not None and self.settings.calling_window.is_open(now, zone)
