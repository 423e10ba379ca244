"""Which use case answers which method. Each takes the desk, who asks, and the method's parameters."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from minidialer.control.method import Method
from minidialer.control.models import agents as agent_methods
from minidialer.control.models import audit as audit_methods
from minidialer.control.models import campaigns as campaign_methods
from minidialer.control.models import dispositions as disposition_methods
from minidialer.control.models import figures as figure_methods
from minidialer.control.models import imports as import_methods
from minidialer.control.models import leads as lead_methods
from minidialer.control.models import lists as list_methods
from minidialer.control.models import pacing as pacing_methods
from minidialer.control.models import seat as seat_methods
from minidialer.control.models import stats as stats_methods
from minidialer.control.models import system as system_methods
from minidialer.control.models import uploads as upload_methods
from minidialer.daemon.use_cases import (
    agents,
    audit_trail,
    campaign_views,
    campaigns,
    dispositions,
    figures,
    imports,
    lead_edits,
    lead_pages,
    leads,
    lists,
    metrics,
    pacing,
    pacing_advice,
    seat,
    spying,
    stats,
    system,
    uploads,
)
from minidialer.daemon.use_cases.desk import Actor, Desk

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
UseCase = Callable[[Desk, Actor, Any], Awaitable[BaseModel]]


def _bind(method: Method[P, R], use_case: Callable[[Desk, Actor, P], Awaitable[R]]) -> tuple[str, UseCase]:
    """Typed: the use case must take and give what the method says."""
    return method.name, use_case


HANDLERS: dict[str, UseCase] = dict(
    [
        _bind(system_methods.STATUS, system.status),
        _bind(system_methods.METRICS, metrics.metrics),
        _bind(agent_methods.ADD, agents.add),
        _bind(agent_methods.LIST, agents.every),
        _bind(agent_methods.SET, agents.change_one),
        _bind(agent_methods.REMOVE, agents.remove),
        _bind(agent_methods.LOG_OUT, agents.log_out),
        _bind(agent_methods.PAUSE, agents.pause),
        _bind(agent_methods.RESUME, agents.resume),
        _bind(agent_methods.PASSWORD, agents.set_password),
        _bind(agent_methods.SPY, spying.spy),
        _bind(list_methods.ADD, lists.add),
        _bind(list_methods.LIST, lists.every),
        _bind(list_methods.SHOW, lists.show),
        _bind(list_methods.RENAME, lists.rename),
        _bind(list_methods.REMOVE, lists.remove),
        _bind(list_methods.CHANGED, lists.changed),
        _bind(disposition_methods.ADD, dispositions.add),
        _bind(disposition_methods.LIST, dispositions.every),
        _bind(disposition_methods.SET, dispositions.change_one),
        _bind(disposition_methods.REMOVE, dispositions.remove),
        _bind(campaign_methods.ADD, campaigns.add),
        _bind(campaign_methods.LIST, campaigns.every),
        _bind(campaign_methods.SHOW, campaigns.show),
        _bind(campaign_methods.COUNTS, campaign_views.counts),
        _bind(figure_methods.FIGURES, figures.figures),
        _bind(campaign_methods.SET, campaigns.change_one),
        _bind(campaign_methods.ASSIGN, campaigns.assign),
        _bind(campaign_methods.UNASSIGN, campaigns.unassign),
        _bind(campaign_methods.START, campaigns.start),
        _bind(campaign_methods.STOP, campaigns.stop),
        _bind(campaign_methods.REMOVE, campaigns.remove),
        _bind(pacing_methods.SHOW, pacing.show),
        _bind(pacing_methods.ADVICE, pacing_advice.advice),
        _bind(lead_methods.PAGE, lead_pages.page),
        _bind(lead_methods.SHOW, lead_pages.show),
        _bind(lead_methods.EDIT, lead_edits.edit),
        _bind(lead_methods.DO_NOT_CALL, lead_edits.do_not_call),
        _bind(lead_methods.LIST, leads.page),
        _bind(lead_methods.FIND, leads.find),
        _bind(lead_methods.HISTORY, leads.history),
        _bind(lead_methods.RESET, leads.reset_attempts),
        _bind(import_methods.LIST, imports.every),
        _bind(import_methods.UNDO, imports.undo),
        _bind(upload_methods.UPLOAD, uploads.begin),
        _bind(upload_methods.CHUNK, uploads.chunk),
        _bind(upload_methods.PREVIEW, uploads.preview),
        _bind(upload_methods.RUN, uploads.run),
        _bind(upload_methods.JOB, uploads.job),
        _bind(upload_methods.REJECTED, uploads.rejected),
        _bind(upload_methods.CANCEL, uploads.cancel),
        _bind(seat_methods.STATE, seat.state),
        _bind(seat_methods.CAMPAIGNS, seat.joinable),
        _bind(seat_methods.LOG_IN, seat.log_in),
        _bind(seat_methods.LOG_OUT, seat.log_out),
        _bind(seat_methods.JOIN, seat.join),
        _bind(seat_methods.LEAVE, seat.leave),
        _bind(seat_methods.PAUSE, seat.pause),
        _bind(seat_methods.RESUME, seat.resume),
        _bind(seat_methods.HANG_UP, seat.hang_up),
        _bind(seat_methods.FORM, seat.form),
        _bind(seat_methods.SAVE, seat.save),
        _bind(stats_methods.AGENTS, stats.of_agents),
        _bind(stats_methods.CAMPAIGNS, stats.of_campaigns),
        _bind(stats_methods.HOURS, stats.by_hour),
        _bind(audit_methods.LIST, audit_trail.page),
    ]
)
