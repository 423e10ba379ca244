"""What the page says to the agent about states, outcomes and ended sessions."""

from minidialer.domain.agent import AgentState, PauseReason, PhoneState
from minidialer.i18n import N_

from .i18n import Words
from .services import SeatView

STATES: dict[str, str] = {
    AgentState.LOGGED_OUT: N_("Logged out"),
    AgentState.PAUSED: N_("Paused"),
    AgentState.READY: N_("Ready"),
    AgentState.RESERVED: N_("Connecting"),
    AgentState.IN_CALL: N_("Talking"),
    AgentState.WRAP_UP: N_("Form open"),
}
OUTCOMES = {
    "answered": N_("answered"),
    "busy": N_("busy"),
    "no_answer": N_("no answer"),
    "congestion": N_("congestion"),
    "invalid": N_("dead number"),
    "machine": N_("answering machine"),
    "abandoned": N_("abandoned"),
    "failed": N_("failed"),
    "unknown": N_("unknown"),
}
KINDS = {
    "private": N_("private"),
    "callback": N_("callback"),
    "handed_out": N_("handed out"),
}
PAUSES = {
    PauseReason.NOT_JOINED: (N_("You are in no campaign"), N_("Join one below to get calls.")),
    PauseReason.CALLING_PHONE: (N_("Your phone is being called"), N_("Pick it up and keep the line open.")),
    PauseReason.PHONE_NO_ANSWER: (
        N_("Your phone did not answer"),
        N_("See that it is on and connected, then have it called again."),
    ),
    PauseReason.PHONE_HUNG_UP: (N_("Your phone hung up"), N_("Have it called again to go on.")),
    PauseReason.PAGE_GONE: (
        N_("You got no calls while this page was gone"),
        N_("It was closed or without a connection for too long."),
    ),
}
IN_STATISTICS = {
    PauseReason.NOT_JOINED: N_("in no campaign"),
    PauseReason.CALLING_PHONE: N_("calling the phone"),
    PauseReason.PHONE_NO_ANSWER: N_("the phone did not answer"),
    PauseReason.PHONE_HUNG_UP: N_("the phone hung up"),
    PauseReason.PAGE_GONE: N_("the page was gone"),
}
HEADLINES = {
    AgentState.LOGGED_OUT: (N_("You are logged out"), ""),
    AgentState.READY: (N_("Waiting for a call"), N_("The form opens by itself.")),
    AgentState.RESERVED: (N_("A call is coming"), N_("You are being connected.")),
    AgentState.IN_CALL: (N_("You are talking"), ""),
    AgentState.WRAP_UP: (N_("The call is over"), N_("Save the form to get the next call.")),
}
REASONS = {N_("break"), N_("lunch"), N_("training")}  # the settings' own; others are shown as they are
AFTER_CALL = {
    "pause": N_("Pause after this call"),
    "leave": N_("Leaving after this call"),
    "log_out": N_("Logging out after this call"),
}
ENDED = {
    "taken_over": N_("Your session was taken over: somebody logged in with your account elsewhere."),
    "signed_out": N_("You are logged out."),
    "revoked": N_("A supervisor ended your session."),
    "expired": N_("Your session has expired: log in again."),
    "unknown": N_("You are not logged in."),
    "other_page": N_("These pages are open in another tab or window, which has taken over from this one."),
}


def headline(view: SeatView, words: Words) -> tuple[str, str]:
    """What is happening, and what to do."""
    title, hint = _headline(view)
    return words.gettext(title), words.gettext(hint)


def _headline(view: SeatView) -> tuple[str, str]:
    if view.state == AgentState.PAUSED:
        return PAUSES.get(PauseReason(view.reason), ("", "")) if _is_code(view.reason) else (N_("You are paused"), "")
    if view.calling is not None and view.calling.stage == "customer":
        return N_("The customer is being called"), N_("The form opens when they answer.")
    if view.calling is not None:
        return N_("Your phone is ringing"), N_("Pick it up: then the customer is called.")
    if view.state == AgentState.RESERVED and view.phone == PhoneState.CALLING:
        return N_("Your phone is ringing"), N_("Pick it up: the customer is being connected.")
    if view.state == AgentState.IN_CALL and view.form is not None and view.form.on_hold:
        return N_("The customer is on hold"), ""
    return HEADLINES[AgentState(view.state)]


def reason(view: SeatView, words: Words) -> str:
    """Why the agent is paused, in a few words; "" for anything but a pause, and where the headline says it."""
    return "" if _is_code(view.reason) else words.gettext(view.reason)


def pause(reason: str, words: Words) -> str:
    """A reason of pauses, as the statistics list it."""
    if _is_code(reason):
        return words.gettext(IN_STATISTICS[PauseReason(reason)])
    return words.gettext(reason) or words.gettext("no reason given")


def wants_phone(view: SeatView) -> bool:
    """Is the way back to have the phone called?"""
    return view.reason in {PauseReason.PHONE_NO_ANSWER, PauseReason.PHONE_HUNG_UP}


def _is_code(text: str) -> bool:
    return text in list(PauseReason)


def duration(seconds: float, words: Words) -> str:
    """Like 2 h 05 min, 34 min or 12 s."""
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return words.gettext("{hours} h {minutes:02d} min").format(hours=hours, minutes=minutes)
    if minutes:
        return words.gettext("{minutes} min {seconds:02d} s").format(minutes=minutes, seconds=whole % 60)
    return words.gettext("{seconds} s").format(seconds=whole)
