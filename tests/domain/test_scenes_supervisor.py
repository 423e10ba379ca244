"""What supervisors and the daemon change while calls go on."""

from .trace import Scene


def test_a_stopped_campaign() -> None:
    """Nothing new is dialled; what is under way goes on."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        stop                    |
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone gone         |
        anna saves              | anna ready
        start                   | call c2
        """
    )


def test_a_refused_originate() -> None:
    """No channel ever was: the number has lost no try."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 refused              | c1 failed, retry in 60 min uncounted
        """
    )


def test_a_run_of_failures_stops_the_campaign() -> None:
    """The trunk is at fault, not the numbers; started again, the count begins anew."""
    Scene(leads=6, max_failures=2).play(
        """
        anna joins              | anna ready; call c1
        c1 gone 38              | c1 failed, retry in 60 min; call c2
        c2 gone 17              | c2 busy, retry in 60 min; call c3
        c3 gone 38              | c3 failed, retry in 60 min; call c4
        c4 refused              | c4 failed, retry in 60 min uncounted; stop: stopped itself after 2 failed
                                | attempts in a row, the last one: no such endpoint
        start                   | call c5
        c5 gone 38              | c5 failed, retry in 60 min; call c6
        c6 refused              | c6 failed, retry in 60 min uncounted; stop: stopped itself after 2 failed
                                | attempts in a row, the last one: no such endpoint
        """
    )


def test_a_carrier_that_rejects_every_call() -> None:
    """A person declines now and then; a run of rejections is the carrier's doing."""
    Scene(leads=6, max_failures=2).play(
        """
        anna joins              | anna ready; call c1
        c1 gone 21              | c1 busy, retry in 60 min; call c2
        c2 gone 17              | c2 busy, retry in 60 min; call c3
        c3 gone 21              | c3 busy, retry in 60 min; call c4
        c4 gone 21              | c4 busy, retry in 60 min; stop: stopped itself after 2 failed attempts in a
                                | row, the last one: call rejected (Q.850 21)
        """
    )


def test_an_agent_taken_off_the_campaign_in_a_call() -> None:
    """They finish, whatever they ask for meanwhile, and are out."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        unassign anna           |
        anna resumes            |
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        anna pauses tea         |
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone gone         |
        anna saves              | anna paused: not_joined
        anna resumes            | refused: Join a campaign first.
        """
    )


