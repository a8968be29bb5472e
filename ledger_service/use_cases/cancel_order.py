"""Cancelling a sale: stored answer → the sale and whose it is → the member's lane."""

from chassis.values.canonical import Plain
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import CancelOrder, RequestKey
from ledger_service.domain.fingerprints import cancellation_key, order_key
from ledger_service.domain.order import SaleHome, order_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.again import again
from ledger_service.use_cases.named_sales import NamedSales, locks_of, place_of
from ledger_service.use_cases.ports import Lanes, Outcome, Outcomes
from ledger_service.use_cases.return_requests import CancelOrderRequest


class CancelOrders:
    """A whole sale is taken back."""

    def __init__(self, admission: Admission, outcomes: Outcomes, sales: NamedSales, lanes: Lanes) -> None:
        self._admission = admission
        self._outcomes = outcomes
        self._sales = sales
        self._lanes = lanes

    async def __call__(self, caller: str, request: CancelOrderRequest) -> Outcome:
        """The outcome; NOT_RETURNABLE if it was cancelled before by another call."""
        asked = _asked(caller, request)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        try:
            return await again(lambda: self._cancel(asked, key, request))
        except Refusal as refusal:
            if refusal.reason == refusals.ORDER_CONFLICT.name:
                raise refusals.nothing_returnable(request.sale) from refusal
            raise

    async def _cancel(self, asked: Asked, key: RequestKey, request: CancelOrderRequest) -> Outcome:
        program, sale = request.program, request.sale
        facts = self._admission.program_at(program, request.occur_time)
        place = place_of(facts, request.location_id)
        posted = await self._outcomes.of_document(order_key(program, sale))
        if posted is None:
            raise refusals.order_not_found(sale)
        resolution = await self._sales.wallet_of(program, posted.home)
        order_id = order_id_of(program, sale)
        where = Where(place.location_id, place.operator, place.region, "", facts.revision)
        command = CancelOrder(
            origin=self._admission.origin(asked, key, facts, resolution, where, request.occur_time),
            directory_key=cancellation_key(program, order_id),
            sale=sale,
            order_id=order_id,
            sale_home=posted.home,
            policy=facts.policies.returns,
            place_entity=place.operator,
            reason=request.reason,
            sale_locks=locks_of(program, (SaleHome(sale, posted.home),)),
        )
        return await self._lanes.submit(command)


def _asked(caller: str, request: CancelOrderRequest) -> Asked:
    sale = request.sale
    intent: Plain = [
        "cancel-order",
        [sale.source, sale.document_id, sale.fulfilment_id],
        [request.location_id, request.reason, moment(request.occur_time)],
    ]
    return Asked(request.program, caller, request.request_id, intent)
