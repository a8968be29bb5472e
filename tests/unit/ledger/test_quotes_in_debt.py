"""A quote shows what a redemption would take, also where points that became spendable first repay what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.domain.wallet import WalletView, view_of
from ledger_service.use_cases.ports import MemberRef, ProgramFacts, Resolution
from ledger_service.use_cases.quote_redemption import QuoteRedemption
from ledger_service.use_cases.requests import QuoteRequest
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

LINDEN = terms("linden", "1", {"north": "1", "peak": "1"})
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Surroundings:
    """What a quote asks, answered from a ledger in memory."""

    ledger: PureLedger

    def facts(self, program: str) -> ProgramFacts:
        return ProgramFacts(program, "rev_test", replay_clock=False, late_upload_days=400, places={})

    def now(self) -> datetime:
        return self.ledger.now

    async def resolve(self, _program: str, member: MemberRef) -> Resolution:
        return Resolution(member.member_id, member.member_id, (member.member_id,), 0, "")

    async def redemption_terms(self, *_asked: object) -> RedemptionTerms:
        return LINDEN

    async def wallet(self, key: MemberKey, _homes: Sequence[str], now: datetime, _replay: bool) -> WalletView:
        return view_of(self.ledger.state.wallets[key], 0, 0, now)

    async def restricted(self, key: MemberKey, homes: Sequence[str], as_of: datetime) -> dict[str, int]:
        points: dict[str, int] = {}
        for accrual in await self.spendable(key, homes, 2**63, as_of):
            if accrual.scope:
                points[accrual.scope] = points.get(accrual.scope, 0) + accrual.remaining
        return points

    async def spendable(
        self, key: MemberKey, _homes: Sequence[str], _points: int, as_of: datetime
    ) -> Sequence[Accrual]:
        accruals = (self.ledger.state.accruals[one] for one in self.ledger.state.of_wallet[key])
        return [accrual for accrual in accruals if accrual.is_spendable(as_of, None)]

    async def quoted(self, points: int = 0) -> int:
        """What may be spent at Linden's."""
        told: Any = self
        quote = QuoteRedemption(told, told, told, told, told, told)
        return (await quote(QuoteRequest("prg", MemberRef("ana"), "shop", "linden", "USD", points))).available


def indebted(scope: str, brand: str = "peak") -> PureLedger:
    """Ana owes 50. 40 with a scope and 60 without one have become spendable since."""
    ledger = PureLedger()
    ledger.post_order("ana", "gone", [sold(1, 1000, "north")], [award(1, 50, "north")])
    ledger.redeem("ana", 50, LINDEN)
    ledger.give_back("ana", "back", "gone", {1: (ReturnBasis.WHOLE, None)})
    scoped = replace(award(1, 40, brand, available_time=NOON + DAY), scope=scope)
    free = award(2, 60, "peak", available_time=NOON + DAY)
    ledger.post_order("ana", "later", [sold(1, 1000, "peak"), sold(2, 1000, "peak")], [scoped, free])
    ledger.pass_time(DAY)
    return ledger


@pytest.mark.parametrize(("scope", "available"), [("brands:peak", 50), ("brands:linden", 50), ("", 50)])
async def test_what_is_quoted_can_be_spent_and_no_more(scope: str, available: int) -> None:
    ledger = indebted(scope)
    assert await Surroundings(ledger).quoted() == available
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.copy().redeem("ana", available + 1, LINDEN)
    assert ledger.redeem("ana", available, LINDEN).redemption.points == available


async def test_points_that_will_repay_need_no_agreement() -> None:
    """The scoped points of an entity without one would have come first."""
    ledger = indebted("brands:linden", brand="stranger")
    assert await Surroundings(ledger).quoted(50) == 50
    assert ledger.redeem("ana", 50, LINDEN).wallet.available == 0
