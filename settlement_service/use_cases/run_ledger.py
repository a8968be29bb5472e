"""The books recounted from history against the ledger's sums, down to the movement."""

from collections.abc import Iterable, Mapping

from settlement_service.domain.books import Vector
from settlement_service.domain.line_comparison import Drilled, compare, departing
from settlement_service.domain.reconciliation import Difference, Figures, reconcile
from settlement_service.domain.reconciliation_run import MOST_LINES, Outcome
from settlement_service.use_cases.ports import LedgerTotals
from settlement_service.use_cases.reconciliation_ports import BookedLines, LedgerExport, Recounts

MOST_SEARCHED = 3
"""Figures that are searched for in the ledger's sums: each search sums history some forty times."""


class RunLedger:
    """Every figure that both sides can state, at one cursor. Where one differs, the ledger's exported movements are
    held against the booked ones. A figure that these do not explain differs in the ledger's sums alone; the event with
    which they first depart from the books is searched for by halving."""

    def __init__(self, recounts: Recounts, lines: BookedLines, totals: LedgerTotals, export: LedgerExport) -> None:
        self._recounts = recounts
        self._lines = lines
        self._totals = totals
        self._export = export

    async def __call__(self, program: str, up_to: Vector) -> Outcome:
        """What differs at exactly this cursor."""
        outcome = reconcile(up_to, await self._totals.totals(program, up_to), await self._recounts.at(program, up_to))
        drilled = Drilled()
        if outcome.differences:
            await self._compare_movements(drilled, program, up_to)
            unexplained = [each for each in outcome.differences if not drilled.lines.get(each.figure)]
            for difference in unexplained[:MOST_SEARCHED]:
                await self._search(drilled, program, up_to, difference)
        return Outcome(up_to, outcome.compared, tuple(map(drilled.of, outcome.differences)))

    async def _compare_movements(self, drilled: Drilled, program: str, up_to: Vector) -> None:
        ends: dict[str, int] = {}
        missing: list[tuple[str, int]] = []
        async for part in self._export.movements(program, up_to):
            booked = await self._lines.named(program, ((line.home, line.sequence) for line in part), up_to)
            for line in part:
                compare(drilled, line, booked.get((line.home, line.sequence)))
                missing += _between(line.home, ends.get(line.home, 0) + 1, line.sequence)
                ends[line.home] = max(line.sequence, ends.get(line.home, 0))
        async for home, last in self._lines.ends_of_homes(program, up_to):
            missing += _between(home, ends.get(home, 0) + 1, last + 1)
            if len(missing) > MOST_LINES:
                break
        for booked_line in (await self._lines.named(program, missing[: MOST_LINES + 1], up_to)).values():
            compare(drilled, None, booked_line)

    async def _search(self, drilled: Drilled, program: str, up_to: Vector, difference: Difference) -> None:
        figure = difference.figure
        for partition, last in sorted(up_to.items()):
            if not await self._differ(program, {partition: last}, figure):
                continue
            same, differs = 0, last
            while differs - same > 1:
                middle = (same + differs) // 2
                if await self._differ(program, {partition: middle}, figure):
                    differs = middle
                else:
                    same = middle
            names = await self._lines.names_of_event(partition, differs)
            for line in (await self._lines.named(program, names, up_to)).values():
                drilled.add([figure], departing(line, difference))

    async def _differ(self, program: str, cut: Mapping[int, int], figure: str) -> bool:
        ledger: Figures = await self._totals.totals(program, cut)
        books = await self._recounts.at(program, cut)
        return ledger.get(figure, 0) != books.get(figure, 0)


def _between(home: str, first: int, after: int) -> Iterable[tuple[str, int]]:
    """Movements of a home from `first` until before `after`, as many as may be named."""
    return ((home, sequence) for sequence in range(first, min(after, first + MOST_LINES + 1)))
