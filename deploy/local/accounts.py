"""Which account the database servers run as, and what that account can reach.

PostgreSQL refuses to run as root. Started by root, the servers run as an account that already exists; nothing is
added to the system and no permission of a directory that is not ours is changed.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import LocalStackError

_CANDIDATES = ("postgres", "nobody", "daemon")


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account of the system."""

    name: str
    uid: int
    gid: int


def server_account(existing: Path) -> Account | None:
    """The account to drop to, or None for an ordinary user, who keeps his own.

    A directory of an earlier run keeps its owner, so that an account installed later changes nothing.
    """
    if os.geteuid() != 0:
        return None
    if existing.exists() and (status := existing.stat()).st_uid != 0:
        return Account(f"with id {status.st_uid}", status.st_uid, status.st_gid)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise LocalStackError(
        f"Started as root, and none of the accounts {', '.join(_CANDIDATES)} exists for the database servers. "
        "Start as an ordinary user."
    )


def reaches(account: Account, path: Path) -> bool:
    """Whether the account may read the file, or list the directory, at this path by its permission bits."""
    resolved = path.resolve()
    wanted = 0o5 if resolved.is_dir() else 0o4
    return all(_allows(parent, account, 0o1) for parent in resolved.parents) and _allows(resolved, account, wanted)


def enters(account: Account, directory: Path) -> bool:
    """Whether the account may walk through this directory to something below it."""
    resolved = directory.resolve()
    return all(_allows(step, account, 0o1) for step in (resolved, *resolved.parents))


def _allows(path: Path, account: Account, wanted: int) -> bool:
    status = path.stat()
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid == account.uid:
        mode >>= 6
    elif status.st_gid == account.gid:
        mode >>= 3
    return mode & wanted == wanted


def give(path: Path, account: Account | None) -> None:
    """Make the account the owner of a file or directory that we made; nothing for an ordinary user."""
    if account is not None:
        os.chown(path, account.uid, account.gid)
