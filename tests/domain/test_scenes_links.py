"""The AMI link is lost and comes back: what Asterisk has is compared with what is believed."""

from .trace import Scene


def test_a_lost_link() -> None:
    """Nothing is dialled or joined; what talks goes on, and what happened meanwhile is caught up with."""
    Scene(leads=4, agents="anna bert carl", agent_connection="nailed_up").play(
        """
        anna joins                                  | phone anna; anna paused: calling_phone
        bert joins                                  | phone bert; bert paused: calling_phone
        carl joins                                  | phone carl; carl paused: calling_phone
        anna phone idle                             | anna ready; call c1
        bert phone idle                             | bert ready; call c2
        carl phone idle                             | carl ready; call c3
        c1 answers                                  | join c1 anna; anna reserved
        c1 meets anna                               | anna in_call
        c2 answers                                  | join c2 bert; bert reserved
        c3 rings                                    |
        link down                                   |
        anna saves                                  |
        after 5                                     |
        link up c1~anna c2~bert c3:ringing carl:idle| bert in_call
        """
    )


def test_vanished_attempts() -> None:
    """By how far each had come: talked, was heard, or nobody knows."""
    Scene(leads=3, agents="anna bert", overdial_percent=50).play(
        """
        anna joins              | anna ready; call c1
        bert joins              | bert ready; call c2; call c3
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        c2 picks up             |
        c3 rings                |
        link down               |
        link up                 | c1 answered; anna wrap_up; c2 abandoned, retry in 60 min; c3 unknown, retry in
                                | 60 min
        """
    )


def test_a_customer_who_answered_meanwhile() -> None:
    """Joined now."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        link down               |
        link up c1              | hold c1; ring anna; anna reserved
        """
    )


def test_a_resync_while_a_machine_is_listened_for() -> None:
    """Up is not yet a person: the dialplan says who it is."""
    Scene(answering_machine_detection=True).play(
        """
        anna joins              | anna ready; call c1
        link up c1:listening    |
        c1 is a machine         |
        c1 gone 16              | c1 machine, retry in 60 min
        """
    )


def test_agents_who_came_back_meanwhile() -> None:
    """Nobody is joined before all is known."""
    Scene(when_all_busy="queue", agent_connection="nailed_up").play(
        """
        anna joins                | phone anna; anna paused: calling_phone
        anna phone idle           | anna ready; call c1
        anna pauses lunch         | anna paused: lunch
        c1 answers                | hold c1
        link down                 |
        anna resumes              | anna ready
        after 5                   |
        link up c1:hold anna:idle | join c1 anna; anna reserved
        """
    )


def test_asterisk_was_restarted() -> None:
    """Phones that stay up are called again; their agents are not to blame."""
    Scene(agents="anna bert", agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        bert joins              | phone bert; bert paused: calling_phone
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        link down               |
        link up                 | c1 answered; anna wrap_up; bert paused: phone_no_answer; phone bert; bert
                                | paused: calling_phone
        anna saves              | phone anna; anna paused: calling_phone
        """
    )


def test_a_phone_called_while_the_link_was_down() -> None:
    """It was never heard of: called now."""
    Scene(agent_connection="nailed_up").play(
        """
        link down               |
        anna joins              | phone anna; anna paused: calling_phone
        after 2                 |
        link up                 | anna paused: phone_no_answer; phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        """
    )


def test_a_rung_phone_that_was_never_heard_of() -> None:
    """The customer and the agent are tried once more."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        link down               |
        link up c1:ringing      |
        c1 answers              | hold c1; ring anna; anna reserved
        link down               |
        after 3                 |
        link up c1:hold         | anna paused: phone_no_answer; anna ready; ring anna; anna reserved
        """
    )


def test_stray_legs() -> None:
    """Agents' legs nobody waits for are hung up; customers' end by themselves."""
    Scene(leads=0).play(
        """
        anna joins                                  | anna ready
        link up nailed-1-77:idle ring-1-9:ringing c99 nailed-9-5:idle| hang up anna; hang up anna; hang up anna
        """
    )


def test_a_leg_that_is_no_longer_waited_for() -> None:
    """A phone that answers too late is hung up."""
    Scene(leads=0, agent_connection="nailed_up").play(
        """
        anna joins                    | phone anna; anna paused: calling_phone
        anna leaves                   | hang up anna; anna paused: not_joined
        anna phone idle on nailed-1-1 | hang up anna
        """
    )


def test_what_is_overdue_is_asked_about() -> None:
    """At most every five seconds."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        after 30                |
        after 11                | resync
        after 1                 |
        after 5                 | resync
        link up c1:ringing      |
        after 1                 |
        after 5                 | resync
        link up                 | c1 unknown, retry in 60 min
        """
    )


def test_a_channel_not_made_yet() -> None:
    """What was sent less than a second before the list may be missing in it."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        link up early           |
        """
    )


def test_let_go_again() -> None:
    """The command was lost with the link."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone gone         | anna paused: phone_no_answer
        after 2                 | let go c1
        link down               |
        link up c1:hold         | let go c1
        """
    )


def test_let_go_later() -> None:
    """Without the link nobody would hear it."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone gone         | anna paused: phone_no_answer
        link down               |
        after 5                 |
        link up c1:hold         |
        after 1                 | let go c1
        """
    )


def test_a_talk_younger_than_the_list() -> None:
    """It was heard of, so its channel had been made: it is over."""
    Scene(agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        link down               |
        link up early           | c1 answered; anna wrap_up
        """
    )


def test_a_new_link_is_asked_once_more() -> None:
    """For channels that were made just then."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        link down               |
        after 9                 |
        link up c1:ringing      |
        after 2.9               |
        after 0.1               | resync
        after 9                 |
        """
    )
