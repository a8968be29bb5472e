"""Returns that come before their sales: parked, and settled in the sale's own commit (docs/DOMAIN.md §6)."""

from dataclasses import replace

from chassis.values.refusal import Code, Refusal
from ledger_service.domain import refusals
from ledger_service.domain.answers import ReturnAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.open_return import begin_return, end_announced
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.post_return import post_return
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.reversal import carry_out
from ledger_service.domain.commands import PostReturn, ReturnPart
from ledger_service.domain.event import EventType
from ledger_service.domain.fingerprints import return_key
from ledger_service.domain.hold import HoldState
from ledger_service.domain.order import (
    DocumentRef,
    PostedOrder,
    PostedReturn,
    ReturnState,
    SaleHome,
    is_anonymous,
    order_id_of,
)
from ledger_service.domain.policies import ReturnPolicy, SpentPoints


def take_return(draft: Draft, command: PostReturn) -> Applied:
    """Carries a return out, or parks it if one of its sales has not come."""
    if command.awaited:
        return _park(draft, command)
    begin_return(draft, command.returned)
    return post_return(draft, command)


def _park(draft: Draft, command: PostReturn) -> Applied:
    """Keeps the return with what it is to be carried out by. What was announced of it stays held: the goods are back,
    but what they earned is not known yet."""
    part = command.returned
    parked = PostedReturn(
        program=part.program,
        return_id=part.return_id,
        home=draft.origin.home,
        document=part.document,
        post_time=draft.post_time,
        state=ReturnState.PARKED,
        awaited=tuple(awaited.sale for awaited in command.awaited),
        park_time=draft.post_time,
        policy=part.policy,
        place_entity=part.place_entity,
    )
    draft.put_return(parked)
    answer = ReturnAnswer(
        return_id=part.return_id,
        reversed=(),
        repaid_points=0,
        wallet=draft.close(),
        position=draft.stamp.position,
        state=ReturnState.PARKED,
    )
    return draft.finish(answer, Subject(EventType.RETURN_PARKED, part.return_id))


def settle_parked(draft: Draft, order_id: str) -> tuple[str, ...]:
    """Settles the returns that waited for a sale which the command has posted; the ids of those that wait no longer,
    in the order in which they were parked."""
    settled: list[str] = []
    for parked in draft.parked_for(order_id):
        if parked.state is not ReturnState.PARKED:
            continue
        after = _settled(draft, parked)
        draft.put_return(after)
        if after.state is not ReturnState.PARKED:
            settled.append(after.return_id)
    return tuple(settled)


def _settled(draft: Draft, parked: PostedReturn) -> PostedReturn:
    """What becomes of a parked return now that one of its sales has come."""
    sales = [(ref, draft.order(order_id_of(parked.program, ref))) for ref in parked.document.sales]
    if not _belongs(draft, parked) or any(_is_anothers(draft, ref, sale) for ref, sale in sales):
        return _refused(draft, parked, refusals.OTHER_MEMBERS_ORDER.name)
    missing = tuple(ref for ref, sale in sales if sale is None)
    if missing:
        return replace(parked, awaited=missing)
    homes = tuple(SaleHome(ref, sale.home) for ref, sale in sales if sale is not None)
    return _carried_out(draft, parked, homes)


def _belongs(draft: Draft, parked: PostedReturn) -> bool:
    """A sale that is nobody's takes back what anybody brings; a member's only what was parked for that member."""
    return parked.home in draft.origin.homes or is_anonymous(draft.origin.home)


def _is_anothers(draft: Draft, ref: DocumentRef, sale: PostedOrder | None) -> bool:
    if sale is None:
        return draft.is_elsewhere(order_id_of(draft.origin.program, ref))
    return sale.home not in draft.origin.homes


def _carried_out(draft: Draft, parked: PostedReturn, sales: tuple[SaleHome, ...]) -> PostedReturn:
    """The return carried out, or refused: a refusal of the return must not refuse the sale."""
    part = ReturnPart(
        program=parked.program,
        document_key=return_key(parked.program, parked.document.ref),
        document=parked.document,
        sales=sales,
        policy=afterwards(parked.policy or ReturnPolicy()),
        place_entity=parked.place_entity,
    )
    before = draft.savepoint()
    try:
        begin_return(draft, part)
        reversal = carry_out(draft, part)
    except Refusal as refusal:
        if refusal.transient or refusal.code is Code.INTERNAL:
            raise
        draft.roll_back(before)
        return _refused(draft, parked, refusal.reason)
    return replace(
        parked,
        post_time=draft.post_time,
        state=ReturnState.POSTED,
        awaited=(),
        reversed=reversal.reversed,
        restored=reversal.restored,
    )


def afterwards(policy: ReturnPolicy) -> ReturnPolicy:
    """The policy of a return that is carried out later than the goods came: the refund was paid then, and nothing can
    be withheld from it any more. What was spent is owed."""
    return replace(policy, spent=SpentPoints.DEBT) if policy.spent is SpentPoints.REDUCE_REFUND else policy


def _refused(draft: Draft, parked: PostedReturn, reason: str) -> PostedReturn:
    end_announced(draft, parked.return_id, HoldState.VOIDED)
    repay_debts(draft)
    return replace(parked, post_time=draft.post_time, state=ReturnState.REFUSED, awaited=(), reason=reason)
