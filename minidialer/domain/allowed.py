"""What a value may be, as sentences: the configuration file, the control socket and the command line say the same.

Input is one entry of a validator's error list: the kind of error and its context. Nothing here knows the validator.
"""

from collections.abc import Mapping

from .sentence import Sentence, sentence

_PLAIN = {
    "missing": sentence("is missing"),
    "int_type": sentence("must be a whole number"),
    "int_parsing": sentence("must be a whole number"),
    "int_from_float": sentence("must be a whole number"),
    "int_parsing_size": sentence("must be a smaller number"),
    "float_type": sentence("must be a number"),
    "float_parsing": sentence("must be a number"),
    "finite_number": sentence("must be a number"),
    "bool_type": sentence("must be true or false"),
    "bool_parsing": sentence("must be true or false"),
    "string_type": sentence("must be text in quotes"),
    "string_unicode": sentence("must be text in UTF-8"),
    "path_type": sentence("must be a path"),
    "list_type": sentence("must be a list"),
    "tuple_type": sentence("must be a list"),
    "dict_type": sentence("must be a section with keys of its own"),
    "model_type": sentence("must be a section with keys of its own"),
    "model_attributes_type": sentence("must be a section with keys of its own"),
    "datetime_type": sentence("must be a date and time like 2026-05-04T09:30:00+02:00"),
    "datetime_parsing": sentence("must be a date and time like 2026-05-04T09:30:00+02:00"),
    "datetime_from_date_parsing": sentence("must be a date and time like 2026-05-04T09:30:00+02:00"),
    "timezone_aware": sentence("must say its time zone, like 2026-05-04T09:30:00+02:00"),
}
# Texts that go on to Asterisk are no wider than what may stand in its headers and in the dialplan.
LINE = r"^[^\x00-\x1f\x7f]*$"
LOGIN = r"^[A-Za-z0-9_.-]{1,79}$"
CALLER_ID = r"^[A-Za-z0-9+*#._-]{0,40}$"
SOUND = r"^[\w./+-]*$"
BUTTON_KEY = r"^[1-9]?$"
HOLD_AUDIO = r"^(music|announcement):[\w./+-]*$"
_PATTERNS = {
    LINE: sentence("must be one line without control characters"),
    LOGIN: sentence("must be 1 to 79 letters (a to z), digits or signs out of _ . -"),
    CALLER_ID: sentence("must be at most 40 letters (a to z), digits or signs out of + * # . _ -"),
    SOUND: sentence("must be one name of letters, digits and the signs _ . / + -"),
    BUTTON_KEY: sentence("must be one digit from 1 to 9, or empty"),
    HOLD_AUDIO: sentence("must be music:CLASS or announcement:SOUND"),
}
_BOUNDED = {
    "greater_than_equal": ("ge", "must be {limit} or more"),
    "greater_than": ("gt", "must be more than {limit}"),
    "less_than_equal": ("le", "must be {limit} or less"),
    "less_than": ("lt", "must be less than {limit}"),
    "string_too_short": ("min_length", "must have at least {limit} characters"),
    "string_too_long": ("max_length", "must have at most {limit} characters"),
    "too_short": ("min_length", "must have at least {limit} entries"),
    "too_long": ("max_length", "must have at most {limit} entries"),
    "literal_error": ("expected", "must be one of {limit}"),
    "enum": ("expected", "must be one of {limit}"),
}
# Marked for extraction: the templates above are put together with a variable.
_MARKED = (
    sentence("must be {limit} or more"),
    sentence("must be more than {limit}"),
    sentence("must be {limit} or less"),
    sentence("must be less than {limit}"),
    sentence("must have at least {limit} characters"),
    sentence("must have at most {limit} characters"),
    sentence("must have at least {limit} entries"),
    sentence("must have at most {limit} entries"),
    sentence("must be one of {limit}"),
)


def allowed(kind: str, context: Mapping[str, object], fallback: str) -> Sentence:
    """The predicate that follows the name of the key, e.g. “must be 5 or more”; `fallback` for an unlisted kind."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "string_pattern_mismatch" and context.get("pattern") in _PATTERNS:
        return _PATTERNS[str(context["pattern"])]
    if kind in _BOUNDED:
        key, template = _BOUNDED[kind]
        limit = context.get(key, "?")
        return Sentence(template, {"limit": limit.replace(" or ", ", ") if isinstance(limit, str) else limit})
    return Sentence("is not valid: {problem}", {"problem": fallback})
