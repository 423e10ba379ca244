"""How to reach Asterisk's manager interface."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AmiSettings:
    """The [asterisk] section, in seconds. The secret is never shown."""

    user: str
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 5038
    connect_timeout: float = 5.0  # for the connection, the greeting, the login, each
    action_timeout: float = 5.0  # for the answer to an action
    ping_interval: float = 5.0  # a silent peer is noticed after this and action_timeout
    check_interval: float = 30.0  # Asterisk is asked for its channels at least so often: else lost news stays lost
    reconnect_min: float = 0.5  # first pause before connecting again; it doubles
    reconnect_max: float = 5.0  # longest pause
    login_pause: float = 30.0  # pause after a refused login: trying a wrong password often may lock the user out

    @property
    def address(self) -> str:
        """Host and port, for messages."""
        return f"{self.host}:{self.port}"
