"""Rpcs about members who were one."""

from dataclasses import dataclass

from loyalty.ledger.v1 import shared_movements_pb2 as messages

from chassis.runtime.behaviour import Context
from ledger_service.servicer.common import admit
from ledger_service.use_cases.list_shared_movements import ListSharedMovements
from ledger_service.wire import pages, shared_movements


@dataclass(frozen=True, slots=True)
class LinkCases:
    """The use cases behind these rpcs."""

    list_shared_movements: ListSharedMovements


class LinkRpcs:
    """Rpcs about members who were one."""

    links: LinkCases

    async def ListSharedMovements(
        self, request: messages.ListSharedMovementsRequest, _context: Context
    ) -> messages.ListSharedMovementsResponse:
        """A page of what was spent together."""
        question = shared_movements.shared_question(request)
        admit(question.program)
        after = pages.page_key(question.text, request.page_token)
        page = await self.links.list_shared_movements(question.program, question.member, after, question.size)
        return shared_movements.shared_message(question, page)
