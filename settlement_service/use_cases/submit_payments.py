"""Somebody else's payments in the place of those that were proposed."""

import json
from collections.abc import Sequence

from chassis.values.canonical import Plain
from settlement_service.domain.netting.documents import taken_lines_from, terms_from
from settlement_service.domain.netting.payment_states import Move, PaymentState, Step, require_move
from settlement_service.domain.netting.payments import Payment
from settlement_service.domain.netting.submission import instructions_from
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.netting_ports import CarriedOut, Desk, Desks
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.propose_netting import numbered_payments, proposed_payments
from settlement_service.use_cases.wish import Wish


class SubmitPayments:
    """Verifies payments from the lines up, with code that shares nothing with the netting, and takes them."""

    def __init__(self, programs: ProgramDirectory, desks: Desks, clock: Clock) -> None:
        self._programs = programs
        self._desks = desks
        self._clock = clock

    async def __call__(self, wish: Wish, netting_id: str, payments: Sequence[Payment]) -> CarriedOut:
        """Refuses PROGRAM_NOT_FOUND, NETTING_NOT_FOUND, PAYMENT_STATE once any payment was approved or given up,
        PAYMENTS_DO_NOT_CLEAR, REQUEST_ID_REUSED."""
        self._programs.brands_of(wish.program)
        asked: list[Plain] = [[each.debtor, each.creditor, each.currency, each.minor_units] for each in payments]
        command = wish.command("submit_payments", netting_id, asked)

        async def work(desk: Desk) -> str:
            document = json.loads((await desk.netting(netting_id)).document)
            before = await desk.payments_of(netting_id)
            stand = [each for each in before if each.state is not PaymentState.REPLACED]
            for payment in stand:
                require_move(payment, Move.REPLACE, wish.actor)
            instructions = instructions_from(taken_lines_from(document), terms_from(document), payments)
            now = self._clock.now()
            numbered = await numbered_payments(desk, instructions)
            reason = f"replaced by {', '.join(number for number, _ in numbered)}"
            if stand:
                await desk.add_step(stand, Step(PaymentState.REPLACED, wish.actor, reason, now))
            await desk.add_payments(proposed_payments(netting_id, numbered, wish.actor, now))
            return netting_id

        return await self._desks.carry_out(command, work)
