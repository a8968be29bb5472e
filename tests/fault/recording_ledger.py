"""A ledger that writes down each command that it tries to commit: `python -m tests.fault.recording_ledger`.

RECORD_DIRECTORY holds a file for each process. It is the real service otherwise.
"""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import msgspec

from deploy.local.process import ManagedProcess
from ledger_service.domain.commands import Command
from ledger_service.store.batch import PostgresBatch
from ledger_service.store.command_codec import CommandCodec
from ledger_service.use_cases.commit_ports import Claims
from ledger_service.use_cases.lane_ports import Packed
from tests.fault.other_parts import batches_of, serve_with

DIRECTORY_VARIABLE = "RECORD_DIRECTORY"


@dataclass(frozen=True, slots=True)
class Tried:
    """A command that a batch tried to commit, and when, by the monotonic clock of the machine."""

    when: float
    kind: str
    body: bytes


class Record:
    """The file of this process."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("ab", buffering=0)
        self._codec = CommandCodec()

    def keep(self, commands: Sequence[Command]) -> None:
        """Appends a batch's commands."""
        packed = [self._codec.pack(command) for command in commands]
        lines = [msgspec.json.encode(Tried(time.monotonic(), one.kind, one.body)) for one in packed]
        self._file.write(b"".join(line + b"\n" for line in lines))


class RecordingBatch(PostgresBatch):
    """Writes down what it claims."""

    record: Record

    async def claim(self, commands: Sequence[Command]) -> Claims:
        self.record.keep(commands)
        return await super().claim(commands)


Commands = Mapping[tuple[str, str, str], Sequence[tuple[float, Command]]]
"""What was tried for each request, by program, caller and request id, in order of time."""


def recorded_in(directory: Path) -> Commands:
    """What all processes wrote down. A line that was cut by a kill is not there: it was never claimed."""
    codec, found = CommandCodec(), dict[tuple[str, str, str], list[tuple[float, Command]]]()
    for path in directory.glob("*.jsonl"):
        for line in path.read_bytes().split(b"\n")[:-1]:
            tried = msgspec.json.decode(line, type=Tried)
            command = codec.unpack(Packed(tried.kind, tried.body))
            origin = command.origin
            key = (origin.program, origin.caller, origin.request_id)
            found.setdefault(key, []).append((tried.when, command))
    return {key: sorted(tried, key=lambda one: one[0]) for key, tried in found.items()}


def recording(usual: ManagedProcess, directory: Path, environment: Mapping[str, str] | None = None) -> ManagedProcess:
    """A ledger in the place of a usual one that records, with some other settings."""
    told = {**usual.spec.environment, **(environment or {}), DIRECTORY_VARIABLE: str(directory)}
    command = (usual.spec.command[0], "-m", "tests.fault.recording_ledger")
    return ManagedProcess(replace(usual.spec, command=command, environment=told))


def main() -> None:
    """Serves until SIGTERM."""
    RecordingBatch.record = Record(Path(os.environ[DIRECTORY_VARIABLE], f"{os.getpid()}.jsonl"))
    serve_with(batches_of(RecordingBatch))


if __name__ == "__main__":
    main()
