"""Rpcs about caps and budgets."""

from dataclasses import dataclass

from loyalty.ledger.v1 import limit_pb2 as messages

from chassis.runtime.behaviour import Context
from ledger_service.servicer.common import admit
from ledger_service.use_cases.list_limits import ListLimits
from ledger_service.wire import limits


@dataclass(frozen=True, slots=True)
class LimitCases:
    """The use cases behind these rpcs."""

    list_limits: ListLimits


class LimitRpcs:
    """Rpcs about caps and budgets."""

    limits: LimitCases

    async def ListLimits(self, request: messages.ListLimitsRequest, _context: Context) -> messages.ListLimitsResponse:
        """How far budgets are used."""
        question = limits.limits_question(request)
        admit(question.program)
        after = limits.limits_place(question, request.page_token)
        page = await self.limits.list_limits(question.program, question.limit_id, after, question.size)
        return limits.limits_message(question, page)
