"""The daemon dies and another one starts on what was committed; Asterisk goes on meanwhile."""

from .trace import Scene


def test_in_every_state() -> None:
    """Agents keep their state, talks go on, vanished attempts end."""
    Scene(leads=4, agents="anna bert carl dora", agent_connection="nailed_up").play(
        """
        anna joins                                  | phone anna; anna paused: calling_phone
        bert joins                                  | phone bert; bert paused: calling_phone
        carl joins                                  | phone carl; carl paused: calling_phone
        dora joins                                  | phone dora; dora paused: calling_phone
        anna phone idle                             | anna ready; call c1
        bert phone idle                             | bert ready; call c2
        carl phone idle                             | carl ready; call c3
        c1 answers                                  | join c1 anna; anna reserved
        c1 meets anna                               | anna in_call
        c2 answers                                  | join c2 bert; bert reserved
        c3 rings                                    |
        restart                                     |
        after 2                                     |
        link up c1~anna c2~bert c3:ringing carl:idle dora:idle| bert in_call; dora ready; call c4
        c1 gone 16                                  | c1 answered; anna wrap_up
        anna saves                                  | anna ready
        anna phone idle                             |
        """
    )


def test_in_wrap_up_and_pauses() -> None:
    """Nothing changes for them."""
    Scene(leads=1, agents="anna bert", agent_connection="nailed_up").play(
        """
        anna joins                  | phone anna; anna paused: calling_phone
        bert joins                  | phone bert; bert paused: calling_phone
        anna phone idle             | anna ready; call c1
        bert phone idle             | bert ready
        c1 answers                  | join c1 anna; anna reserved
        c1 meets anna               | anna in_call
        c1 gone 16                  | c1 answered; anna wrap_up
        anna phone idle             |
        bert pauses lunch           | bert paused: lunch
        restart                     |
        link up anna:idle bert:idle |
        anna saves                  | anna ready
        bert resumes                | bert ready
        """
    )


def test_while_the_agents_phone_rings() -> None:
    """It goes on ringing for its customer."""
    Scene().play(
        """
        anna joins                   | anna ready; call c1
        c1 answers                   | hold c1; ring anna; anna reserved
        restart                      |
        link up c1:hold anna:ringing |
        anna phone idle              | join once c1 anna
        c1 meets anna                | anna in_call
        """
    )


def test_the_phone_was_rung_and_that_was_not_stored() -> None:
    """It is not called a second time."""
    Scene(leads=1, owners={1: "anna"}, private_leads="automatic").play(
        """
        anna joins                       | anna ready; call c1; anna reserved
        c1 rings                         |
        store holds                      |
        c1 answers                       | hold c1; ring anna
        restart                          |
        link up c1:hold ring-1-1:ringing | hold c1
        store answers                    |
        """
    )


def test_the_phone_was_rung_for_anyone() -> None:
    """That leg is hung up first: the next one has the same name."""
    Scene().play(
        """
        anna joins                       | anna ready; call c1
        store holds                      |
        c1 answers                       | hold c1; ring anna; anna reserved
        restart                          |
        link up c1:hold ring-1-1:ringing | hang up anna
        anna phone gone                  | anna ready; hold c1; ring anna; anna reserved
        store answers                    |
        """
    )


def test_the_join_was_not_stored() -> None:
    """The talk that goes on is taken over."""
    Scene(agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        store holds             |
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        restart                 |
        link up c1~anna         |
        store answers           |
        c1 gone 16              | c1 answered; anna wrap_up
        """
    )


def test_the_join_with_another_agent_was_not_stored() -> None:
    """The first one is free again."""
    Scene(agents="anna bert", leads=1).play(
        """
        anna joins              | anna ready; call c1
        bert joins              | bert ready
        c1 answers              | hold c1; ring anna; anna reserved
        store holds             |
        anna phone gone         | anna paused: phone_no_answer; ring bert; bert reserved
        bert phone idle         | join once c1 bert
        c1 meets bert           | bert in_call
        restart                 |
        link up c1~ring-2-1     | hang up anna; anna ready
        store answers           |
        c1 gone 16              | c1 answered; bert wrap_up
        """
    )


def test_the_originate_was_not_stored() -> None:
    """The attempt is on disk and its channel lives: it is a call like any other."""
    Scene().play(
        """
        store holds             |
        anna joins              | anna ready
        store commits           |
        restart                 |
        link up c1              | hold c1; ring anna; anna reserved
        store answers           |
        """
    )


def test_the_claim_was_stored_and_nothing_went_out() -> None:
    """Nobody can know that: unknown, tried again later."""
    Scene().play(
        """
        store holds             |
        anna joins              | anna ready
        store commits           |
        restart                 |
        after 2                 |
        link up                 | c1 unknown, retry in 60 min
        """
    )


def test_the_form_was_saved_and_the_agent_not_freed() -> None:
    """The form's commit freed them."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        store holds             |
        anna saves              | anna ready
        restart                 |
        store answers           |
        link up anna:idle       |
        tick                    | call c2
        """
    )


def test_taken_off_the_campaign_just_before() -> None:
    """The agent's own row was not written yet."""
    Scene(leads=0, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready
        store holds             |
        unassign anna           | hang up anna; anna paused: not_joined
        restart                 |
        link up anna:idle       | hang up anna; hang up anna
        """
    )


def test_ring_became_nailed_up_just_before() -> None:
    """Nor was this one."""
    Scene(leads=0).play(
        """
        anna joins                     | anna ready
        store holds                    |
        set agent_connection=nailed_up | phone anna; anna paused: calling_phone
        restart                        |
        link up                        | phone anna
        """
    )
