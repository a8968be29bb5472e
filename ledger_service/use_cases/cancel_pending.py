"""Taking pending points back: stored answer → what is named and whose it is → the member's lane."""

from collections.abc import Callable

from chassis.values.ids import made_id
from ledger_service.domain.commands import CancelPending
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.pending_targets import PendingTargets
from ledger_service.use_cases.ports import Lanes, Outcome
from ledger_service.use_cases.time_requests import PendingRequest


class CancelPendingPoints:
    """What somebody waited for will not happen: points that waited for it are taken back."""

    def __init__(self, admission: Admission, targets: PendingTargets, lanes: Lanes) -> None:
        self._admission = admission
        self._targets = targets
        self._lanes = lanes

    async def __call__(self, caller: str, request: PendingRequest, covers_brand: Callable[[str], bool]) -> Outcome:
        """The outcome of the cancellation; `covers_brand` says which brands concern the caller, to whom there are no
        points of others."""
        asked = Asked(request.program, caller, request.request_id, request.intent("cancel"))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        target, resolution = await self._targets.find(request, covers_brand)
        where = nowhere(facts.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, request.occur_time)
        pending_id = made_id("pnd", request.program, caller, request.request_id)
        return await self._lanes.submit(CancelPending(origin, pending_id, target, request.reason))
