"""Rpcs about where members stand."""

from dataclasses import dataclass

from loyalty.ledger.v1 import standing_pb2 as messages

from chassis.runtime.behaviour import Context
from ledger_service.servicer.common import admit, annotate, tell_replayed
from ledger_service.use_cases.get_standing import GetStanding
from ledger_service.use_cases.set_tier import EndTierOfMember, SetTierOfMember
from ledger_service.wire import standing


@dataclass(frozen=True, slots=True)
class StandingCases:
    """The use cases behind these rpcs."""

    get_standing: GetStanding
    set_tier: SetTierOfMember
    end_tier: EndTierOfMember


class StandingRpcs:
    """Rpcs about where members stand. On the ladder of a brand it is told to those whom the brand concerns."""

    standing: StandingCases

    async def GetStanding(
        self, request: messages.GetStandingRequest, _context: Context
    ) -> messages.GetStandingResponse:
        """Where a member stands."""
        program, member, size = standing.standing_request(request)
        caller = admit(program)
        found = await self.standing.get_standing(program, member, size, caller.may_use_brand)
        return standing.standing_answer(found)

    async def SetTier(self, request: messages.SetTierRequest, context: Context) -> messages.SetTierResponse:
        """A tier set by hand."""
        asked = standing.set_tier_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id)
        outcome = await self.standing.set_tier(caller.subject, asked, caller.require_brand)
        tell_replayed(context, outcome)
        answer = standing.tier_set(outcome.answer)
        annotate(manual_tier_id=answer.manual_tier.manual_tier_id)
        return answer

    async def EndTier(self, request: messages.EndTierRequest, context: Context) -> messages.EndTierResponse:
        """A tier set by hand ends."""
        asked = standing.end_tier_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, manual_tier_id=asked.manual_id)
        outcome = await self.standing.end_tier(caller.subject, asked, caller.require_brand)
        tell_replayed(context, outcome)
        return standing.tier_ended(outcome.answer)
