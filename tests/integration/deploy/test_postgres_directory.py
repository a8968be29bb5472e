"""What a cluster's directory may look like at start."""

import os
import signal
from pathlib import Path

import pytest

from deploy.local import binaries
from deploy.local.accounts import Account
from deploy.local.errors import LocalStackError
from deploy.local.ports import ensure_free, free_ports
from deploy.local.postgres import PostgresServer, PostgresSettings
from deploy.local.process import ManagedProcess
from tests.support.memory import throwaway_directory

NEEDS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root: an ordinary user starts the servers under his own account"
)


def server_in(directory: Path, port: int | None = None) -> PostgresServer:
    return PostgresServer(
        PostgresSettings(
            directory=directory / "postgres",
            port=port or free_ports(1)[0],
            password="secret",
            log_file=directory / "postgres.log",
            durable=False,
        )
    )


async def test_a_pid_file_that_names_a_stranger_does_not_block() -> None:
    with throwaway_directory() as directory:
        process = ManagedProcess(server_in(directory).spec())
        await process.start()
        await process.stop()
        (directory / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n")
        await process.start()
        await process.stop()


async def test_a_zombie_server_does_not_block() -> None:
    with throwaway_directory() as directory:
        process = ManagedProcess(server_in(directory).spec())
        await process.start()
        os.kill(process.pid, signal.SIGKILL)  # nobody has waited for it: a zombie
        assert process.spec.lock is not None
        process.spec.lock.release()
        second = ManagedProcess(server_in(directory).spec())
        await second.start()
        await second.stop()


async def test_a_foreign_directory_is_refused_and_kept() -> None:
    with throwaway_directory() as directory:
        (directory / "postgres").mkdir()
        (directory / "postgres" / "letter").write_text("mine")
        with pytest.raises(LocalStackError, match="holds no cluster of PostgreSQL 18"):
            await ManagedProcess(server_in(directory).spec()).start()
        assert (directory / "postgres" / "letter").read_text() == "mine"


async def test_another_password_is_told_as_such() -> None:
    with throwaway_directory() as directory:
        process = ManagedProcess(server_in(directory).spec())
        await process.start()
        await process.stop()
        settings = server_in(directory).settings
        other = PostgresServer(PostgresSettings(settings.directory, settings.port, "other", settings.log_file))
        with pytest.raises(LocalStackError, match="do not belong together"):
            await ManagedProcess(other.spec()).start()


async def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with throwaway_directory() as directory:
        first = server_in(directory)
        process = ManagedProcess(first.spec())
        await process.start()
        with pytest.raises(LocalStackError, match=rf"Port {first.settings.port} .*LOYALTY_PORT_BASE="):
            ensure_free("postgres", first.settings.port)
        await process.stop()


@NEEDS_ROOT
async def test_the_server_runs_from_a_copy_where_its_account_cannot_reach_the_wheel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing_is_reached(account: Account, path: Path) -> bool:
        return False

    monkeypatch.setattr(binaries, "reaches", nothing_is_reached)
    with throwaway_directory() as directory:
        process = ManagedProcess(server_in(directory).spec())
        assert process.spec.command[0].startswith(str(directory / "programs"))
        await process.start()
        await process.stop()


@NEEDS_ROOT
async def test_a_directory_that_the_server_account_cannot_enter_is_refused() -> None:
    with throwaway_directory() as directory:
        closed = directory / "closed"
        closed.mkdir(mode=0o700)
        with pytest.raises(LocalStackError, match=r"cannot enter .*LOYALTY_DATA_DIR"):
            server_in(closed).spec()
