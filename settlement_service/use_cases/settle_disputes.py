"""Opening and closing disputes of lines."""

from dataclasses import dataclass, replace

from settlement_service.domain import netting_refusals
from settlement_service.domain.netting.open_lines import Booked, OpenLine, line_of
from settlement_service.domain.netting.records import Closing, DisputeRecord
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.netting_ports import CarriedOut, Desk, Desks
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.wish import Wish


@dataclass(frozen=True, slots=True)
class Subject:
    """What is disputed: a line, or (`home` set) one movement's part of it."""

    line_id: str
    home: str = ""
    movement: int = 0


class OpenDispute:
    """Keeps a line out of netting."""

    def __init__(self, programs: ProgramDirectory, desks: Desks, clock: Clock) -> None:
        self._programs = programs
        self._desks = desks
        self._clock = clock

    async def __call__(self, wish: Wish, subject: Subject, reason: str) -> CarriedOut:
        """Refuses PROGRAM_NOT_FOUND, LINE_NOT_FOUND, LINE_ALREADY_NETTED, DISPUTE_EXISTS, REQUEST_ID_REUSED."""
        self._programs.brands_of(wish.program)
        command = wish.command("open_dispute", subject.line_id, subject.home, subject.movement, reason)

        async def work(desk: Desk) -> str:
            line, parent = await _disputed(desk, subject)
            line_id = line.line.line_id
            if (other := await desk.open_dispute(line_id)) is not None:
                raise netting_refusals.dispute_exists(line_id, other)
            [number] = await desk.next_numbers("dispute", 1)
            dispute_id = f"DSP-{number:06}"
            now = self._clock.now()
            marked = replace(line, line=replace(line.line, disputed=True))
            await desk.add_dispute(DisputeRecord(dispute_id, marked, parent, reason, wish.actor, now))
            return dispute_id

        return await self._desks.carry_out(command, work)


class CloseDispute:
    """Lets a line be netted again."""

    def __init__(self, programs: ProgramDirectory, desks: Desks, clock: Clock) -> None:
        self._programs = programs
        self._desks = desks
        self._clock = clock

    async def __call__(self, wish: Wish, dispute_id: str, resolution: str) -> CarriedOut:
        """Refuses PROGRAM_NOT_FOUND, DISPUTE_NOT_FOUND, DISPUTE_CLOSED, REQUEST_ID_REUSED."""
        self._programs.brands_of(wish.program)
        command = wish.command("close_dispute", dispute_id, resolution)

        async def work(desk: Desk) -> str:
            if (await desk.dispute(dispute_id)).closing is not None:
                raise netting_refusals.dispute_closed(dispute_id)
            await desk.end_dispute(dispute_id, Closing(wish.actor, resolution, self._clock.now()))
            return dispute_id

        return await self._desks.carry_out(command, work)


async def _disputed(desk: Desk, subject: Subject) -> tuple[OpenLine, str]:
    """The line to be disputed, and the line it is split out of (empty: it is one already)."""
    lines = {each.line.line_id: each for each in await desk.lines(await desk.last_closed())}
    parent = lines.get(subject.line_id)
    if parent is None:
        raise await _unknown(desk, subject.line_id)
    if not subject.home:
        if parent.line.minor_units == 0:
            raise netting_refusals.line_not_found(subject.line_id)
        return parent, parent_of(parent)
    if not parent.source.brand or parent.source.home:
        raise netting_refusals.line_not_found(subject.line_id)
    own = line_of(
        Booked(
            parent.sequence,
            replace(parent.source, home=subject.home, movement=subject.movement),
            parent.line.debtor,
            parent.line.creditor,
            parent.line.currency,
            await desk.obligation_of(subject.home, subject.movement, parent),
        )
    )
    if own.line.minor_units == 0:
        raise netting_refusals.line_not_found(own.line.line_id)
    if own.line.line_id not in lines and await desk.netted_by([own.line.line_id]):
        raise await _unknown(desk, own.line.line_id)
    return own, subject.line_id


def parent_of(line: OpenLine) -> str:
    """The line that a movement's line was split out of; empty for any other."""
    return line.line.line_id.rpartition("/")[0] if line.source.home else ""


async def _unknown(desk: Desk, line_id: str) -> Exception:
    netted = await desk.netted_by([line_id])
    if line_id in netted:
        return netting_refusals.line_already_netted(line_id, netted[line_id])
    return netting_refusals.line_not_found(line_id)
