"""Posting a return: carries it out and keeps the document (docs/DOMAIN.md §6)."""

from ledger_service.domain.answers import ReturnAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.reversal import carry_out
from ledger_service.domain.commands import PostReturn
from ledger_service.domain.event import EventType
from ledger_service.domain.order import PostedReturn


def post_return(draft: Draft, command: PostReturn) -> Applied:
    """Takes the goods back; the answer says what that did."""
    part = command.returned
    done = carry_out(draft, part)
    wallet = draft.close()
    posted = PostedReturn(
        program=command.origin.program,
        return_id=part.return_id,
        home=command.origin.home,
        document=part.document,
        post_time=draft.post_time,
        reversed=done.reversed,
        restored=done.restored,
    )
    draft.put_return(posted)
    answer = ReturnAnswer(
        return_id=part.return_id,
        reversed=done.reversed,
        repaid_points=done.repaid_points,
        wallet=wallet,
        position=draft.stamp.position,
        restored=done.restored,
        withheld=done.withheld,
        written_off=done.written_off,
    )
    return draft.finish(answer, Subject(EventType.RETURN_POSTED, part.return_id))
