"""Run as `python -m minidialer.simulation.child`: simulates what the one line on its stdin says, an `AdviceOrder`.

In a process of its own, so that the daemon's loop is free for calls. A row a line on stdout.
"""

import os
import resource
import signal
import sys

from .advice import AdviceOrder, advise

CPU_SECONDS = 60


def main() -> None:
    """Do it, at the lowest priority."""
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the daemon's terminal is the daemon's to handle
    order = AdviceOrder.model_validate_json(sys.stdin.readline())
    for row in advise(order):
        sys.stdout.write(row.model_dump_json() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
