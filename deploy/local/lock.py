"""A lock on a directory that ends with its holder, however that holder ends."""

import fcntl
import os
from pathlib import Path

from deploy.local.errors import LocalStackError


class FileLock:
    """An exclusive kernel lock (flock) on a file that tells the holder's process id.

    The kernel frees it when the holder ends, so a stale file never blocks anybody. The handle is not
    inherited by child processes.
    """

    def __init__(self, path: Path, subject: str) -> None:
        """``subject`` names what is guarded, for the message of a refused attempt."""
        self.path = path
        self._subject = subject
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._handle is not None

    def acquire(self) -> None:
        """Take the lock at once; LocalStackError names the holder if there is one."""
        if self._handle is not None:
            return
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise LocalStackError(
                f"{self._subject} is already in use by process {holder(self.path) or 'unknown'} (lock {self.path}). "
                "Stop it first (make down), or choose another directory with LOYALTY_DATA_DIR."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def holder(path: Path) -> int | None:
    """The process id that holds the lock file now, or None if nobody does. Never trusts a stale file."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(handle, 32, 0).strip()
        return int(text) if text.isdigit() else None
    finally:
        os.close(handle)
    return None
