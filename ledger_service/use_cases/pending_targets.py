"""Whose pending points a call names: those of a sale's wallet, or of a member's accrual."""

from collections.abc import Callable

from ledger_service.domain import refusals
from ledger_service.domain.commands import PendingTarget
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.order import DocumentRef, is_anonymous, order_id_of
from ledger_service.use_cases.ports import MemberRef, Members, Outcomes, Resolution
from ledger_service.use_cases.read_ports import OrderView, Reader
from ledger_service.use_cases.time_requests import PendingRequest


class PendingTargets:
    """Looks up the sale or the accrual, and the wallet it lies in."""

    def __init__(self, outcomes: Outcomes, members: Members, reader: Reader) -> None:
        self._outcomes = outcomes
        self._members = members
        self._reader = reader

    async def find(
        self, request: PendingRequest, covers_brand: Callable[[str], bool]
    ) -> tuple[PendingTarget, Resolution]:
        """The target and whose it is. ORDER_NOT_FOUND also for a sale of somebody else than the named member,
        ACCRUAL_NOT_FOUND, NOTHING_PENDING for a sale that is nobody's: it has earned nothing yet. `covers_brand`
        is asked about every brand whose points may be meant; what has others is as if it were not there."""
        if request.sale is None:
            return await self._accrual(request, covers_brand)
        return await self._sale(request, request.sale, covers_brand)

    async def _sale(
        self, request: PendingRequest, ref: DocumentRef, covers_brand: Callable[[str], bool]
    ) -> tuple[PendingTarget, Resolution]:
        program, member = request.program, request.member
        named = None if member is None else await self._members.resolve(program, member)
        posted = await self._outcomes.of_document(order_key(program, ref))
        order_id = order_id_of(program, ref)
        # Read also where there is nothing to find: what is hidden must cost what is not there costs.
        home = "" if posted is None else posted.home
        view = await self._reader.order(program, home, order_id)
        if view is None or not all(map(covers_brand, _brands(view, request.line_number))):
            raise refusals.order_not_found(ref)
        if is_anonymous(home):
            raise refusals.nothing_pending(order_id)
        resolution = await self._members.resolve(program, MemberRef(member_id=home))
        if named is not None and named.root != resolution.root:
            raise refusals.order_not_found(ref)
        return PendingTarget(order_id, request.line_number, "", home), resolution

    async def _accrual(
        self, request: PendingRequest, covers_brand: Callable[[str], bool]
    ) -> tuple[PendingTarget, Resolution]:
        program, accrual_id = request.program, request.accrual_id
        resolution = await self._members.resolve(program, request.member or MemberRef())
        found = (await self._reader.accrual_homes(program, resolution.homes, [accrual_id])).get(accrual_id)
        if found is None or not covers_brand(found.brand):
            raise refusals.accrual_not_found(accrual_id)
        return PendingTarget("", 0, accrual_id, found.home), resolution


def _brands(view: OrderView, line_number: int) -> frozenset[str]:
    """The brands whose points may be meant by a line of a sale (0: all of them); where there are none, those that it
    sold, or whoever asks for a line that it has not would learn that there is such a sale."""
    meant = frozenset(accrual.brand for accrual in view.accruals if line_number in (0, accrual.line_number))
    return meant or view.order.document.brands
