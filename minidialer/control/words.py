"""States and other codes in the reader's language. Codes stay as they are in JSON."""

from minidialer.i18n import N_, _

WORDS = {
    "logged_out": N_("logged out"),
    "paused": N_("paused"),
    "ready": N_("ready"),
    "reserved": N_("reserved"),
    "in_call": N_("in a call"),
    "wrap_up": N_("form open"),
    "not_joined": N_("in no campaign"),
    "calling_phone": N_("calling the phone"),
    "phone_no_answer": N_("the phone did not answer"),
    "phone_hung_up": N_("the phone hung up"),
    "page_gone": N_("the page is gone"),
    "stopped": N_("stopped"),
    "running": N_("running"),
    "claimed": N_("about to be dialled"),
    "dialling": N_("dialling"),
    "ringing": N_("ringing"),
    "waiting": N_("waiting for an agent"),
    "joining": N_("being joined"),
    "connected": N_("talking"),
    "ended": N_("ended"),
    "answered": N_("answered"),
    "busy": N_("busy"),
    "no_answer": N_("no answer"),
    "congestion": N_("congestion"),
    "invalid": N_("dead number"),
    "machine": N_("answering machine"),
    "abandoned": N_("abandoned"),
    "failed": N_("failed"),
    "unknown": N_("unknown"),
    "fresh": N_("fresh"),
    "retry": N_("to be retried"),
    "callback": N_("callback"),
    "live": N_("being called"),
    "closed": N_("closed"),
    "exhausted": N_("exhausted"),
    "up": N_("up"),
    "down": N_("down"),
}


def word(code: str | None) -> str:
    """What people read for a code; a reason in a person's own words stays as it is."""
    return _(WORDS[code]) if code in WORDS else (code or "")
