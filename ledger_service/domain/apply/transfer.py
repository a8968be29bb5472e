"""Points that go from one member to another: out in one commit, in with a second one (docs/adr/0024)."""

from dataclasses import replace

from chassis.values.ids import made_id
from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import ArrivalAnswer, TransferAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.giving_away import give_away
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.spending import leaving_order, take
from ledger_service.domain.commands import ReceiveTransfer, SendTransfer
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.transfer import Transfer, TransferPart, TransferState


def send_transfer(draft: Draft, command: SendTransfer) -> Applied:
    """Takes the points in burn order; from now on they are in no wallet until they arrive."""
    if command.receiver_root in draft.origin.homes:
        raise refusals.same_wallet(command.receiver)
    taken = take(draft, command.points, order=leaving_order(command.burn_order))
    parts = tuple(_sent(draft, accrual, points) for accrual, points in taken)
    out = MovementKind.TRANSFERRED_OUT
    for part in parts:
        give_away(draft, part.accrual, out, part.points, Cause.TRANSFER, command.transfer_id)
    wallet = draft.close()
    transfer = Transfer(
        program=command.origin.program,
        transfer_id=command.transfer_id,
        root=command.origin.wallet.member,
        receiver=command.receiver,
        state=TransferState.SENT,
        reason=command.reason,
        parts=parts,
        post_time=draft.post_time,
    )
    draft.put_transfer(transfer)
    answer = TransferAnswer(transfer.transfer_id, transfer.points, wallet, draft.stamp.position)
    return draft.finish(answer, Subject(EventType.TRANSFER_SENT, transfer.transfer_id))


def _sent(draft: Draft, accrual: Accrual, points: int) -> TransferPart:
    """What leaves of an accrual, with the time at which it would have lapsed here: a rolling expiry goes on from the
    giver's activity until the receiver's own prolongs it."""
    lapse_time = accrual.lapse_time(draft.wallet.last_activity_time)
    return TransferPart(replace(accrual, expire_time=lapse_time), points)


def receive_transfer(draft: Draft, command: ReceiveTransfer) -> Applied:
    """Gives the home a successor for each part, and marks the transfer as arrived in the same commit."""
    transfer = command.transfer
    accruals = [
        _successor(draft.origin.home, transfer, number, part) for number, part in enumerate(transfer.parts, start=1)
    ]
    for accrual in accruals:
        draft.bear(accrual, transfer.transfer_id, MovementKind.TRANSFERRED_IN, Cause.TRANSFER)
    repaid = repay_debts(draft)
    wallet = draft.close()
    draft.put_transfer(replace(transfer, state=TransferState.ARRIVED))
    answer = ArrivalAnswer(
        transfer_id=transfer.transfer_id,
        accrual_ids=tuple(accrual.accrual_id for accrual in accruals),
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(EventType.TRANSFER_RECEIVED, transfer.transfer_id))


def _successor(home: str, transfer: Transfer, number: int, part: TransferPart) -> Accrual:
    """The same facts under another home. Its order is the transfer and its line the number of the part, so that no
    two successors share a place among accruals."""
    source = part.accrual
    return replace(
        source,
        accrual_id=made_id("acc", source.program, home, transfer.transfer_id, source.accrual_id),
        home=home,
        order_id=transfer.transfer_id,
        line_number=number,
        origin_id=source.accrual_id,
        desired=part.points,
        granted=part.points,
        remaining=0,
        held=0,
        reversed=0,
        expired=0,
        corrected=0,
        shift=0,
        # Limits count what was earned, wherever it goes.
        limits=(),
    )
