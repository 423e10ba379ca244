"""Processes that must not outlive us."""

import shutil


def ending_with_us(signal: str) -> list[str]:
    """A prefix that makes the kernel send the child this signal (TERM, KILL) when we die, however we die.

    Empty where util-linux is missing.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", signal, "--"] if setpriv else []
