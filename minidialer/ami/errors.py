"""What can go wrong between the daemon and Asterisk. Every message is one sentence for a supervisor."""


class AmiDownError(ConnectionError):
    """The link to Asterisk is down: the action was not sent, or its answer will never come. It is not sent again."""


class AmiTimeoutError(TimeoutError):
    """Asterisk took the action and did not answer in time: whether it acted is not known."""


class AmiRefusedError(RuntimeError):
    """Asterisk answered with an error."""


class UnsafeValueError(ValueError):
    """A value that would be read as something else than itself: another header, a variable, dialplan syntax."""


AmiError = AmiDownError | AmiTimeoutError | AmiRefusedError
