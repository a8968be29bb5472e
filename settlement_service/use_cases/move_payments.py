"""Bringing payments from state to state: approving, sending, confirming, failing, sending again, giving up."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from settlement_service.domain.command import Command
from settlement_service.domain.netting.documents import text_of
from settlement_service.domain.netting.entries import payment_entries, withdrawal_entries
from settlement_service.domain.netting.payment_states import MOVES, Move, PaymentRecord, Step, require_move
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.voucher import Voucher, VoucherKind
from settlement_service.use_cases.netting_ports import CarriedOut, Desk, Desks
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.wish import Wish

_ENTRIES = MappingProxyType({Move.CONFIRM: payment_entries, Move.WITHDRAW: withdrawal_entries})
_REASONS: Mapping[Move, str] = MappingProxyType({Move.CONFIRM: "arrived", Move.WITHDRAW: "withdrawn, owed again"})


class MovePayments:
    """Takes a step with payments: with all of the named ones or with none."""

    def __init__(self, programs: ProgramDirectory, desks: Desks, clock: Clock) -> None:
        self._programs = programs
        self._desks = desks
        self._clock = clock

    async def __call__(self, wish: Wish, move: Move, payment_ids: Sequence[str], reason: str = "") -> CarriedOut:
        """Refuses PROGRAM_NOT_FOUND, PAYMENT_NOT_FOUND, PAYMENT_STATE, APPROVER_IS_PROPOSER, REQUEST_ID_REUSED."""
        self._programs.brands_of(wish.program)
        named = sorted(set(payment_ids))
        command = wish.command("move_payments", move.value, named, reason)

        async def work(desk: Desk) -> str:
            payments = await desk.payments(named)
            for payment in payments:
                require_move(payment, move, wish.actor)
            step = Step(MOVES[move][1], wish.actor, reason, self._clock.now())
            await desk.add_step(payments, step)
            if move in _ENTRIES:
                for payment in payments:
                    await desk.book(_voucher(command, move, payment, step))
            return named[0]

        return await self._desks.carry_out(command, work)


def _voucher(command: Command, move: Move, payment: PaymentRecord, step: Step) -> Voucher:
    return Voucher(
        program=command.program,
        voucher_id=f"{command.id_of('vch')}:{payment.payment_id}",
        kind=VoucherKind.PAYMENT,
        reason=f"Payment {payment.payment_id} {_REASONS[move]}",
        caller=step.actor.caller,
        signed_name=step.actor.signed_name,
        subject_id=payment.payment_id,
        document=text_of({"payment_id": payment.payment_id, "move": move.value, "reason": step.reason}),
        post_time=step.time,
        entries=_ENTRIES[move](payment),
    )
