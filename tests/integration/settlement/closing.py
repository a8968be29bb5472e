"""A month in the books of a small program, and what finance does at its end."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from loyalty.rules.v1 import program_pb2 as pb
from loyalty.settlement.v1 import period_pb2
from loyalty.settlement.v1 import period_service_pb2 as messages
from loyalty.type.v1.money_pb2 import Ratio

from settlement_service.domain.event import Event
from settlement_service.domain.program_facts import SettlementPolicy
from tests.integration.settlement.house import BRANDS, House
from tests.property.settlement.lots import Lot
from tests.property.settlement.model import PROGRAM, World

JANUARY, FEBRUARY = "2026-01", "2026-02"
RATE = Fraction(4, 5)
WHOLE = Ratio(numerator=1, denominator=1)


def program(share: Ratio | None = None) -> pb.Program:
    """Four brands with an entity each, under names of accounts of its own; `share` of what redeemers bear under NONE
    comes back to them."""
    return pb.Program(
        brands=[pb.Brand(brand_id=name, entity_id=name) for name in BRANDS],
        entities=[pb.LegalEntity(entity_id=name, name=name.title()) for name in BRANDS],
        agreements=[
            pb.Agreement(
                agreement_id="agr_1", issuer_entity_id="north", share_of_face=Ratio(numerator=1, denominator=1)
            )
        ],
        settlement=pb.Settlement(
            voucher_share_of_face=share,
            accounts=[pb.AccountName(account="points_liability", code="2100", name="Points outstanding")],
        ),
    )


def lot(name: str, brand: str, policy: SettlementPolicy = SettlementPolicy.REIMBURSE) -> Lot:
    """An accrual of a brand, funded by its own entity."""
    return Lot(name, brand, brand, ((brand, 10_000),), RATE, "USD", policy=policy)


def month() -> World:
    """North, Harbor and, under policy NONE, Peak give points; 152 of them are spent at Linden."""
    world = World()
    world.earn((lot("a", "north"), 40), (lot("b", "harbor"), 60))
    world.earn((lot("c", "peak", SettlementPolicy.NONE), 52))
    world.redeem("linden", 152, RATE)
    world.earn((lot("d", "north"), 25))
    return world


class Desk:
    """Finance's desk in a house."""

    def __init__(self, house: House, posted: int = 0) -> None:
        self.house = house
        self._posted = posted

    async def post(self, world: World, *, days: int = 0) -> None:
        """Books what the world has done since, at the end of the log; `days` later than it says."""
        fresh = world.events[self._posted :]
        self._posted = len(world.events)
        await self.house.post(self._at_the_end(fresh, days))

    def _at_the_end(self, events: Iterable[Event], days: int) -> list[Event]:
        place = len(self.house.ledger.log[0])
        later = timedelta(days=days)
        return [
            replace(
                event,
                position=place + number,
                occur_time=event.occur_time + later,
                post_time=event.post_time + later,
            )
            for number, event in enumerate(events, 1)
        ]

    async def begin(self, period: str = JANUARY) -> messages.BeginCloseResponse:
        """Ends the month."""
        async with self.house.periods() as stub:
            return await stub.BeginClose(messages.BeginCloseRequest(program_id=PROGRAM, period=period))

    async def reconciled(self, sequence: int = 1, differences: Iterable[str] = ()) -> None:
        """The books were compared with the ledger at the cut."""
        async with self.house.sql() as connection:
            run = f"rec_{sequence}_{await connection.fetchval('SELECT count(*) FROM reconciliation')}"
            await connection.execute(
                "INSERT INTO reconciliation (program, reconciliation_id, kind, period_sequence, scope, up_to, compared,"
                " caller, run_time) VALUES ($1, $2, 'LEDGER', $3, '', '{}', 14, 'office', clock_timestamp())",
                PROGRAM,
                run,
                sequence,
            )
            for figure in differences:
                await connection.execute(
                    "INSERT INTO reconciliation_difference (program, reconciliation_id, figure, expected, booked,"
                    " detail) VALUES ($1, $2, $3, 1, 0, '')",
                    PROGRAM,
                    run,
                    figure,
                )

    async def close(
        self, period: str = JANUARY, *, request: str = "close-1", name: str = "A. Auditor", note: str = "all seen"
    ) -> period_pb2.Period:
        """Signs it off."""
        async with self.house.periods() as stub:
            answer = await stub.ClosePeriod(
                messages.ClosePeriodRequest(
                    program_id=PROGRAM, period=period, request_id=request, signed_name=name, note=note
                )
            )
        return answer.period

    async def checklist(self, period: str = JANUARY) -> dict[str, period_pb2.ChecklistItem]:
        """Its items by kind."""
        async with self.house.periods() as stub:
            answer = await stub.GetCloseChecklist(messages.GetCloseChecklistRequest(program_id=PROGRAM, period=period))
        assert answer.ready == all(item.ok for item in answer.items if item.blocking)
        return {period_pb2.ChecklistKind.Name(item.kind).removeprefix("CHECKLIST_KIND_"): item for item in answer.items}

    async def whole_close(self, period: str = JANUARY, sequence: int = 1) -> period_pb2.Period:
        """From the cut to the signature."""
        await self.begin(period)
        await self.reconciled(sequence)
        return await self.close(period, request=f"close-{sequence}")

    async def violations(self) -> dict[str, list[str]]:
        """What any checker finds."""
        return {check.description: list(check.findings) for check in await self.house.checks() if check.violations}
