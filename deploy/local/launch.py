"""Becomes the command it is given, after tying its life to that of its parent. Run by path, never imported.

Usage: ``python -I -S launch.py PARENT_PID DEATH_SIGNAL UID GID COMMAND [ARGUMENT...]``; UID and GID of -1
keep the account. A program of its own instead of a ``preexec_fn``: Python code between fork and exec is unsafe
in a process with threads, and the account given up here may not be able to read the Python installation.
The parent-death signal is set last, because a change of account clears it.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Drop to the account, set the signal, make sure that the parent still lives, become the command."""
    parent, death_signal, uid, gid = (int(word) for word in arguments[:4])
    command = arguments[4:]
    if uid >= 0:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        sys.exit(f"launch: the parent-death signal cannot be set: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:
        sys.exit("launch: the parent ended before the start")
    try:
        os.execv(command[0], command)
    except OSError as fault:
        sys.exit(f"launch: {command[0]} cannot be started: {fault.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
