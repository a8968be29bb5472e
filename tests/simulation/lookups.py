"""The simulated database as calls look things up in it, and as processes own its lanes."""

import asyncio
from collections.abc import Sequence

from ledger_service.domain import refusals
from ledger_service.domain.commands import RequestKey
from ledger_service.store import codec
from ledger_service.use_cases.commit_ports import Head
from ledger_service.use_cases.lane_ports import LaneView, LedgerProcess, Survey
from ledger_service.use_cases.ports import Outcome, PostedDocument
from tests.simulation.database import HeadRow, MemoryDatabase, Moment, at_once


class MemoryOutcomes:
    """See `use_cases.ports.Outcomes`."""

    def __init__(self, database: MemoryDatabase, moment: Moment = at_once) -> None:
        self._database = database
        self._moment = moment

    async def of_request(self, request: RequestKey, request_id: str) -> Outcome | None:
        """The kept outcome of a request id; raises the kept refusal or REQUEST_ID_REUSED."""
        await self._moment("look up")
        row = self._database.requests.get(request.key)
        if row is None:
            return None
        if row.fingerprint != request.fingerprint:
            raise refusals.request_id_reused(request_id)
        if row.refusal is not None:
            raise codec.decode_refusal(row.refusal)
        return self._replay(row.place)

    async def of_document(self, key: bytes) -> PostedDocument | None:
        """A posted document."""
        await self._moment("look up")
        row = self._database.entries.get(key)
        if row is None or row.state == "AWAITED":
            return None
        outcome = self._replay(row.place)
        answer = None if outcome is None else outcome.answer
        return PostedDocument(row.fingerprint, row.program, row.home, answer, row.state == "VOIDED")

    def _replay(self, place: tuple[int, int] | None) -> Outcome | None:
        if place is None:
            return None
        row = self._database.log[place]
        return Outcome(codec.decode_answer(row.event.type.value, row.answer), replayed=True)


class MemoryOwnership:
    """See `use_cases.lane_ports.LaneOwnership`. Leases run by the loop's clock."""

    def __init__(self, database: MemoryDatabase, moment: Moment = at_once) -> None:
        self._database = database
        self._moment = moment

    async def keep(self, process: LedgerProcess, lease_seconds: float) -> Sequence[Head]:
        """Says that the process lives and prolongs the leases of its lanes."""
        await self._moment("keep lanes")
        self._database.processes[process.name] = (process.address, _now() + lease_seconds)
        mine = [(partition, row) for partition, row in self._database.heads.items() if row.owner == process.name]
        for _, row in mine:
            row.lease_until = _now() + lease_seconds
        return [_head(partition, row) for partition, row in mine]

    async def take(self, owner: str, lease_seconds: float, most: int) -> Sequence[Head]:
        """Takes at most so many free lanes, the lowest first."""
        await self._moment("take lanes")
        free = [(partition, row) for partition, row in self._database.heads.items() if row.lease_until < _now()]
        for _, row in free[:most]:
            row.epoch, row.owner, row.lease_until = row.epoch + 1, owner, _now() + lease_seconds
        return [_head(partition, row) for partition, row in free[:most]]

    async def survey(self) -> Survey:
        """All lanes, and all processes that live."""
        await self._moment("survey")
        known = self._database.processes
        lanes = tuple(
            LaneView(partition, row.epoch, row.position, self._owner(row))
            for partition, row in sorted(self._database.heads.items())
        )
        alive = (LedgerProcess(name, known[name][0]) for name in sorted(known) if known[name][1] > _now())
        return Survey(lanes, tuple(alive))

    def _owner(self, row: HeadRow) -> LedgerProcess | None:
        if not row.owner or row.lease_until < _now():
            return None
        return LedgerProcess(row.owner, self._database.processes.get(row.owner, ("", 0.0))[0])

    async def read(self, partition: int, epoch: int) -> Head | None:
        """Where an owned lane stands; None if it is no longer ours."""
        await self._moment("read head")
        row = self._database.heads[partition]
        return _head(partition, row) if row.epoch == epoch else None

    async def hand_over(self, partition: int, epoch: int, owner: str, to: str, lease_seconds: float) -> int | None:
        """Gives a lane to another process that lives."""
        await self._moment("hand over")
        row = self._database.heads[partition]
        alive = self._database.processes.get(to, ("", -1.0))[1] > _now()
        if (row.epoch, row.owner) != (epoch, owner) or not alive:
            return None
        row.epoch, row.owner, row.lease_until = row.epoch + 1, to, _now() + lease_seconds
        return row.epoch

    async def forget(self, process: str) -> None:
        """The process counts no longer and is given no lane."""
        await self._moment("forget")
        self._database.processes.pop(process, None)

    async def release(self, owner: str) -> None:
        """Gives all lanes up."""
        await self._moment("release lanes")
        for row in self._database.heads.values():
            if row.owner == owner:
                row.owner, row.lease_until = "", -1.0


def _head(partition: int, row: HeadRow) -> Head:
    return Head(partition, row.epoch, row.position, row.hash)


def _now() -> float:
    return asyncio.get_running_loop().time()
