"""How many calls are placed: overdial, five seconds, trunks, windows."""

from minidialer.domain.trunk import Trunk

from .trace import Scene


def test_overdial() -> None:
    """0 % is one call a free agent, 100 % two, ringing ones included; 250 % floors over all of them."""
    Scene(agents="anna bert", leads=9, max_attempts_per_5s=20).play(
        """
        anna joins               | anna ready; call c1
        set overdial_percent=100 | call c2
        bert joins               | bert ready; call c3; call c4
        set overdial_percent=250 | call c5; call c6; call c7
        set overdial_percent=0   |
        c1 gone 17               | c1 busy, retry in 60 min
        """
    )


def test_fractions_floor_over_all_free_agents() -> None:
    """50 % is one call for one agent, three for two."""
    Scene(agents="anna bert carl", leads=9, overdial_percent=50).play(
        """
        anna joins              | anna ready; call c1
        bert joins              | bert ready; call c2; call c3
        carl joins              | carl ready; call c4
        """
    )


def test_five_seconds() -> None:
    """A start leaves the window exactly five seconds after it entered."""
    Scene(leads=9, overdial_percent=200, max_attempts_per_5s=2).play(
        """
        anna joins              | anna ready; call c1; call c2
        c1 gone 17              | c1 busy, retry in 60 min
        after 4.97              |
        after 0.01              | call c3; call c4
        after 5                 |
        """
    )


def test_pending_claims_count() -> None:
    """A slow store is not asked twice for the same call."""
    Scene(agents="anna bert", leads=9, overdial_percent=100).play(
        """
        store holds             |
        anna joins              | anna ready
        bert joins              | bert ready
        store answers           | call c1; call c2; call c3; call c4
        """
    )


def test_channels_of_a_trunk_two_campaigns_share() -> None:
    """Three channels are three calls, whoever places them."""
    Scene(
        agents="anna bert",
        campaigns="alpha beta",
        leads=9,
        overdial_percent=100,
        trunk=Trunk("carrier", "PJSIP/{digits}@carrier", channels=3),
    ).play(
        """
        anna joins alpha        | anna ready; call c1; call c2
        bert joins beta         | bert ready; call c3
        c1 gone 17              | c1 busy, retry in 60 min; call c4
        """
    )


def test_calls_a_second_of_a_trunk_two_campaigns_share() -> None:
    """Two a second, the next one a second later."""
    Scene(
        agents="anna bert",
        campaigns="alpha beta",
        leads=9,
        overdial_percent=100,
        trunk=Trunk("carrier", "PJSIP/{digits}@carrier", calls_per_second=2),
    ).play(
        """
        anna joins alpha        | anna ready; call c1; call c2
        bert joins beta         | bert ready
        after 0.97              |
        after 1                 | call c3; call c4
        """
    )


def test_the_calling_window() -> None:
    """Outside it nothing is dialled; customers who are on the line are still served."""
    Scene(leads=2).play(
        """
        anna joins                           | anna ready; call c1
        set calling_window=mon-sun 0:00-1:00 |
        c1 answers                           | hold c1; ring anna; anna reserved
        c1 gone 16                           | c1 abandoned, retry in 60 min; hang up anna; anna ready
        anna phone gone                      |
        set calling_window=                  | call c2
        """
    )


def test_no_lead_is_due() -> None:
    """The store is asked again after a second, or as soon as leads are imported."""
    Scene(leads=0).play(
        """
        anna joins              | anna ready
        leads changed           |
        after 0.5               |
        after 1                 |
        """
    )


def test_pending_claims_count_for_five_seconds() -> None:
    """Nothing is claimed that could not be called."""
    Scene(agents="anna bert", leads=9, overdial_percent=200, max_attempts_per_5s=2).play(
        """
        store holds             |
        anna joins              | anna ready
        bert joins              | bert ready
        store answers           | call c1; call c2
        """
    )
