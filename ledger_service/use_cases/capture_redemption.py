"""Spending points that are set aside: stored answer → the authorization → its member's lane."""

from chassis.values.canonical import Plain
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import CaptureRedemption
from ledger_service.domain.fingerprints import redemption_key
from ledger_service.domain.redemption import redemption_id_of
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.authorizations import Authorizations
from ledger_service.use_cases.ports import Lanes, Outcome
from ledger_service.use_cases.spend_requests import CaptureRequest, Covers


class CaptureAnAuthorization:
    """Each capture is a redemption of its own, on the authorization's terms."""

    def __init__(self, admission: Admission, authorizations: Authorizations, lanes: Lanes) -> None:
        self._admission = admission
        self._authorizations = authorizations
        self._lanes = lanes

    async def __call__(self, caller: str, request: CaptureRequest, covers: Covers) -> Outcome:
        """The outcome of the capture."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        found = await self._authorizations.find(request.program, request.authorization_id, covers)
        redemption_id = redemption_id_of(request.program, caller, request.request_id)
        command = CaptureRedemption(
            origin=self._admission.origin(asked, key, facts, found.resolution, found.where, request.occur_time),
            directory_key=redemption_key(request.program, redemption_id),
            redemption_id=redemption_id,
            authorization_id=request.authorization_id,
            points=request.points,
            release_rest=request.release_rest,
        )
        return await self._lanes.submit(command)


def _intent(request: CaptureRequest) -> Plain:
    return [
        "capture",
        request.authorization_id,
        [request.points, request.release_rest],
        moment(request.occur_time),
    ]
