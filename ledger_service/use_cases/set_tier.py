"""Tiers set by hand, and ended: stored answer → whose ladder, and whose tier → the member's lane.

A tier is a benefit of the brands behind its ladder: whoever gives or ends one covers the brand of the ladder, or every
brand if it is the portfolio's. So does who names a ladder or a tier that is not there, or it would tell which are.
"""

from collections.abc import Callable, Iterable

from chassis.values.ids import made_id
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.commands import EndTier, Origin, RequestKey, SetTier
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.use_cases.admission import Admission, Asked, nowhere
from ledger_service.use_cases.ports import Lanes, Members, Outcome, ProgramFacts
from ledger_service.use_cases.standing_ports import Standings
from ledger_service.use_cases.standing_requests import EndTierRequest, SetTierRequest

RequireBrand = Callable[[str], None]
"""Refuses a brand that the caller does not cover."""

_EVERY_BRAND = "*"


class TiersByHand:
    """What both have in common: whoever asks is answered as before, or becomes the origin of a command."""

    def __init__(self, admission: Admission, members: Members, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._lanes = lanes

    async def _origin(
        self, asked: Asked, key: RequestKey, facts: ProgramFacts, request: SetTierRequest | EndTierRequest
    ) -> Origin:
        resolution = await self._members.resolve(request.program, request.member)
        where = nowhere(facts.revision)
        return self._admission.origin(asked, key, facts, resolution, where, request.occur_time)


class SetTierOfMember(TiersByHand):
    """Somebody gives a member at least a tier, and says why and by whose approval."""

    async def __call__(self, caller: str, request: SetTierRequest, require_brand: RequireBrand) -> Outcome:
        """The outcome; SECOND_PERSON_NEEDED if whoever asks approves."""
        asked = Asked(request.program, caller, request.request_id, request.intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        _require_ladder(facts.ladders, request.ladder_id, require_brand)
        manual_id = made_id("tir", request.program, caller, request.request_id)
        origin = await self._origin(asked, key, facts, request)
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

    def __init__(self, admission: Admission, members: Members, lanes: Lanes, standings: Standings) -> None:
        super().__init__(admission, members, lanes)
        self._standings = standings

    async def __call__(self, caller: str, request: EndTierRequest, require_brand: RequireBrand) -> Outcome:
        """The outcome."""
        asked = Asked(request.program, caller, request.request_id, request.intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        origin = await self._origin(asked, key, facts, request)
        by_hand = await self._standings.set_by_hand(origin.wallet, origin.homes)
        ladder_id = next((one.ladder_id for one in by_hand if one.manual_id == request.manual_id), "")
        _require_ladder(facts.ladders, ladder_id, require_brand)
        return await self._lanes.submit(EndTier(origin, request.manual_id, request.end, request.operator_id))


def _require_ladder(ladders: Iterable[Ladder], ladder_id: str, require_brand: RequireBrand) -> None:
    """Refuses who does not cover the brands of a ladder, of all its versions."""
    versions = [version for ladder in ladders if ladder.ladder_id == ladder_id for version in ladder.versions]
    try:
        for brand in {version.scope.brand or _EVERY_BRAND for version in versions} or {_EVERY_BRAND}:
            require_brand(brand)
    except Refusal:
        # In the words for a ladder that is not there: others would tell that there is one, and whose it is.
        require_brand(_EVERY_BRAND)
