"""Directories for stacks that are thrown away after use, also when the user of one was killed."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.local.accounts import enters, server_account
from deploy.local.errors import LocalStackError
from deploy.local.lock import FileLock, holder

_PREFIX = "loyalty-scratch-"
_LOCK_NAME = "in-use.lock"
_SETTLED_SECONDS = 60


@contextlib.contextmanager
def scratch_directory(*preferred: Path) -> Iterator[Path]:
    """A directory that the server account can enter; removed at the end. It lies in the first of the `preferred`
    directories that this account can enter, else among the temporary files.

    Directories of earlier users that ended without removing theirs are removed first.
    """
    base = _base(preferred)
    _sweep(base)
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    lock = FileLock(directory / _LOCK_NAME, f"The directory {directory}")
    lock.acquire()
    try:
        if os.geteuid() == 0:
            directory.chmod(0o711)
        yield directory
    finally:
        lock.release()
        shutil.rmtree(directory, ignore_errors=True)


def _base(preferred: Sequence[Path]) -> Path:
    account = server_account(Path(tempfile.gettempdir()))
    for base in (*preferred, Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/tmp")):
        if base.is_dir() and (account is None or enters(account, base)):
            return base
    raise LocalStackError("No directory for temporary files that the server account can enter; set TMPDIR.")


def _sweep(base: Path) -> None:
    for lock_file in base.glob(f"{_PREFIX}*/{_LOCK_NAME}"):
        with contextlib.suppress(OSError):
            status = lock_file.stat()
            # A young one may be just about to be locked.
            old = time.time() - status.st_mtime > _SETTLED_SECONDS
            if old and status.st_uid == os.geteuid() and holder(lock_file) is None:
                shutil.rmtree(lock_file.parent, ignore_errors=True)
