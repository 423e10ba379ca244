"""How long an hour of 50 agents takes to simulate, for each mode of the product: under 2 s is wanted.

Run: .venv/bin/python -m benchmarks.simulation_bench
"""

import time

from minidialer.simulation.policy import policy_of
from minidialer.simulation.scenario import Scenario
from minidialer.simulation.simulation import simulate

AGENTS, HOURS = 50, 3.0


def main() -> None:
    """Print the figures."""
    for name in ("progressive", "power:100", "predictive"):
        start = time.process_time()
        found = simulate(Scenario(agents=AGENTS, hours=HOURS), policy_of(name))
        taken = (time.process_time() - start) / HOURS
        calls, answers = found.attempts / HOURS, found.answered / HOURS
        print(f"{name}: {taken:.2f} s an hour, {calls:.0f} calls and {answers:.0f} answers")


if __name__ == "__main__":
    main()
