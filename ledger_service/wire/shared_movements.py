"""What was spent together by members who were one, as messages."""

from typing import NamedTuple

from loyalty.ledger.v1 import shared_movements_pb2 as messages

from chassis.runtime.fields import FieldReader
from ledger_service.domain.movement import Cause
from ledger_service.use_cases.list_shared_movements import SharedMovement, SharedPage
from ledger_service.use_cases.ports import MemberRef
from ledger_service.wire import pages, values
from ledger_service.wire.events import CAUSES
from ledger_service.wire.read_requests import DEFAULT_PAGE, LARGEST_PAGE
from ledger_service.wire.requests import member_ref


class SharedQuestion(NamedTuple):
    """Whose points, and how many movements to a page."""

    program: str
    member: MemberRef
    size: int

    @property
    def text(self) -> str:
        """What ties a page token to it. The page's size does not count."""
        member = self.member
        return f"shared:{self.program}:{member.member_id}:{member.kind}:{member.value}"


def shared_question(request: messages.ListSharedMovementsRequest) -> SharedQuestion:
    """What is asked for."""
    reader = FieldReader()
    question = SharedQuestion(
        program=reader.id("program_id", request.program_id),
        member=member_ref(reader, request.member),
        size=reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE,
    )
    reader.finish()
    return question


def shared_message(question: SharedQuestion, page: SharedPage) -> messages.ListSharedMovementsResponse:
    """A page of it."""
    return messages.ListSharedMovementsResponse(
        movements=map(_movement, page.movements), next_page_token=pages.page_token(question.text, page.next)
    )


def _movement(shared: SharedMovement) -> messages.SharedMovement:
    repays = shared.cause is Cause.REPAYMENT
    return messages.SharedMovement(
        home_member_id=shared.home,
        sequence=shared.sequence,
        accrual_id=shared.accrual_id,
        points=shared.points,
        restored_points=shared.restored_points,
        cause=CAUSES[shared.cause],
        redemption_id="" if repays else shared.cause_id,
        root_member_id=shared.root,
        debtor_home_member_id=shared.debtor_home,
        debtor_accrual_id=shared.cause_id if repays else "",
        post_time=values.timestamp(shared.post_time),
    )
