"""Talks: on hold and back, sent on, keys of the telephone; and agents whose page nobody sees."""

from typing import Any

import pytest

from .trace import Scene


def talk(**settings: Any) -> Scene:
    connection = settings.setdefault("agent_connection", "nailed_up")
    if connection == "ring":
        return Scene(leads=2, **settings).play(
            """
            anna joins              | anna ready; call c1
            c1 answers              | hold c1; ring anna; anna reserved
            anna phone idle         | join once c1 anna
            c1 meets anna           | anna in_call
            """
        )
    return Scene(leads=2, **settings).play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        """
    )


def test_on_hold_and_back() -> None:
    talk().play(
        """
        anna holds              | take apart c1 anna
        anna holds              |
        anna talks on           | join c1 anna
        c1 meets anna           |
        c1 gone 16              | c1 answered; anna wrap_up
        """
    )


def test_a_customer_who_hangs_up_on_hold() -> None:
    talk().play(
        """
        anna holds              | take apart c1 anna
        c1 gone 16              | c1 answered; back anna; anna wrap_up
        anna saves              | anna ready
        anna phone idle         | call c2
        """
    )
    talk(agent_connection="ring").play(
        """
        anna holds              | take apart c1 anna
        c1 gone 16              | c1 answered; hang up anna; anna wrap_up
        """
    )


@pytest.mark.parametrize("connection", ["ring", "nailed_up"])
def test_an_agent_who_hangs_up_on_hold_ends_the_talk(connection: str) -> None:
    talk(agent_connection=connection).play(
        """
        anna holds              | take apart c1 anna
        anna phone gone         | hang up c1
        c1 gone 16              | c1 answered; anna wrap_up
        """
    )


def test_hold_is_known_after_a_restart() -> None:
    scene = talk().play(
        """
        anna holds              | take apart c1 anna
        restart                 |
        link up c1:held anna:held |
        anna talks on           | join c1 anna
        """
    )
    assert not scene.floor.attempts[1].on_hold


@pytest.mark.parametrize(("legs", "held"), [("c1~anna", False), ("c1:held anna:held", True)])
def test_asterisk_knows_whether_a_talk_is_held(legs: str, held: bool) -> None:
    scene = talk().play("after 2 |" if held else "anna holds | take apart c1 anna")
    scene.play("link down |")
    scene.now = scene.now.replace(minute=5)
    scene.play(f"link up {legs} |")
    assert scene.floor.attempts[1].on_hold is held


def test_a_leg_left_on_hold_is_fetched_back() -> None:
    scene = talk().play(
        """
        anna holds              | take apart c1 anna
        link down               |
        link up anna:held       | c1 answered; back anna; anna wrap_up; back anna
        """
    )
    assert not scene.floor.attempts


def test_sent_on() -> None:
    """The agent's part ends; the customer's end is no event of ours any more."""
    scene = talk().play(
        """
        anna sends the customer to 200 | send c1 to PJSIP/200; c1 answered; anna wrap_up
        c1 gone 16              |
        anna phone idle         |
        anna saves              | anna ready; call c2
        """
    )
    assert scene.store.attempts[1].attempt.detail == "transferred to 200"


def test_sent_on_while_on_hold() -> None:
    talk().play(
        """
        anna holds              | take apart c1 anna
        anna sends the customer to 200 | send c1 to PJSIP/200; c1 answered; back anna; anna wrap_up
        """
    )


def test_sent_on_to_a_number_counts_as_a_call_by_hand() -> None:
    scene = Scene(leads=4, agent_connection="nailed_up")
    scene.floor.by_hand_per_hour = 1
    scene.play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        anna sends the customer to +48221234567 | send c1 to PJSIP/+48221234567; c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna ready; call c2
        c2 answers              | join c2 anna; anna reserved
        c2 meets anna           | anna in_call
        anna sends the customer to +48221234567 | refused: You have called 1 numbers by hand within an hour, which is the limit: go on later.
        anna sends the customer to 200 | send c2 to PJSIP/200; c2 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna ready; call c3
        c3 answers              | join c3 anna; anna reserved
        c3 meets anna           | anna in_call
        after 3600              |
        anna sends the customer to +48221234567 | send c3 to PJSIP/+48221234567; c3 answered; anna wrap_up
        """  # noqa: E501  # the sentence is that long
    )


def test_keys_of_the_telephone() -> None:
    talk().play(
        """
        anna presses 5          | press 5 c1
        anna presses #          | press # c1
        anna presses 12         | refused: “12” is no key of a telephone: use 0 to 9, * or #.
        anna holds              | take apart c1 anna
        anna presses 1          | refused: The customer is on hold: talk on first.
        link down               |
        anna talks on           | refused: There is no link to Asterisk just now: try again in a moment.
        """
    )


def test_no_talk() -> None:
    Scene(leads=0).play(
        """
        anna holds              | refused: There is no talk: the call is over.
        anna presses 1          | refused: There is no talk: the call is over.
        anna sends the customer to 200 | refused: There is no talk: the call is over.
        """
    )


def test_a_page_that_is_gone_pauses_and_one_that_is_back_resumes() -> None:
    Scene(leads=0).play(
        """
        anna joins              | anna ready
        anna page gone          | anna paused: page_gone
        anna page back          | anna ready
        anna pauses lunch       | anna paused: lunch
        anna page gone          |
        anna page back          |
        """
    )


def test_a_talk_goes_on_without_the_page() -> None:
    scene = talk().play(
        """
        anna page gone          |
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna paused: page_gone
        """
    )
    scene.play("anna page back | anna ready; call c2")
    talk().play(
        """
        anna page gone          |
        anna page back          |
        anna saves              |
        c1 gone 16              | c1 answered; anna ready
        """
    )


def test_a_phone_that_answers_while_the_page_is_gone() -> None:
    Scene(leads=0, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna page gone          | anna paused: page_gone
        anna phone idle         |
        anna page back          | anna ready
        """
    )


def test_a_blocked_list_keeps_its_campaigns_away() -> None:
    scene = Scene(campaigns="alpha", leads=0).play("anna joins | anna ready")
    scene.play("block anna | anna paused: not_joined")
    scene.play("anna joins | refused: The list of campaign “alpha” is blocked for you.")
