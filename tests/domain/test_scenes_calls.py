"""One call, from the first ring to the saved form: every path of docs/call-flow.md."""

from .trace import Scene


def test_ring_a_talk_from_end_to_end() -> None:
    """The agent's phone rings for this customer only; both legs are hung up afterwards."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 rings                |
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone gone         |
        anna saves              | anna ready
        """
    )
