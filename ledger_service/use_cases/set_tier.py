"""Tiers set by hand, and ended: stored answer → whose → the member's lane."""

from chassis.values.ids import made_id
from ledger_service.domain import refusals
from ledger_service.domain.commands import EndTier, Origin, SetTier
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.ports import Lanes, MemberRef, Members, Outcome
from ledger_service.use_cases.standing_requests import EndTierRequest, SetTierRequest


class TiersByHand:
    """What both have in common: whoever asks is answered as before, or becomes the origin of a command."""

    def __init__(self, admission: Admission, members: Members, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._lanes = lanes

    async def _admitted(
        self, caller: str, request: SetTierRequest | EndTierRequest, member: MemberRef
    ) -> Outcome | Origin:
        asked = Asked(request.program, caller, request.request_id, request.intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        resolution = await self._members.resolve(request.program, member)
        where = Where("", "", "", "", facts.revision)
        return self._admission.origin(asked, key, facts, resolution, where, request.occur_time)


class SetTierOfMember(TiersByHand):
    """Somebody gives a member at least a tier, and says why and by whose approval."""

    async def __call__(self, caller: str, request: SetTierRequest) -> Outcome:
        """The outcome; SECOND_PERSON_NEEDED if whoever asks approves."""
        manual_id = made_id("tir", request.program, caller, request.request_id)
        origin = await self._admitted(caller, request, request.member)
        if isinstance(origin, Outcome):
            return origin
        if request.approver == request.operator_id:
            raise refusals.second_person_needed(manual_id)
        command = SetTier(
            origin,
            manual_id,
            request.ladder_id,
            request.tier,
            request.start,
            request.end,
            request.reason,
            request.approver,
            request.operator_id,
        )
        return await self._lanes.submit(command)


class EndTierOfMember(TiersByHand):
    """Somebody ends a tier that was set by hand."""

    async def __call__(self, caller: str, request: EndTierRequest) -> Outcome:
        """The outcome."""
        origin = await self._admitted(caller, request, request.member)
        if isinstance(origin, Outcome):
            return origin
        return await self._lanes.submit(EndTier(origin, request.manual_id, request.end, request.operator_id))
