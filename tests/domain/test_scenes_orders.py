"""A supervisor's orders by force, and supervisors who listen."""

import re

import pytest

from .trace import Scene

TALK = """
anna joins              | anna ready; call c1
c1 answers              | hold c1; ring anna; anna reserved
anna phone idle         | join once c1 anna
c1 meets anna           | anna in_call
"""
NAILED_UP_TALK = """
anna joins              | phone anna; anna paused: calling_phone
anna phone idle         | anna ready; call c1
c1 answers              | join c1 anna; anna reserved
c1 meets anna           | anna in_call
"""


def lines(table: str) -> str:
    """A talk is a dialogue of its own in every scene: only the number of its lines matters here."""
    return table.strip()


def test_a_talk_goes_on_and_its_form_waits_for_nobody() -> None:
    scene = Scene(leads=2).play(
        lines(TALK)
        + """
        anna is logged out now  |
        anna logs in            |
        anna pauses tea         |
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone gone         |
        tick                    | set aside c1 for anna
        tick                    |
        after 5                 | set aside c1 for anna
        anna saves              | anna logged_out
        """
    )
    assert scene.agent("anna").attempt_id is None


def test_an_open_form_gets_the_default_disposition() -> None:
    Scene(leads=2, default_disposition_id=1).play(
        lines(TALK)
        + """
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone gone         |
        anna is paused now for meeting | save c1 for anna
        anna saves              | anna paused: meeting
        anna resumes            | anna ready; call c2
        """
    )


def test_a_form_saved_in_time_is_left_alone() -> None:
    Scene(leads=2).play(
        lines(TALK)
        + """
        anna is paused now for meeting |
        anna saves              |
        c1 gone 16              | c1 answered; anna paused: meeting
        anna phone gone         |
        """
    )


def test_an_order_outlives_the_daemon() -> None:
    Scene(leads=2).play(
        lines(TALK)
        + """
        anna is logged out now  |
        restart                 |
        link up c1~anna         |
        c1 gone 16              | c1 answered; anna wrap_up
        after 1                 | set aside c1 for anna
        """
    )


def test_a_phone_that_rings_is_hung_up_and_the_customer_gets_another_agent() -> None:
    Scene(agents="anna bela", leads=1).play(
        """
        anna joins              | anna ready; call c1
        bela joins              | bela ready
        c1 answers              | hold c1; ring anna; anna reserved
        anna is paused now for meeting | hang up anna
        anna phone gone         | anna paused: meeting; ring bela; bela reserved
        """
    )


def test_a_call_by_hand_is_given_up() -> None:
    Scene(pacing_mode="manual").play(
        """
        anna joins              | anna ready
        anna calls 1            | ring anna; anna reserved
        anna is logged out now  | hang up anna; anna logged_out; cancel c1
        """
    )


def test_nothing_to_hasten() -> None:
    Scene(pacing_mode="manual").play(
        """
        anna joins              | anna ready
        anna is paused now for meeting | anna paused: meeting
        anna is logged out now  | anna logged_out
        """
    )


@pytest.mark.parametrize(("talk", "connection"), [(TALK, "ring"), (NAILED_UP_TALK, "nailed_up")])
def test_listening_ends_with_the_talk(talk: str, connection: str) -> None:
    scene = Scene(leads=1, agent_connection=connection)
    scene.play(lines(talk))
    assert scene.step("anna listen from 900") == ["listen to anna in c1 from 900"]
    scene.step(f"listener up on {next(iter(scene.floor.listeners))}")
    assert scene.step("anna whisper from 900") == ["whisper on spy of c1"]
    assert scene.step("anna barge from 901") == ["barge to anna in c1 from 901"]
    assert re.fullmatch(r"spy-1-\d{13}", next(iter(scene.floor.listeners)))
    said = scene.step("c1 gone 16")
    assert said.count("hang up spy of c1") == 2
    assert scene.floor.listeners == {}


def test_a_supervisor_who_hung_up_is_called_again() -> None:
    scene = Scene(leads=1).play(lines(TALK))
    scene.step("anna listen from 900")
    scene.step(f"listener gone on {next(iter(scene.floor.listeners))}")
    assert scene.step("anna listen from 900") == ["listen to anna in c1 from 900"]


def test_the_last_mode_asked_for_while_the_telephone_rings_counts() -> None:
    scene = Scene(leads=1).play(lines(TALK))
    scene.step("anna listen from 900")
    leg = next(iter(scene.floor.listeners))
    assert scene.step("anna barge from 900") == []
    assert scene.step("anna whisper from 900") == []
    assert scene.step(f"listener up on {leg}") == ["whisper on spy of c1"]
    assert scene.step(f"listener up on {leg}") == []
    assert scene.step("anna listen from 900") == ["listen on spy of c1"]
    scene.step("c1 gone 16")
    assert scene.step(f"listener up on {leg}") == []


def test_a_telephone_picked_up_while_the_link_was_down() -> None:
    scene = Scene(leads=1).play(lines(TALK))
    scene.step("anna listen from 900")
    leg = next(iter(scene.floor.listeners))
    scene.step("anna barge from 900")
    scene.step("link down")
    assert "barge on spy of c1" in scene.step(f"link up c1~anna {leg}")
    assert scene.step("anna whisper from 900") == ["whisper on spy of c1"]


def test_there_must_be_a_talk() -> None:
    Scene(leads=1).play(
        """
        anna listen from 900    | refused: There is no talk: the call is over.
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna listen from 900    | refused: There is no talk: the call is over.
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        anna listen from anna   | refused: anna is the telephone of that talk: give the extension of your own.
        link down               |
        anna listen from 900    | refused: There is no link to Asterisk just now: try again in a moment.
        """
    )


def test_listeners_of_the_last_run() -> None:
    """Those of a talk that goes on stay, and leave with it; those of a talk that is over are hung up."""
    Scene(leads=1).play(
        lines(TALK)
        + """
        restart                 |
        link up c1~anna spy-1-77 spy-7-78 | hang up spy of c7
        anna listen from 900    | listen to anna in c1 from 900
        c1 gone 16              | c1 answered; hang up spy of c1; hang up spy of c1; anna wrap_up
        """
    )
