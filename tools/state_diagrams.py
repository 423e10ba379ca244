"""docs/states.md from the transition tables of the domain: `python tools/state_diagrams.py docs/states.md`.

Without an argument the page goes to stdout. A test holds the page to the tables.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from minidialer.domain import agent, attempt
from minidialer.domain.transitions import Happening, State

HEAD = """\
# States

Drawn from the tables in `minidialer/domain/agent.py` and `minidialer/domain/attempt.py` by `tools/state_diagrams.py`.
What has no arrow here cannot happen: it is refused and changes nothing.
"""
AGENT = """\
## Agents

`wrap_up`: the call is over and the form still open. A pause, a leave or a log-out asked for from `reserved` on waits
until the form is saved. `save` from `in_call`: the form was saved during the talk, and the customer has hung up.
"""
ATTEMPT = """\
## Call attempts

`claimed`: the row is committed and no `Originate` has gone out. `release`: the agent's phone did not answer, the
customer waits for the next one. Whatever the state, an attempt ends once, with one outcome.
"""


def diagram(table: Mapping[tuple[State, Happening], State], first: State, last: State | None = None) -> str:
    """A Mermaid state diagram: one arrow for each pair of states, with every event that leads from one to the other."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for (state, happening), following in table.items():
        arrows.setdefault((state, following), []).append(happening.value)
    lines = [f"    [*] --> {first.value}"]
    lines += [f"    {one.value} --> {two.value}: {', '.join(names)}" for (one, two), names in arrows.items()]
    if last is not None:
        lines.append(f"    {last.value} --> [*]")
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def page() -> str:
    """The whole page."""
    agents = diagram(agent.TRANSITIONS, agent.AgentState.LOGGED_OUT)
    attempts = diagram(attempt.TRANSITIONS, attempt.AttemptState.CLAIMED, attempt.AttemptState.ENDED)
    return "\n".join([HEAD, AGENT, agents, "", ATTEMPT, attempts, ""])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
