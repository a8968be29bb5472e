"""Processor time of the mesh's processes: what a call costs, which a busy machine blurs less than how fast it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

from deploy.local.stack import LocalStack


@dataclass(frozen=True, slots=True)
class Meter:
    """The processes by name: the servers, the services and the load."""

    processes: Mapping[str, psutil.Process]

    def seconds(self) -> dict[str, float]:
        """Processor time of each process since its start, with what its children live and dead took."""
        return {name: _seconds(process) for name, process in self.processes.items()}


def meter_of(stack: LocalStack, load_pid: int) -> Meter:
    """A meter of everything that takes part in a call."""
    processes = {process.name: psutil.Process(process.pid) for process in stack.processes}
    return Meter(processes | {"load": psutil.Process(load_pid)})


def spent(before: Mapping[str, float], after: Mapping[str, float], calls: int) -> dict[str, float]:
    """Microseconds a call, by process."""
    return {name: 1e6 * (after[name] - before[name]) / calls for name in after}


def by_process(laps: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """The laps of each process."""
    return {name: [lap[name] for lap in laps] for name in laps[0]}


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in process.children():
        try:
            total += sum(child.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return float(total)