def test_an_agent_taken_off_the_campaign_while_ready() -> None:
    """At once."""
    Scene(leads=0, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready
        unassign anna           | hang up anna; anna paused: not_joined
        """
    )


def test_a_deactivated_agent_in_a_call() -> None:
    """Logged out when the call and its form are done, and not let in again."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        deactivate anna         |
        anna resumes            |
        anna phone gone         | anna logged_out
        anna logs in            | refused: Agent anna is not active: a supervisor has to activate the account.
        """
    )


def test_a_deactivated_agent_without_a_call() -> None:
    """Logged out at once."""
    Scene(leads=0).play(
        """
        anna joins              | anna ready
        deactivate anna         | anna logged_out
        deactivate anna         |
        """
    )


def test_ring_becomes_nailed_up() -> None:
    """Free phones are called now; those that ring or talk follow."""
    Scene(leads=3, agents="anna bert carl").play(
        """
        anna joins                     | anna ready; call c1
        bert joins                     | bert ready; call c2
        carl joins                     | carl ready; call c3
        c1 answers                     | hold c1; ring anna; anna reserved
        c2 answers                     | hold c2; ring bert; bert reserved
        anna phone idle                | join once c1 anna
        c1 meets anna                  | anna in_call
        set agent_connection=nailed_up | phone carl; carl paused: calling_phone
        carl phone idle                | carl ready
        bert phone idle                | join c2 bert
        c2 meets bert                  | bert in_call
        c1 gone 16                     | c1 answered; anna wrap_up
        anna phone gone                |
        anna saves                     | phone anna; anna paused: calling_phone
        anna phone idle                | anna ready
        c2 gone 16                     | c2 answered; bert wrap_up
        bert phone idle                |
        bert saves                     | bert ready
        """
    )


def test_ring_becomes_nailed_up_and_the_form_was_saved() -> None:
    """The rung phone goes: the agent is not to blame and is called."""
    Scene(leads=1).play(
        """
        anna joins                     | anna ready; call c1
        c1 answers                     | hold c1; ring anna; anna reserved
        anna phone idle                | join once c1 anna
        c1 meets anna                  | anna in_call
        set agent_connection=nailed_up |
        anna saves                     |
        c1 gone 16                     | c1 answered; anna ready
        anna phone gone                | phone anna; anna paused: calling_phone
        anna phone idle                | anna ready
        """
    )


def test_nailed_up_becomes_ring() -> None:
    """Free phones are hung up now; those that talk follow."""
    Scene(leads=3, agents="anna bert carl", agent_connection="nailed_up").play(
        """
        anna joins                | phone anna; anna paused: calling_phone
        bert joins                | phone bert; bert paused: calling_phone
        carl joins                | phone carl; carl paused: calling_phone
        anna phone idle           | anna ready; call c1
        bert phone idle           | bert ready; call c2
        c1 answers                | join c1 anna; anna reserved
        c2 answers                | join c2 bert; bert reserved
        c1 meets anna             | anna in_call
        c2 meets bert             | bert in_call
        set agent_connection=ring | hang up carl; carl ready; call c3
        bert saves                |
        c1 gone 16                | c1 answered; anna wrap_up
        anna phone idle           | hang up anna
        anna phone gone           |
        anna saves                | anna ready
        c2 gone 16                | c2 answered; bert ready
        bert phone idle           | hang up bert
        bert phone gone           |
        """
    )


def test_nailed_up_becomes_ring_while_a_private_lead_is_called() -> None:
    """The phone that waits is used, for this once."""
    Scene(leads=1, owners={1: "anna"}, private_leads="automatic", agent_connection="nailed_up").play(
        """
        anna joins                | phone anna; anna paused: calling_phone
        anna phone idle           | anna ready; call c1; anna reserved
        set agent_connection=ring |
        c1 answers                | join once c1 anna
        c1 meets anna             | anna in_call
        c1 gone 16                | c1 answered; anna wrap_up
        anna phone gone           |
        anna saves                | anna ready
        """
    )


def test_raising_max_retries_revives_exhausted_leads() -> None:
    """At once, not when their next time would have come."""
    Scene(max_retries=0).play(
        """
        anna joins              | anna ready; call c1
        c1 gone 17              | c1 busy, retry in 0 min
        after 3601              |
        set max_retries=1       | call c2
        c2 gone 17              | c2 busy, retry in 0 min
        after 3601              |
        set max_retries=2       | call c3
        """
    )


def test_drain() -> None:
    """Claims that come back are put back; customers who answer are still joined."""
    Scene(agents="anna bert", leads=3).play(
        """
        anna joins              | anna ready; call c1
        store holds             |
        bert joins              | bert ready
        drain                   |
        store answers           | cancel c2
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        """
    )


def test_claims_no_longer_wanted_are_put_back() -> None:
    """Stopped, without agents, without the link: nothing goes out."""
    Scene().play(
        """
        store holds             |
        anna joins              | anna ready
        anna pauses lunch       | anna paused: lunch
        store answers           | cancel c1
        store holds             |
        anna resumes            | anna ready
        stop                    |
        store answers           | cancel c2
        store holds             |
        start                   |
        link down               |
        store answers           | cancel c3
        link up                 | call c4
        """
    )


def test_a_claim_for_the_former_private_mode() -> None:
    """Its leads are put back."""
    Scene(leads=1, owners={1: "anna"}, private_leads="automatic", agent_connection="nailed_up").play(
        """
        store holds             |
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready
        set private_leads=off   |
        store answers           | cancel c1
        """
    )


def test_a_campaign_is_removed() -> None:
    """Not while anything of it is live."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        remove alpha            | refused: Campaign “alpha” is running: stop it first.
        stop                    |
        remove alpha            | refused: Campaign “alpha” still has calls under way or open forms: wait until
                                | they are done.
        c1 gone 16              | c1 no_answer, retry in 60 min
        remove alpha            | anna paused: not_joined
        """
    )


def test_a_campaign_stops_itself_once() -> None:
    """The calls that were under way fail, too, and there is nothing left to stop."""
    Scene(leads=4, overdial_percent=100, max_failures=1).play(
        """
        anna joins              | anna ready; call c1; call c2
        c1 refused              | c1 failed, retry in 60 min uncounted; stop: stopped itself after 1 failed
                                | attempts in a row, the last one: no such endpoint
        c2 refused              | c2 failed, retry in 60 min uncounted
        """
    )
