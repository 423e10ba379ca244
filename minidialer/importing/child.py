"""Run as `python -m minidialer.importing.child`: does what the one line on its stdin says, an `Order`.

In a process of its own, so that a file that takes all memory, or that a reader dies of, takes nothing else along.
"""

import contextlib
import os
import resource
import signal
import sys

from minidialer import i18n

from .order import News, Order

MEMORY_BYTES = 4 << 30
PREVIEW_CPU_SECONDS = 60


def main() -> None:
    """Do what the order says. What takes long to load is loaded by whoever needs it."""
    order = Order.model_validate_json(sys.stdin.readline())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # a confined service may not be let
        os.nice(5)  # dialling comes first
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the daemon's terminal is the daemon's to handle
    i18n.set_language(order.language)
    if order.do == "preview":
        from .preview import preview  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CPU, (PREVIEW_CPU_SECONDS, PREVIEW_CPU_SECONDS))
        news = News(state="done", preview=preview(order.path, order.name, order.reading()))
        sys.stdout.write(news.model_dump_json(exclude_defaults=True) + "\n")
    else:
        from .job import work  # noqa: PLC0415

        work(order)


if __name__ == "__main__":
    main()
