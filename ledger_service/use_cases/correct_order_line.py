"""Correcting a line that was sold: stored answer → the sale → judged again by its own revision → the member's lane."""

from collections.abc import Callable

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import RequestKey
from ledger_service.domain.correction import corrected_document, correction_id_of
from ledger_service.domain.fingerprints import attributes_told, order_key
from ledger_service.domain.order import OrderLine, PostedOrder, order_id_of
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.again import again
from ledger_service.use_cases.corrected_sales import CorrectSale, Reconsidered
from ledger_service.use_cases.people_requests import CorrectLineRequest
from ledger_service.use_cases.ports import Outcome, Outcomes
from ledger_service.use_cases.read_ports import Reader


class CorrectOrderLine:
    """What one line says, but for its brand and SKU; the other lines are judged again with it. How the sale was paid
    stays as it was."""

    def __init__(self, admission: Admission, outcomes: Outcomes, reader: Reader, correct: CorrectSale) -> None:
        self._admission = admission
        self._outcomes = outcomes
        self._reader = reader
        self._correct = correct

    async def __call__(
        self, caller: str, request: CorrectLineRequest, covers_location: Callable[[str], bool]
    ) -> Outcome:
        """The outcome of the correction; `covers_location` says which places concern the caller, to whom there is no
        sale of another."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        return await again(lambda: self._try(asked, key, request, covers_location))

    async def _try(
        self, asked: Asked, key: RequestKey, request: CorrectLineRequest, covers_location: Callable[[str], bool]
    ) -> Outcome:
        facts = self._admission.program_at(request.program, request.occur_time)
        if request.location_id not in facts.places:
            raise refusals.location_not_found(request.program, request.location_id)
        order = await self._order(request, covers_location)
        document = corrected_document(order.document, request.line)
        sale = Reconsidered(
            correction_id=correction_id_of(asked.program, asked.caller, asked.request_id),
            order=order,
            document=document,
            revision=order.revision,
            reason=request.reason,
            operator_id=request.operator_id,
            location_id=request.location_id,
            occur_time=request.occur_time,
            unfit="" if document else "it has no line of that number, brand and SKU",
        )
        return await self._correct(asked, key, facts, sale)

    async def _order(self, request: CorrectLineRequest, covers_location: Callable[[str], bool]) -> PostedOrder:
        posted = await self._outcomes.of_document(order_key(request.program, request.order))
        # Read also where there is nothing to find: what is hidden must cost what is not there costs.
        home = "" if posted is None else posted.home
        order_id = order_id_of(request.program, request.order)
        view = await self._reader.order(
            request.program, home, order_id, lambda document: covers_location(document.location_id)
        )
        if view is None:
            raise refusals.order_not_found(request.order)
        return view.order


def _intent(request: CorrectLineRequest) -> Plain:
    ref = request.order
    return [
        "correct-line",
        [ref.source, ref.document_id, ref.fulfilment_id],
        _line(request.line),
        [request.reason, request.operator_id, request.location_id, moment(request.occur_time)],
    ]


def _line(line: OrderLine) -> Plain:
    measure: Plain = [line.measure.unit, line.measure.milli_units] if line.measure else None
    return [
        line.line_number,
        [line.brand, line.sku, list(line.categories), *attributes_told(line)],
        [line.quantity, measure],
        [line.net, line.paid, line.discount_line],
    ]
