"""A posted sale with its accruals and what has come back."""

from collections.abc import Callable
from dataclasses import replace

from ledger_service.domain import refusals
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.order import DocumentRef, OrderDocument, order_id_of
from ledger_service.use_cases.ports import Outcomes, Programs
from ledger_service.use_cases.read_ports import OrderView, Reader


class GetOrder:
    """Finds a sale by its document."""

    def __init__(self, programs: Programs, outcomes: Outcomes, reader: Reader) -> None:
        self._programs = programs
        self._outcomes = outcomes
        self._reader = reader

    async def __call__(self, program: str, ref: DocumentRef, sees: Callable[[OrderDocument], bool]) -> OrderView:
        """The sale; ORDER_NOT_FOUND if it was never posted, or the caller is to know nothing of it."""
        self._programs.facts(program)
        posted = await self._outcomes.of_document(order_key(program, ref))
        # Read also where there is nothing to find: what is hidden must cost what is not there costs.
        home = "" if posted is None else posted.home
        view = await self._reader.order(program, home, order_id_of(program, ref), sees)
        if view is None:
            raise refusals.order_not_found(ref)
        return view


def seen_by(view: OrderView, sees: Callable[[str], bool]) -> OrderView:
    """The sale with the lines of brands that the caller `sees` and those of no brand, what has come back of them, and
    the brands' accruals. Its total and how it was paid are the receipt's, told to whom the sale concerns at all."""
    document = view.order.document
    lines = tuple(line for line in document.lines if not line.brand or sees(line.brand))
    numbers = {line.line_number for line in lines}
    return OrderView(
        order=replace(view.order, document=replace(document, lines=lines)),
        accruals=tuple(accrual for accrual in view.accruals if sees(accrual.brand)),
        returned=tuple(line for line in view.returned if line.line_number in numbers),
    )
