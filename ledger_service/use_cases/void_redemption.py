"""Freeing points that are set aside: stored answer → the authorization, or a tombstone in its place → the lane."""

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import RequestKey, VoidRedemption
from ledger_service.domain.fingerprints import authorization_key, redemption_key
from ledger_service.domain.hold import authorization_id_of
from ledger_service.domain.redemption import redemption_id_of
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.again import again
from ledger_service.use_cases.authorizations import Authorizations
from ledger_service.use_cases.ports import (
    Lanes,
    Members,
    Outcome,
    Outcomes,
    PostedDocument,
    ProgramFacts,
    Resolution,
)
from ledger_service.use_cases.requests import member_intent
from ledger_service.use_cases.spend_requests import Covers, VoidRequest


class VoidARedemption:
    """By the authorization's id, or by the request id of an authorization whose answer never came."""

    def __init__(
        self,
        admission: Admission,
        outcomes: Outcomes,
        members: Members,
        authorizations: Authorizations,
        lanes: Lanes,
    ) -> None:
        self._admission = admission
        self._outcomes = outcomes
        self._members = members
        self._authorizations = authorizations
        self._lanes = lanes

    async def __call__(self, caller: str, request: VoidRequest, covers: Covers) -> Outcome:
        """The outcome; what arrives or is voided at the same moment is looked up again."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        return await again(lambda: self._void(asked, key, facts, request, covers))

    async def _void(
        self, asked: Asked, key: RequestKey, facts: ProgramFacts, request: VoidRequest, covers: Covers
    ) -> Outcome:
        original = request.original_request_id
        authorization_id = request.authorization_id or authorization_id_of(request.program, asked.caller, original)
        member = None if request.member is None else await self._members.resolve(request.program, request.member)
        directory_key = authorization_key(request.program, authorization_id)
        if original and member is not None:
            posted = await self._outcomes.of_document(directory_key)
            if posted is None:
                await self._check_other_kind(asked, original, authorization_id)
                where = nowhere(facts.revision)
                origin = self._admission.origin(asked, key, facts, member, where, request.occur_time)
                return await self._lanes.submit(VoidRedemption(origin, authorization_id, directory_key))
            if posted.voided:
                return _voided_before(posted, member, authorization_id)
        found = await self._authorizations.find(request.program, authorization_id, covers)
        if member is not None and member.root != found.resolution.root:
            raise refusals.authorization_not_found(authorization_id)
        origin = self._admission.origin(asked, key, facts, found.resolution, found.where, request.occur_time)
        return await self._lanes.submit(VoidRedemption(origin, authorization_id, b""))

    async def _check_other_kind(self, asked: Asked, original: str, authorization_id: str) -> None:
        """AUTHORIZATION_NOT_FOUND if the request did arrive, but spent the points: they are for RestoreRedemption."""
        made = redemption_id_of(asked.program, asked.caller, original)
        posted = await self._outcomes.of_document(redemption_key(asked.program, made))
        if posted is not None and not posted.voided:
            raise refusals.authorization_not_found(authorization_id)


def _voided_before(posted: PostedDocument, member: Resolution, authorization_id: str) -> Outcome:
    """The first answer of those who voided what never arrived."""
    if posted.answer is None or posted.home not in member.homes:
        raise refusals.authorization_not_found(authorization_id)
    return Outcome(posted.answer, replayed=True)


def _intent(request: VoidRequest) -> Plain:
    return [
        "void",
        [request.authorization_id, request.original_request_id],
        member_intent(request.member),
        moment(request.occur_time),
    ]
