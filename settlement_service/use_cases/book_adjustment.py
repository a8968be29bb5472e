"""Booking a correction by a person's name into the open period."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.values.canonical import Plain
from settlement_service.domain import refusals
from settlement_service.domain.command import command_of
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.voucher import Voucher, VoucherEntry, VoucherKind, require_whole
from settlement_service.use_cases.period_ports import KeptVoucher, Vouchers
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.read_periods import ReadPeriods


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is asked. `period` and `figure` name what it adjusts; both may be empty."""

    program: str
    request_id: str
    reason: str
    signed_name: str
    period: str
    figure: str
    entries: tuple[VoucherEntry, ...]


class BookAdjustment:
    """Books adjustments."""

    def __init__(self, programs: ProgramDirectory, read_periods: ReadPeriods, vouchers: Vouchers, clock: Clock) -> None:
        self._programs = programs
        self._read_periods = read_periods
        self._vouchers = vouchers
        self._clock = clock

    async def __call__(self, asked: Adjustment, caller: str) -> KeptVoucher:
        """The voucher, booked now or before. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND, ENTITY_UNKNOWN,
        VOUCHER_NOT_BALANCED, REQUEST_ID_REUSED."""
        self._programs.brands_of(asked.program)
        if asked.period:
            await self._read_periods.named(asked.program, asked.period)
        await self._require_entities(asked.program, asked.entries)
        require_whole(asked.entries)
        intent: Plain = [asked.reason, asked.signed_name, asked.period, asked.figure, _plain(asked.entries)]
        command = command_of(asked.program, caller, asked.request_id, "BookAdjustment", intent)
        voucher = Voucher(
            program=asked.program,
            voucher_id=command.id_of("vch"),
            kind=VoucherKind.ADJUSTMENT,
            reason=asked.reason,
            caller=caller,
            signed_name=asked.signed_name,
            subject_id=asked.period,
            document=_document(asked),
            post_time=self._clock.now(),
            entries=asked.entries,
        )
        kept = await self._vouchers.find(asked.program, await self._vouchers.book(command, voucher))
        assert kept is not None, "what a command made is there"
        return kept

    async def _require_entities(self, program: str, entries: Sequence[VoucherEntry]) -> None:
        known = self._programs.facts(program).entities
        named = {entry.entity for entry in entries}
        named |= {posting.counterparty for entry in entries for posting in entry.postings if posting.counterparty}
        for entity in sorted(named - known.keys()):
            if not await self._vouchers.has_history(program, entity):
                raise refusals.entity_unknown(program, entity)


def _plain(entries: Sequence[VoucherEntry]) -> list[Plain]:
    return [
        [
            entry.entity,
            entry.currency,
            [[posting.account.value, posting.counterparty, posting.amount] for posting in entry.postings],
        ]
        for entry in entries
    ]


def _document(asked: Adjustment) -> str:
    content = {"adjusts_period": asked.period, "adjusts_figure": asked.figure, "entries": _plain(asked.entries)}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
