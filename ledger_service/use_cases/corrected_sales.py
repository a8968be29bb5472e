"""Judging a posted sale again and booking the difference: what a corrected line and a plan have in common."""

from dataclasses import dataclass
from datetime import datetime

from ledger_service.domain.commands import Award, CorrectOrder, RequestKey
from ledger_service.domain.correction import unfit
from ledger_service.domain.order import OrderDocument, PostedOrder, SaleHome, is_anonymous
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.named_sales import locks_of, nobodys
from ledger_service.use_cases.ports import Lanes, MemberRef, Members, Outcome, Place, ProgramFacts, Resolution, Rules
from ledger_service.use_cases.together import together


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """A sale to be judged again under `revision`; `document` is set where the sale itself was wrong. `location_id` and
    `occur_time` are the correction's own. `unfit` says why the sale cannot be corrected so; empty if it can."""

    correction_id: str
    order: PostedOrder
    document: OrderDocument | None
    revision: str
    reason: str
    operator_id: str
    location_id: str
    occur_time: datetime
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What a sale should have earned, by which revision, and where it was made."""

    awards: tuple[Award, ...]
    revision: str
    operator: str
    region: str


class CorrectSale:
    """One sale, one command."""

    def __init__(self, admission: Admission, members: Members, rules: Rules, judging: Judging, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._rules = rules
        self._judging = judging
        self._lanes = lanes

    async def __call__(self, asked: Asked, key: RequestKey, facts: ProgramFacts, sale: Reconsidered) -> Outcome:
        """The outcome; OVERTAKEN if the sale was corrected by somebody else meanwhile. NOT_CORRECTABLE is decided where
        it is kept: in the lane."""
        order, why = sale.order, sale.unfit or unfit(sale.order)
        if why:
            judged, resolution = _not_judged(facts, sale), await self._wallet_of(asked.program, order.home)
        else:
            judged, resolution = await together(
                self._judge(asked.program, sale), self._wallet_of(asked.program, order.home)
            )
        place = facts.places.get(sale.location_id)
        where = Where(
            location_id=sale.location_id,
            operator=place.operator if place else judged.operator,
            region=place.region if place else judged.region,
            channel=order.document.channel,
            revision=judged.revision,
        )
        command = CorrectOrder(
            origin=self._admission.origin(asked, key, facts, resolution, where, sale.occur_time),
            correction_id=sale.correction_id,
            order_id=order.order_id,
            sale=order.document.ref,
            sale_home=order.home,
            awards=judged.awards,
            revision=judged.revision,
            document=sale.document,
            reason=sale.reason,
            operator_id=sale.operator_id,
            seen=order.corrections,
            operator=judged.operator,
            region=judged.region,
            unfit=why,
            sale_locks=locks_of(asked.program, (SaleHome(order.document.ref, order.home),)),
        )
        return await self._lanes.submit(command)

    async def _judge(self, program: str, sale: Reconsidered) -> _Judged:
        told = await self._judging.told_again(sale.order)
        evaluation = await self._rules.evaluate(program, sale.document or sale.order.document, sale.revision, told)
        return _Judged(evaluation.awards, evaluation.revision, evaluation.operator, evaluation.region)

    async def _wallet_of(self, program: str, home: str) -> Resolution:
        return nobodys(home) if is_anonymous(home) else await self._members.resolve(program, MemberRef(member_id=home))


def _not_judged(facts: ProgramFacts, sale: Reconsidered) -> _Judged:
    place = facts.places.get(sale.location_id) or Place(sale.location_id, "", "", "")
    return _Judged((), sale.revision, place.operator, place.region)
