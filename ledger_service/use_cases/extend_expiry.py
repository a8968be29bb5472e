"""A later expiry: stored answer → whose points and which → the member's lane."""

from collections.abc import Callable

from chassis.values.ids import made_id
from ledger_service.domain import refusals
from ledger_service.domain.commands import ExtendExpiry
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.ports import Lanes, Members, Outcome, Resolution
from ledger_service.use_cases.read_ports import Reader
from ledger_service.use_cases.time_requests import ExtendRequest


class ExtendExpiryOfPoints:
    """Somebody decided that points last longer, and says why."""

    def __init__(self, admission: Admission, members: Members, reader: Reader, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._reader = reader
        self._lanes = lanes

    async def __call__(self, caller: str, request: ExtendRequest, covers_brand: Callable[[str], bool]) -> Outcome:
        """The outcome of the extension; `covers_brand` says which brands concern the caller, to whom there are no
        accruals of others."""
        asked = Asked(request.program, caller, request.request_id, request.intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        resolution = await self._members.resolve(request.program, request.member)
        accruals = await self._accruals(request, resolution, covers_brand)
        where = nowhere(facts.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, request.occur_time)
        extension_id = made_id("ext", request.program, caller, request.request_id)
        command = ExtendExpiry(origin, extension_id, accruals, request.expire_time, request.reason, request.operator_id)
        return await self._lanes.submit(command)

    async def _accruals(
        self, request: ExtendRequest, resolution: Resolution, covers_brand: Callable[[str], bool]
    ) -> tuple[tuple[str, str], ...]:
        """The named accruals as (home, id); ACCRUAL_NOT_FOUND if one is not the member's."""
        if not request.accrual_ids:
            return ()
        found = await self._reader.accrual_homes(request.program, resolution.homes, request.accrual_ids)
        for accrual_id in request.accrual_ids:
            if accrual_id not in found or not covers_brand(found[accrual_id].brand):
                raise refusals.accrual_not_found(accrual_id)
        return tuple((found[accrual_id].home, accrual_id) for accrual_id in request.accrual_ids)
