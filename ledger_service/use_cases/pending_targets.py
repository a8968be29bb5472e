"""Whose pending points a call names: those of a sale's wallet, or of a member's accrual."""

from collections.abc import Callable

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.commands import PendingTarget
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.order import DocumentRef, is_anonymous, order_id_of
from ledger_service.use_cases.ports import MemberRef, Members, Outcomes, Resolution
from ledger_service.use_cases.read_ports import Reader
from ledger_service.use_cases.time_requests import PendingRequest


class PendingTargets:
    """Looks up the sale or the accrual, and the wallet it lies in."""

    def __init__(self, outcomes: Outcomes, members: Members, reader: Reader) -> None:
        self._outcomes = outcomes
        self._members = members
        self._reader = reader

    async def find(
        self, request: PendingRequest, require_brand: Callable[[str], None]
    ) -> tuple[PendingTarget, Resolution]:
        """The target and whose it is. ORDER_NOT_FOUND also for a sale of somebody else than the named member,
        ACCRUAL_NOT_FOUND, NOTHING_PENDING for a sale that is nobody's: it has earned nothing yet. `require_brand`
        is asked about every brand whose points may be meant."""
        if request.sale is None:
            return await self._accrual(request, require_brand)
        return await self._sale(request, request.sale, require_brand)

    async def _sale(
        self, request: PendingRequest, ref: DocumentRef, require_brand: Callable[[str], None]
    ) -> tuple[PendingTarget, Resolution]:
        program, member = request.program, request.member
        named = None if member is None else await self._members.resolve(program, member)
        posted = await self._outcomes.of_document(order_key(program, ref))
        if posted is None:
            raise refusals.order_not_found(ref)
        order_id = order_id_of(program, ref)
        if is_anonymous(posted.home):
            raise refusals.nothing_pending(order_id)
        resolution = await self._members.resolve(program, MemberRef(member_id=posted.home))
        if named is not None and named.root != resolution.root:
            raise refusals.order_not_found(ref)
        view = await self._reader.order(program, posted.home, order_id)
        for accrual in () if view is None else view.accruals:
            if request.line_number in (0, accrual.line_number):
                require_brand(accrual.brand)
        return PendingTarget(order_id, request.line_number, "", posted.home), resolution

    async def _accrual(
        self, request: PendingRequest, require_brand: Callable[[str], None]
    ) -> tuple[PendingTarget, Resolution]:
        program, accrual_id = request.program, request.accrual_id
        resolution = await self._members.resolve(program, request.member or MemberRef())
        found = (await self._reader.accrual_homes(program, resolution.homes, [accrual_id])).get(accrual_id)
        if found is None:
            raise refusals.accrual_not_found(accrual_id)
        try:
            require_brand(found.brand)
        except Refusal:
            # To whom it does not concern, an accrual looks as if there were none.
            raise refusals.accrual_not_found(accrual_id) from None
        return PendingTarget("", 0, accrual_id, found.home), resolution
