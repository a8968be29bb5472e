"""Commands of people over the in-memory ledger: adjustments, transfers, corrections."""

from dataclasses import replace
from datetime import datetime

from ledger_service.domain.accrual import Accrual, Funder
from ledger_service.domain.adjustment import AdjustmentTerms
from ledger_service.domain.answers import AdjustmentAnswer, ArrivalAnswer, CorrectionAnswer, TransferAnswer
from ledger_service.domain.commands import (
    AdjustPoints,
    Award,
    CorrectOrder,
    DecideAdjustment,
    ReceiveTransfer,
    SendTransfer,
)
from ledger_service.domain.order import DocumentRef, OrderDocument, OrderLine, PostedOrder, order_id_of
from ledger_service.domain.policies import DEFAULT_BURN_ORDER, BurnRule
from ledger_service.domain.transfer import Transfer
from tests.support.pure_ledger import CENT_PER_POINT, PureLedger


class People:
    """What people do to a ledger's members, in a program of that burn order."""

    def __init__(self, ledger: PureLedger, burn_order: tuple[BurnRule, ...] = DEFAULT_BURN_ORDER) -> None:
        self.ledger = ledger
        self.burn_order = burn_order

    # --- adjustments

    def adjust(
        self,
        member: str,
        points: int,
        brand: str = "north",
        *,
        accrual_id: str = "",
        expire_time: datetime | None = None,
        second: bool = False,
    ) -> AdjustmentAnswer:
        """Gives or takes points; `second`: they are only proposed."""
        command = self.adjustment(member, points, brand, accrual_id=accrual_id, expire_time=expire_time, second=second)
        answer = self.ledger.run(command).answer
        assert isinstance(answer, AdjustmentAnswer)
        return answer

    def adjustment(
        self,
        member: str,
        points: int,
        brand: str = "north",
        *,
        accrual_id: str = "",
        expire_time: datetime | None = None,
        second: bool = False,
    ) -> AdjustPoints:
        """The command of an adjustment."""
        origin = self.ledger.origin(member)
        adjustment_id = f"adj-{origin.request_id}"
        terms = AdjustmentTerms(
            points=points,
            brand=brand,
            issuer=brand,
            funders=(Funder(brand, 10_000),),
            liability=CENT_PER_POINT,
            accrual_id=accrual_id,
            accrual_home=member if accrual_id else "",
            expire_time=expire_time,
            reason_code="goodwill",
            note="",
            operator_id="op-1",
        )
        return AdjustPoints(origin, adjustment_id.encode(), adjustment_id, terms, second, self.burn_order)

    def decide(self, member: str, adjustment_id: str, approve: bool) -> AdjustmentAnswer:
        """Approves or rejects a proposal."""
        terms = self.ledger.state.adjustments[adjustment_id].terms
        command = DecideAdjustment(self.ledger.origin(member), adjustment_id, terms, approve, "op-2", self.burn_order)
        answer = self.ledger.run(command).answer
        assert isinstance(answer, AdjustmentAnswer)
        return answer

    # --- transfers

    def send(self, giver: str, receiver: str, points: int) -> TransferAnswer:
        """Points leave."""
        answer = self.ledger.run(self.sending(giver, receiver, points)).answer
        assert isinstance(answer, TransferAnswer)
        return answer

    def sending(self, giver: str, receiver: str, points: int) -> SendTransfer:
        """The command of a transfer."""
        origin = self.ledger.origin(giver)
        transfer_id = f"trf-{origin.request_id}"
        return SendTransfer(
            origin, transfer_id.encode(), transfer_id, receiver, receiver, points, "gift", self.burn_order
        )

    def receive(self, receiver: str, transfer_id: str) -> ArrivalAnswer:
        """Points arrive."""
        answer = self.ledger.run(self.receiving(receiver, self.transfer(transfer_id))).answer
        assert isinstance(answer, ArrivalAnswer)
        return answer

    def receiving(self, receiver: str, transfer: Transfer) -> ReceiveTransfer:
        """The command of an arrival."""
        return ReceiveTransfer(self.ledger.origin(receiver), f"in-{transfer.transfer_id}".encode(), transfer)

    def transfer(self, transfer_id: str) -> Transfer:
        """A transfer as it stands."""
        return self.ledger.state.transfers[transfer_id]

    # --- corrections

    def correct(
        self, member: str, sale: str, awards: list[Award], line: OrderLine | None = None, **more: object
    ) -> CorrectionAnswer:
        """Judges a sale again: it should have earned `awards`, with `line` as it should have been."""
        answer = self.ledger.run(self.correction(member, sale, awards, line, **more)).answer
        assert isinstance(answer, CorrectionAnswer)
        return answer

    def correction(
        self, member: str, sale: str, awards: list[Award], line: OrderLine | None = None, **more: object
    ) -> CorrectOrder:
        """The command of a correction; `more` replaces fields of it."""
        origin = self.ledger.origin(member)
        order = self.order(sale)
        document = None if line is None else _with_line(order.document, line)
        command = CorrectOrder(
            origin=origin,
            correction_id=f"cor-{origin.request_id}",
            order_id=order.order_id,
            sale=order.document.ref,
            sale_home=order.home,
            awards=tuple(awards),
            revision="rev_other",
            document=document,
            reason="wrong price",
            operator_id="op-1",
            seen=order.corrections,
            operator="operator",
            region="west",
        )
        return replace(command, **more)  # type: ignore[arg-type]

    def order(self, sale: str) -> PostedOrder:
        """A sale as it stands."""
        program = self.ledger.program
        return self.ledger.state.orders[program, order_id_of(program, DocumentRef("till", sale))]

    def accruals(self, order_id: str) -> list[Accrual]:
        """The accruals of an order, adjustment or transfer, in accrual order."""
        found = (one for one in self.ledger.state.accruals.values() if one.order_id == order_id)
        return sorted(found, key=lambda one: one.accrual_order)


def _with_line(document: OrderDocument, line: OrderLine) -> OrderDocument:
    lines = tuple(line if one.line_number == line.line_number else one for one in document.lines)
    return replace(document, total=sum(one.net for one in lines), lines=lines)
