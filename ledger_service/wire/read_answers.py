"""Answers of the reads of wallets and history as messages."""

from collections.abc import Iterable, Sequence

from loyalty.ledger.v1 import read_requests_pb2, wallet_pb2
from loyalty.type.v1 import refusal_pb2

from chassis.runtime.item_refusal import refusal_fields
from chassis.values.refusal import Refusal
from ledger_service.domain.sentences import entry_text
from ledger_service.domain.statement import ExpiringPoints, Statement, StatementEntry, StatementPoints
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.explain_accrual import Explanation
from ledger_service.use_cases.export_movements import ExportedMovements
from ledger_service.wire import answers, events, values
from ledger_service.wire.explanations import judgement_message
from ledger_service.wire.orders import line_message


def wallets_message(found: Sequence[WalletView | Refusal]) -> read_requests_pb2.BatchGetWalletsResponse:
    """One result per member."""
    return read_requests_pb2.BatchGetWalletsResponse(results=[_wallet(one) for one in found])


def _wallet(one: WalletView | Refusal) -> read_requests_pb2.BatchGetWalletsResult:
    if isinstance(one, Refusal):
        return read_requests_pb2.BatchGetWalletsResult(refusal=refusal_pb2.Refusal(**refusal_fields(one)))
    return read_requests_pb2.BatchGetWalletsResult(wallet=values.wallet_message(one))


def explanation_message(explanation: Explanation, next_page_token: str) -> read_requests_pb2.ExplainAccrualResponse:
    """An accrual and where it came from."""
    story = explanation.story
    message = read_requests_pb2.ExplainAccrualResponse(
        accrual=values.accrual_message(story.accrual),
        rule_description=explanation.rule_description,
        movements=[events.movement_message(view.movement, view.accrual) for view in story.movements],
        paid_by_accrual_ids=story.paid_by,
        paid_for_accrual_ids=story.paid_for,
        sentences=explanation.sentences,
        judgements=[judgement_message(decision) for decision in story.decisions],
        next_page_token=next_page_token,
    )
    if story.order is not None:
        message.order.CopyFrom(values.ref_message(story.order.document.ref))
        line = story.order.document.line(story.accrual.line_number)
        if line is not None:
            message.line.CopyFrom(line_message(line))
    return message


def statement_message(statement: Statement) -> read_requests_pb2.GetMemberStatementResponse:
    """A statement."""
    return read_requests_pb2.GetMemberStatementResponse(
        opening_balance=statement.opening,
        entries=[_entry(entry) for entry in statement.entries],
        totals=_points(statement.totals),
        closing_balance=statement.closing,
        expiring=[_expiring(points) for points in statement.expiring],
    )


def _entry(entry: StatementEntry) -> read_requests_pb2.StatementEntry:
    message = read_requests_pb2.StatementEntry(
        post_time=values.timestamp(entry.post_time),
        occur_time=values.timestamp(entry.occur_time),
        cause=events.CAUSES[entry.cause],
        cause_id=entry.cause_id,
        points=_points(entry.points),
        balance=entry.balance,
        text=entry_text(entry),
    )
    if entry.redemption is not None:
        message.redemption.CopyFrom(answers.redemption_message(entry.redemption))
        # A sale of many lines would make many entries long; GetRedemption tells them.
        message.redemption.ClearField("lines")
    return message


def _points(parts: Iterable[StatementPoints]) -> list[read_requests_pb2.StatementPoints]:
    return [
        read_requests_pb2.StatementPoints(kind=events.KINDS[part.kind], brand_id=part.brand, points=part.points)
        for part in parts
    ]


def _expiring(points: ExpiringPoints) -> wallet_pb2.ExpiringPoints:
    return wallet_pb2.ExpiringPoints(expire_time=values.timestamp(points.expire_time), points=points.points)


def export_message(part: ExportedMovements) -> read_requests_pb2.ExportMovementsResponse:
    """Movements of one command."""
    return read_requests_pb2.ExportMovementsResponse(
        movements=events.movement_messages(part.movements),
        cursor=values.positions_message(part.cursor),
    )
