"""Giving spent points back: stored answer → the redemption, or a tombstone in its place → its member's lane."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey, moment
from ledger_service.domain.commands import RequestKey, RestoreRedemption
from ledger_service.domain.fingerprints import authorization_key, redemption_key
from ledger_service.domain.hold import authorization_id_of
from ledger_service.domain.redemption import Redemption, redemption_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where, nowhere
from ledger_service.use_cases.again import again
from ledger_service.use_cases.ports import (
    Lanes,
    MemberRef,
    Members,
    Outcome,
    Outcomes,
    PostedDocument,
    ProgramFacts,
    Resolution,
)
from ledger_service.use_cases.requests import member_intent
from ledger_service.use_cases.spend_ports import SpendReader
from ledger_service.use_cases.spend_requests import Covers, is_covered
from ledger_service.use_cases.spent_answers import SPENDING_ANSWERS, is_seen


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """Give points of a redemption back, by its id or by the id of the request for it (the other is empty, and the
    member is named); 0 points: all that are left."""

    program: str
    request_id: str
    redemption_id: str
    original_request_id: str
    member: MemberRef | None
    points: int
    reason: str
    occur_time: datetime


class RestoreARedemption:
    """By the redemption's id, or by the request id of a redemption whose answer never came."""

    def __init__(
        self, admission: Admission, outcomes: Outcomes, members: Members, reader: SpendReader, lanes: Lanes
    ) -> None:
        self._admission = admission
        self._outcomes = outcomes
        self._members = members
        self._reader = reader
        self._lanes = lanes

    async def __call__(self, caller: str, request: RestoreRequest, covers: Covers) -> Outcome:
        """The outcome; what arrives or is kept away at the same moment is looked up again."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        return await again(lambda: self._restore(asked, key, facts, request, covers))

    async def _restore(
        self, asked: Asked, key: RequestKey, facts: ProgramFacts, request: RestoreRequest, covers: Covers
    ) -> Outcome:
        original = request.original_request_id
        redemption_id = request.redemption_id or redemption_id_of(request.program, asked.caller, original)
        member = None if request.member is None else await self._members.resolve(request.program, request.member)
        directory_key = redemption_key(request.program, redemption_id)
        posted = await self._outcomes.of_document(directory_key)
        policy = facts.policies.returns
        if original and member is not None:
            if posted is None:
                await self._check_other_kind(asked, original, redemption_id)
                where = nowhere(facts.revision)
                origin = self._admission.origin(asked, key, facts, member, where, request.occur_time)
                command = RestoreRedemption(
                    origin, redemption_id, request.points, request.reason, policy, directory_key
                )
                return await self._lanes.submit(command)
            if posted.voided:
                return _kept_away_before(posted, member, redemption_id)
        made = None if posted is None else posted.answer
        if isinstance(made, SPENDING_ANSWERS) and not is_seen(made, redemption_id, covers):
            raise refusals.redemption_not_found(redemption_id)
        redemption, resolution = await self._find(request.program, redemption_id, posted)
        mine = member is None or member.root == resolution.root
        if not mine or not is_covered(covers, redemption.location_id, redemption.brand):
            raise refusals.redemption_not_found(redemption_id)
        where = _where(facts, redemption)
        origin = self._admission.origin(asked, key, facts, resolution, where, request.occur_time)
        command = RestoreRedemption(origin, redemption_id, request.points, request.reason, policy, b"")
        return await self._lanes.submit(command)

    async def _check_other_kind(self, asked: Asked, original: str, redemption_id: str) -> None:
        """REDEMPTION_NOT_FOUND if the request did arrive, but set points aside: they are for VoidRedemption."""
        made = authorization_id_of(asked.program, asked.caller, original)
        posted = await self._outcomes.of_document(authorization_key(asked.program, made))
        if posted is not None and not posted.voided:
            raise refusals.redemption_not_found(redemption_id)

    async def _find(
        self, program: str, redemption_id: str, posted: PostedDocument | None
    ) -> tuple[Redemption, Resolution]:
        """The redemption as the last command left it, and whose it is by now; REDEMPTION_NOT_FOUND."""
        if posted is None or posted.voided:
            raise refusals.redemption_not_found(redemption_id)
        # A redemption stays with the root that spent it, wherever that leads by now.
        root = posted.home if posted.answer is None else posted.answer.wallet.root
        resolution = await self._members.resolve(program, MemberRef(member_id=root))
        redemption = await self._reader.redemption(MemberKey(program, resolution.root), resolution.homes, redemption_id)
        if redemption is None:
            raise refusals.redemption_not_found(redemption_id)
        return redemption, resolution


def _where(facts: ProgramFacts, redemption: Redemption) -> Where:
    """The place where the points had been spent, as the program knows it now."""
    place = facts.places.get(redemption.location_id)
    operator, region = (place.operator, place.region) if place else (redemption.redeemer, "")
    return Where(redemption.location_id, operator, region, "", facts.revision)


def _kept_away_before(posted: PostedDocument, member: Resolution, redemption_id: str) -> Outcome:
    """The first answer of those who restored what never arrived."""
    if posted.answer is None or posted.home not in member.homes:
        raise refusals.redemption_not_found(redemption_id)
    return Outcome(posted.answer, replayed=True)


def _intent(request: RestoreRequest) -> Plain:
    return [
        "restore",
        [request.redemption_id, request.original_request_id],
        member_intent(request.member),
        [request.points, request.reason],
        moment(request.occur_time),
    ]
