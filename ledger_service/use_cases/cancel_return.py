"""Cancelling an announced return: stored answer → whose it is → the member's lane."""

from collections.abc import Callable

from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import CancelReturn
from ledger_service.domain.fingerprints import announcement_key
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.named_sales import NamedSales
from ledger_service.use_cases.ports import Lanes, Outcome, Outcomes
from ledger_service.use_cases.return_ports import StoredReturns
from ledger_service.use_cases.return_requests import CancelReturnRequest

Covers = Callable[[str], bool]
"""Whether the caller may act for a location."""


class CancelReturns:
    """Announced goods that do not come."""

    def __init__(
        self, admission: Admission, outcomes: Outcomes, returns: StoredReturns, sales: NamedSales, lanes: Lanes
    ) -> None:
        self._admission = admission
        self._outcomes = outcomes
        self._returns = returns
        self._sales = sales
        self._lanes = lanes

    async def __call__(self, caller: str, request: CancelReturnRequest, covers: Covers) -> Outcome:
        """The outcome; RETURN_NOT_FOUND without a trace if it was never announced where the caller may act."""
        program, return_id = request.program, request.return_id
        intent = ["cancel-return", return_id, moment(request.occur_time)]
        asked = Asked(program, caller, request.request_id, intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(program, request.occur_time)
        opened = await self._outcomes.of_document(announcement_key(program, return_id))
        hold = await self._returns.announced(program, return_id)
        if opened is None or hold is None or hold.announced is None or not covers(hold.announced.location_id):
            raise refusals.return_not_found(return_id)
        resolution = await self._sales.wallet_of(program, opened.home)
        where = nowhere(facts.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, request.occur_time)
        return await self._lanes.submit(CancelReturn(origin, return_id))
