"""Private leads: only their owner, one to one, ahead of the order, at nobody's expense."""

from .trace import Scene


def test_automatic_goes_ahead_of_the_order() -> None:
    """Its owner is kept for it from the moment it is called, and everybody else goes on."""
    Scene(
        agents="anna bert", leads=3, owners={3: "anna"}, private_leads="automatic", agent_connection="nailed_up"
    ).play(
        """
        bert joins              | phone bert; bert paused: calling_phone
        bert phone idle         | bert ready; call c1
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c2; anna reserved
        c1 answers              | join c1 bert; bert reserved
        c2 answers              | join c2 anna
        c2 meets anna           | anna in_call
        """
    )


def test_automatic_one_to_one() -> None:
    """No overdial for a private lead."""
    Scene(
        leads=6,
        owners={1: "anna", 2: "anna"},
        overdial_percent=200,
        private_leads="automatic",
        agent_connection="nailed_up",
    ).play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1; anna reserved
        c1 gone 19              | c1 no_answer, retry in 60 min; anna ready; call c2; anna reserved
        c2 gone 19              | c2 no_answer, retry in 60 min; anna ready; call c3; call c4; call c5
        """
    )


def test_never_another_agent() -> None:
    """The owner's phone fails: nobody else gets the customer."""
    Scene(
        agents="anna bert", leads=1, owners={1: "anna"}, private_leads="automatic", agent_connection="nailed_up"
    ).play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1; anna reserved
        c1 rings                |
        anna phone gone         |
        bert joins              | phone bert; bert paused: calling_phone
        bert phone idle         | bert ready
        c1 answers              | hold c1; phone anna
        anna phone gone         | anna paused: phone_no_answer
        after 2.5               | let go c1
        c1 gone 16              | c1 abandoned, retry in 60 min
        """
    )


def test_only_while_the_owner_is_in_the_campaign() -> None:
    """Bert gets what belongs to nobody."""
    Scene(
        agents="anna bert", leads=2, owners={1: "anna"}, private_leads="automatic", agent_connection="nailed_up"
    ).play(
        """
        bert joins              | phone bert; bert paused: calling_phone
        bert phone idle         | bert ready; call c1
        c1 gone 19              | c1 no_answer, retry in 60 min
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c2; anna reserved
        """
    )


def test_an_owner_who_may_be_needed_is_not_taken() -> None:
    """A customer called for the free agents would be abandoned: the private lead waits for its turn."""
    Scene(leads=2, owners={1: "anna"}, private_leads="off", agent_connection="nailed_up").play(
        """
        anna joins                  | phone anna; anna paused: calling_phone
        anna phone idle             | anna ready; call c1
        set private_leads=automatic |
        after 2                     |
        c1 gone 19                  | c1 no_answer, retry in 60 min; call c2; anna reserved
        """
    )


def test_off_and_manual_are_never_dialled() -> None:
    """In no mode does another agent get it."""
    Scene(agents="anna bert", leads=1, owners={1: "anna"}).play(
        """
        anna joins               | anna ready
        bert joins               | bert ready
        set private_leads=manual |
        after 5                  |
        """
    )


def test_an_owner_pauses_while_the_customer_is_called() -> None:
    """The customer is talked with first."""
    Scene(leads=1, owners={1: "anna"}, private_leads="automatic", agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1; anna reserved
        anna pauses lunch       |
        c1 answers              | join c1 anna
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna paused: lunch
        """
    )


def test_a_claim_that_comes_back_when_the_owner_is_gone() -> None:
    """The lead is put back as it was."""
    Scene(leads=1, owners={1: "anna"}, private_leads="automatic", agent_connection="nailed_up").play(
        """
        store holds             |
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready
        anna pauses lunch       | anna paused: lunch
        store answers           | cancel c1
        anna resumes            | anna ready; call c2; anna reserved
        """
    )


def test_not_while_agents_call_for_themselves() -> None:
    """Manual pacing places no call at all."""
    Scene(
        leads=2, owners={1: "anna"}, pacing_mode="manual", private_leads="automatic", agent_connection="nailed_up"
    ).play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready
        after 2                 |
        """
    )
