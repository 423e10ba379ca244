"""How long the dialer takes for one event with 200 agents and 400 live calls, as a ratio to a bare pass over them.

Run: .venv/bin/python -m benchmarks.dialer_bench
"""

import time
from datetime import UTC, datetime, timedelta

from minidialer.domain.agent import Agent, AgentState, Phone, PhoneState
from minidialer.domain.attempt import Attempt, AttemptState
from minidialer.domain.campaign import AgentConnection, Campaign, CampaignSettings, CampaignStatus
from minidialer.domain.dialer import Dialer
from minidialer.domain.events import CustomerRinging, Tick
from minidialer.domain.floor import Floor
from minidialer.domain.trunk import Trunk

AGENTS, CALLS, CAMPAIGNS, ROUNDS = 200, 400, 5, 300
NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)


def full_floor(number_of_campaigns: int = CAMPAIGNS) -> Floor:
    """Half of the agents talk, a quarter wrap up, a quarter are ready; the other calls ring."""
    settings = CampaignSettings(agent_connection=AgentConnection.NAILED_UP, overdial_percent=600)
    everybody = frozenset(range(1, AGENTS + 1))
    campaigns = [
        Campaign(number, f"campaign {number}", number, settings, CampaignStatus.RUNNING, agent_ids=everybody)
        for number in range(1, number_of_campaigns + 1)
    ]
    agents, attempts = [], []
    for number in range(1, AGENTS + 1):
        campaign = number % number_of_campaigns + 1
        phone = Phone(PhoneState.IDLE, f"nailed-{number}-1", NOW)
        agent = Agent(number, str(number), campaign_id=campaign, since=NOW, ready_since=NOW, phone=phone)
        agent.state = (AgentState.IN_CALL, AgentState.IN_CALL, AgentState.WRAP_UP, AgentState.READY)[number % 4]
        agents.append(agent)
        if agent.state is AgentState.IN_CALL:
            attempt = Attempt(number, campaign, number, f"+48600{number:06d}", AttemptState.CONNECTED, agent_id=number)
            phone.state, agent.attempt_id = PhoneState.BUSY, number
            attempt.dialled_at = attempt.answered_at = attempt.connected_at = attempt.state_since = NOW
            attempts.append(attempt)
    for number in range(1000, 1000 + CALLS - len(attempts)):
        attempt = Attempt(
            number, number % number_of_campaigns + 1, number, f"+48601{number:06d}", AttemptState.DIALLING
        )
        attempt.dialled_at = attempt.state_since = NOW
        attempts.append(attempt)
    floor = Floor(campaigns, agents, attempts, [Trunk("carrier", "PJSIP/{number}@carrier", 1000, 100)])
    floor.link_up = True
    return floor


def seconds_each(work: object, rounds: int = ROUNDS) -> float:
    """Median of the rounds."""
    assert callable(work)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def bare_pass(floor: Floor) -> None:
    """What any look at everything costs at least."""
    for _agent in floor.agents.values():
        pass
    for _attempt in floor.attempts.values():
        pass


def main() -> None:
    """Print the figures."""
    dialer = Dialer(full_floor())
    moment = [NOW]

    def tick() -> None:
        moment[0] += timedelta(milliseconds=1)
        dialer.handle(Tick(), moment[0])

    def event() -> None:
        moment[0] += timedelta(milliseconds=1)
        dialer.handle(CustomerRinging(1), moment[0])

    floor_time = seconds_each(lambda: bare_pass(dialer.floor))
    for name, work in (("tick", tick), ("event", event)):
        taken = seconds_each(work)
        print(f"{name}: {taken * 1e6:.0f} us, {taken / floor_time:.0f} x a bare pass over agents and calls")


if __name__ == "__main__":
    main()
