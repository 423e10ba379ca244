"""Which of our legs are in which bridge."""


class Bridges:
    """A leg is in one bridge at most; a bridge nobody of ours is in is forgotten."""

    def __init__(self) -> None:
        self._members: dict[str, dict[str, None]] = {}
        self._bridge_of: dict[str, str] = {}

    def __len__(self) -> int:
        """Legs that are in a bridge."""
        return len(self._bridge_of)

    def enter(self, bridge: str, leg: str) -> tuple[str, ...]:
        """The leg enters the bridge, from wherever it was; the legs it meets there, none if it was there already."""
        if self._bridge_of.get(leg) == bridge:
            return ()
        self.leave(leg)
        members = self._members.setdefault(bridge, {})
        met = tuple(members)
        members[leg] = None
        self._bridge_of[leg] = bridge
        return met

    def leave(self, leg: str) -> None:
        """The leg is in no bridge any more."""
        bridge = self._bridge_of.pop(leg, None)
        if bridge is None:
            return
        members = self._members[bridge]
        del members[leg]
        if not members:
            del self._members[bridge]

    def clear(self) -> None:
        """Forget all."""
        self._members.clear()
        self._bridge_of.clear()
