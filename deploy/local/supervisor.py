"""Runs processes in order, notices a death, stops in reverse order. It restarts nothing by itself."""

import asyncio

from deploy.local.errors import LocalStackError
from deploy.local.process import ManagedProcess, ProcessSpec

_WATCH_SECONDS = 0.1


class Supervisor:
    """The processes of one stack by name, in the order of their start."""

    def __init__(self) -> None:
        self._processes: dict[str, ManagedProcess] = {}

    @property
    def processes(self) -> tuple[ManagedProcess, ...]:
        """All processes in the order of their start, also those that have ended."""
        return tuple(self._processes.values())

    def process(self, name: str) -> ManagedProcess:
        """The process of that name; LocalStackError for a name that was never started."""
        try:
            return self._processes[name]
        except KeyError:
            raise LocalStackError(
                f"No process {name!r} in this stack; there are {', '.join(self._processes)}"
            ) from None

    async def start(self, spec: ProcessSpec) -> ManagedProcess:
        """Start a process and return when it is ready; LocalStackError if it does not get there."""
        process = ManagedProcess(spec)
        await process.start()
        self._processes[spec.name] = process
        return process

    async def watch(self) -> None:
        """Wait until a process ends that nobody asked to end, then raise LocalStackError with its log's end."""
        while True:
            for process in self._processes.values():
                if process.wanted and not process.running:
                    raise LocalStackError(process.obituary())
            await asyncio.sleep(_WATCH_SECONDS)

    async def stop(self) -> None:
        """Stop all processes, the last started first; each has its own time to drain."""
        for process in reversed(self._processes.values()):
            await process.stop()
