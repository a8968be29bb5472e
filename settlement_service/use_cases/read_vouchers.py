"""Vouchers of a program."""

from collections.abc import Sequence

from settlement_service.domain import refusals
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.voucher import VoucherKind
from settlement_service.use_cases.period_ports import KeptVoucher, Vouchers
from settlement_service.use_cases.read_periods import ReadPeriods


class ReadVouchers:
    """Reads vouchers."""

    def __init__(self, programs: ProgramDirectory, read_periods: ReadPeriods, vouchers: Vouchers) -> None:
        self._programs = programs
        self._read_periods = read_periods
        self._vouchers = vouchers

    async def one(self, program: str, voucher_id: str) -> KeptVoucher:
        """One with its entries. Refuses PROGRAM_NOT_FOUND, VOUCHER_NOT_FOUND."""
        self._programs.brands_of(program)
        kept = await self._vouchers.find(program, voucher_id)
        if kept is None:
            raise refusals.voucher_not_found(voucher_id)
        return kept

    async def page(
        self, program: str, period: str, kind: VoucherKind | None, after: str, limit: int
    ) -> tuple[Sequence[KeptVoucher], bool]:
        """At most `limit` numbered above `after`, and whether there are more. Refuses PROGRAM_NOT_FOUND,
        PERIOD_NOT_FOUND."""
        self._programs.brands_of(program)
        sequence = (await self._read_periods.named(program, period)).sequence if period else 0
        found = await self._vouchers.page(program, after, sequence, kind, limit + 1)
        return found[:limit], len(found) > limit
