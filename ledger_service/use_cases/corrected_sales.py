"""Judging a posted sale again and booking the difference: what a corrected line and a plan have in common."""

from dataclasses import dataclass
from datetime import datetime

from ledger_service.domain import refusals
from ledger_service.domain.commands import CorrectOrder, RequestKey
from ledger_service.domain.order import OrderDocument, OrderState, PostedOrder
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.ports import Lanes, MemberRef, Members, Outcome, ProgramFacts, Rules
from ledger_service.use_cases.together import together


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """A sale to be judged again under `revision`; `document` is set where the sale itself was wrong. `where` and
    `occur_time` are the correction's own."""

    correction_id: str
    order: PostedOrder
    document: OrderDocument | None
    revision: str
    reason: str
    operator_id: str
    location_id: str
    occur_time: datetime


class CorrectSale:
    """One sale, one command."""

    def __init__(self, admission: Admission, members: Members, rules: Rules, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._rules = rules
        self._lanes = lanes

    async def __call__(self, asked: Asked, key: RequestKey, facts: ProgramFacts, sale: Reconsidered) -> Outcome:
        """The outcome; OVERTAKEN if the sale was corrected by somebody else meanwhile."""
        order = sale.order
        if order.state is not OrderState.EVALUATED:
            raise refusals.not_correctable(order.document.ref, f"it is {order.state.value}")
        evaluation, resolution = await together(
            self._rules.evaluate(asked.program, sale.document or order.document, sale.revision),
            self._members.resolve(asked.program, MemberRef(member_id=order.home)),
        )
        place = facts.places.get(sale.location_id)
        where = Where(
            location_id=sale.location_id,
            operator=place.operator if place else evaluation.operator,
            region=place.region if place else evaluation.region,
            channel=order.document.channel,
            revision=evaluation.revision,
        )
        command = CorrectOrder(
            origin=self._admission.origin(asked, key, facts, resolution, where, sale.occur_time),
            correction_id=sale.correction_id,
            order_id=order.order_id,
            sale=order.document.ref,
            sale_home=order.home,
            awards=evaluation.awards,
            revision=evaluation.revision,
            document=sale.document,
            reason=sale.reason,
            operator_id=sale.operator_id,
            seen=order.corrections,
            operator=evaluation.operator,
            region=evaluation.region,
        )
        return await self._lanes.submit(command)
