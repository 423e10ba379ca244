"""Runs a program under a systemd unit's system call filter, without systemd: `python confined.py UNIT COMMAND...`.

The lines of the unit are read as systemd.exec(5) says: the first one makes an allow list, a later one adds to it or,
with ~, takes away; what is not on the list fails with EPERM. What the groups hold, systemd-analyze tells.
"""

import ctypes
import errno
import functools
import os
import subprocess
import sys
from pathlib import Path

UNIT = Path(__file__).parents[2] / "systemd" / "minidialer.service"
BACKUP = UNIT.with_name("minidialer-backup.service")
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM  # seccomp(2)


def lines_of(key: str, unit: Path = UNIT) -> list[str]:
    """The values of a key of the unit, in order."""
    return [line.partition("=")[2] for line in unit.read_text().splitlines() if line.startswith(f"{key}=")]


def allowed_calls(unit: Path = UNIT) -> set[str]:
    """The names of the system calls the unit lets through."""
    allowed: set[str] = calls_of("@default")  # systemd always lets these
    for line in lines_of("SystemCallFilter", unit):
        named = set[str]().union(*(calls_of(word) for word in line.removeprefix("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    return allowed


@functools.cache
def calls_of(name: str) -> set[str]:
    """A call, or those of a group."""
    if not name.startswith("@"):
        return {name}
    told = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    words = [line.strip() for line in told.stdout.splitlines()[1:]]
    return set[str]().union(*(calls_of(word) for word in words if word and not word.startswith("#")))


def confine(unit: Path) -> None:
    """From here on the filter holds, for this process and all it starts."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_REFUSE)))
    for name in sorted(allowed_calls(unit)):
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else it is of another machine
            library.seccomp_rule_add(context, ctypes.c_uint32(_ALLOW), ctypes.c_int(number), ctypes.c_uint(0))
    if library.seccomp_load(context):
        raise OSError(ctypes.get_errno(), "the filter could not be loaded")


if __name__ == "__main__":
    confine(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
