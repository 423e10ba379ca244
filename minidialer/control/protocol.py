"""The protocol of the control socket: JSON-RPC 2.0, one message a line, and every method there is."""

from typing import Any

from .method import Method
from .models import (
    agents,
    audit,
    campaigns,
    dispositions,
    figures,
    imports,
    leads,
    lists,
    pacing,
    seat,
    stats,
    system,
    uploads,
    watch,
)

PROTOCOL = 1  # grows when a client of the older one would be misunderstood
MESSAGE_LIMIT = 1024 * 1024  # bytes of one line, either way a client sends it
BATCH_LIMIT = 50

_NOUNS = (
    system,
    agents,
    lists,
    dispositions,
    campaigns,
    figures,
    pacing,
    leads,
    imports,
    uploads,
    seat,
    stats,
    audit,
    watch,
)
METHODS: dict[str, Method[Any, Any]] = {method.name: method for noun in _NOUNS for method in noun.METHODS}
