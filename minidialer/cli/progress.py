"""A bar on the terminal for what takes a while."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

_PATIENCE = 1.0  # seconds before there is a bar at all, and between two looks


@contextlib.contextmanager
def bar(begins: str) -> Iterator[Callable[[float, str], None]]:
    """Takes the share that is done and a line about it; nothing is shown where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _share, _text: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(begins, total=1.0)
        yield lambda share, text: shown.update(task, completed=share, description=text)


@contextlib.contextmanager
def looked_after(text: str, share: Callable[[], float]) -> Iterator[None]:
    """A bar while the block waits for one long answer. `share` is asked now and then, in a thread; it may fail."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()

    def look() -> None:
        if over.wait(_PATIENCE):
            return
        with contextlib.suppress(Exception), bar(text) as show:
            while not over.wait(_PATIENCE):
                show(share(), text)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(_PATIENCE)
