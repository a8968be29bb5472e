"""A load of some clients on one program, bounded in steps and time, on this machine's loopback address alone."""

import asyncio
import time
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from random import Random

from deploy.local.mesh import Mesh
from deploy.local.ports import LOOPBACK
from tests.load.acks import AckFile
from tests.load.client import Client
from tests.load.office import Office
from tests.load.shopper import Shopper

CLIENTS = 8
MOST_STEPS = 1_000
MOST_SECONDS = 90.0
"""A round of load ends by itself after so many steps of each client or so long, whichever comes first."""
SHOPPERS_GAP_SECONDS = 0.01
OFFICE_GAP_SECONDS = 0.5


class Load:
    """Clients that go on from round to round on one program, spread over `meshes` by the addresses of their ledgers.
    Refuses any host but this one."""

    def __init__(self, meshes: Mapping[str, Mesh], program: str, directory: Path, random: Random) -> None:
        for address in meshes:
            if address.rpartition(":")[0] != LOOPBACK:
                raise ValueError(f"{address} is not on the loopback address")
        self._meshes = list(meshes.values())
        self._directory = directory
        self._rounds = 0
        self.program = program
        self.members: list[str] = []
        self.office = Office(program, Random(random.random()))
        self._shoppers = [
            Shopper(f"C{number}", program, self.members, Random(random.random())) for number in range(CLIENTS)
        ]

    def start(self) -> "RunningLoad":
        """Sets all clients going."""
        self._rounds += 1
        clients = [
            Client(mesh, shopper, AckFile(self._file(shopper.name)), SHOPPERS_GAP_SECONDS)
            for mesh, shopper in zip(cycle(self._meshes), self._shoppers, strict=False)
        ]
        clients.append(Client(self._meshes[0], self.office, AckFile(self._file("office")), OFFICE_GAP_SECONDS))
        return RunningLoad(clients)

    def files(self) -> list[Path]:
        """The acknowledgements of all rounds so far; of one client in its order."""
        return sorted(self._directory.glob("*.jsonl"))

    def _file(self, client: str) -> Path:
        return self._directory / f"{client}-{self._rounds:05}.jsonl"


class RunningLoad:
    """Clients under way."""

    def __init__(self, clients: list[Client]) -> None:
        self.clients = clients
        self._stopping = asyncio.Event()
        self._tasks = [asyncio.create_task(client.run(self._stopping, MOST_STEPS)) for client in clients]
        self._bound = asyncio.get_running_loop().call_later(MOST_SECONDS, self._stopping.set)

    async def answered_since(self, moment: float) -> None:
        """Returns when every shopper was answered after a moment of the monotonic clock."""
        await self._until(lambda: all(client.last_ack >= moment for client in self.clients[:CLIENTS]))

    async def answered(self, count: int) -> None:
        """Returns when so many calls were answered."""
        await self._until(lambda: self.acked >= count)

    async def _until(self, reached: Callable[[], bool]) -> None:
        """Raises what a client raised; TimeoutError if the load ends first."""
        while not reached():
            for task in self._tasks:
                if task.done():
                    task.result()
            if self._stopping.is_set():
                raise TimeoutError(f"not there after {MOST_SECONDS:g} s of load")
            await asyncio.sleep(0.002)

    async def stop(self) -> None:
        """Lets every client finish the call it is at, however often it must be repeated."""
        self._stopping.set()
        self._bound.cancel()
        await asyncio.gather(*self._tasks)

    def cancel(self) -> None:
        """Ends the clients where they are; for a round that has failed already."""
        self._bound.cancel()
        for task in self._tasks:
            task.cancel()

    @property
    def surprises(self) -> list[str]:
        """Answers nobody should get."""
        return [f"{client.chooser.name}: {surprise}" for client in self.clients for surprise in client.surprises]

    @property
    def acked(self) -> int:
        """Final answers of this round."""
        return sum(client.acked for client in self.clients)

    @property
    def done_before(self) -> int:
        """Calls sent again that had been carried out though their answer never came."""
        return sum(client.done_before for client in self.clients)

    @property
    def retried(self) -> int:
        """Calls that were sent again."""
        return sum(client.retried for client in self.clients)


def now() -> float:
    """The clock of `last_ack`."""
    return time.monotonic()
