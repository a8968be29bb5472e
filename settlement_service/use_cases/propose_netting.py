"""Netting what was owed up to the end of a closed period: lines, invoices, a voucher, payments, in one transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.values.calendar import local_date
from chassis.values.money import Money
from settlement_service.domain import netting_refusals
from settlement_service.domain.command import Command
from settlement_service.domain.netting.conversion import SettledLeg
from settlement_service.domain.netting.documents import clearing_document, netting_document, netting_hash, text_of
from settlement_service.domain.netting.entries import netting_entries
from settlement_service.domain.netting.invoices import InvoiceContext, invoice_document, invoice_number
from settlement_service.domain.netting.payment_states import Actor, PaymentRecord, PaymentState, Step
from settlement_service.domain.netting.payments import Instruction
from settlement_service.domain.netting.proposal import Proposal, propose
from settlement_service.domain.netting.records import InvoiceRecord, NettingRecord
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.voucher import Voucher, VoucherKind
from settlement_service.use_cases.netting_ports import CarriedOut, Desk, Desks
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.wish import Wish


class ProposeNetting:
    """Nets by the program's live terms."""

    def __init__(self, programs: ProgramDirectory, desks: Desks, clock: Clock) -> None:
        self._programs = programs
        self._desks = desks
        self._clock = clock

    async def __call__(self, wish: Wish, period: str) -> CarriedOut:
        """The netting that was made. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_CLOSED, NOTHING_TO_NET, NETTING_EXISTS,
        LINES_NOT_NETTABLE, CURRENCY_UNKNOWN, NO_EXCHANGE_RATE, REQUEST_ID_REUSED, AMOUNT_OUT_OF_RANGE."""
        facts = self._programs.facts(wish.program)
        command = wish.command("propose_netting", period)

        async def work(desk: Desk) -> str:
            sequence = await desk.closed_sequence(period)
            if sequence is None:
                raise netting_refusals.period_not_closed(wish.program, period)
            proposal = await _proposal(desk, facts, period, sequence)
            return await _Making(desk, facts, wish.actor, command, self._clock.now()).make(proposal, sequence)

        return await self._desks.carry_out(command, work)


async def _proposal(desk: Desk, facts: ProgramFacts, period: str, sequence: int) -> Proposal:
    lines = [each for each in await desk.lines(sequence) if each.line.minor_units != 0]
    if not any(not each.line.disputed for each in lines):
        made = await desk.last_netting(sequence)
        if made is not None:
            raise netting_refusals.netting_exists(period, made)
    return propose(lines, facts, period)


@dataclass(frozen=True, slots=True)
class _Making:
    """Writing a proposal down."""

    desk: Desk
    facts: ProgramFacts
    actor: Actor
    command: Command
    now: datetime

    async def make(self, proposal: Proposal, sequence: int) -> str:
        """Numbers first, then the voucher, which holds up the intake of the program until the end, then all documents
        in one statement a kind."""
        [number] = await self.desk.next_numbers("netting", 1)
        netting_id = f"NET-{number:06}"
        numbered = await numbered_payments(self.desk, _instructions(proposal))
        invoices = await self._numbers_of_invoices(proposal)
        voucher = await self._book(proposal, netting_id)
        document = netting_document(proposal, netting_id, voucher, invoices, numbered)
        text = text_of(document)
        record = NettingRecord(netting_id, sequence, proposal.period, text, netting_hash(text), self.actor, self.now)
        await self.desk.add_netting(record, proposal)
        await self.desk.add_payments(proposed_payments(netting_id, numbered, self.actor, self.now))
        await self.desk.add_invoices(record, self._invoices(proposal, netting_id, invoices))
        return netting_id

    async def _book(self, proposal: Proposal, netting_id: str) -> str:
        entries = netting_entries(proposal)
        if not entries:
            return ""
        voucher = Voucher(
            program=self.command.program,
            voucher_id=self.command.id_of("vch"),
            kind=VoucherKind.NETTING,
            reason=f"Netting {netting_id} of what was owed up to {proposal.period}",
            caller=self.actor.caller,
            signed_name=self.actor.signed_name,
            subject_id=netting_id,
            document=text_of({"netting_id": netting_id, "period": proposal.period}),
            post_time=self.now,
            entries=entries,
        )
        return (await self.desk.book(voucher)).number

    async def _numbers_of_invoices(self, proposal: Proposal) -> dict[SettledLeg, str]:
        """One for each leg above zero, counted by issuer."""
        by_issuer: dict[str, list[SettledLeg]] = defaultdict(list)
        for settled in proposal.legs():
            if settled.leg.minor_units > 0:
                by_issuer[settled.leg.creditor].append(settled)
        numbers: dict[SettledLeg, str] = {}
        for issuer, legs in sorted(by_issuer.items()):
            legs.sort(key=lambda each: (each.leg.debtor, each.leg.currency))
            counted = await self.desk.next_numbers(f"invoice {issuer}", len(legs))
            numbers.update((leg, invoice_number(issuer, count)) for leg, count in zip(legs, counted, strict=True))
        return numbers

    def _invoices(self, proposal: Proposal, netting_id: str, numbers: Mapping[SettledLeg, str]) -> list[InvoiceRecord]:
        day = local_date(self.now, self.facts.settlement.time_zone)
        context = InvoiceContext.of(netting_id, day, self.facts, proposal)
        return [
            InvoiceRecord(
                number,
                settled.leg.creditor,
                settled.leg.debtor,
                Money(settled.leg.currency, settled.leg.minor_units),
                text_of(invoice_document(context, settled, number)),
            )
            for settled, number in numbers.items()
        ]


def _instructions(proposal: Proposal) -> list[Instruction]:
    return [each for currency in proposal.netting.currencies for each in currency.instructions]


async def numbered_payments(desk: Desk, instructions: Sequence[Instruction]) -> list[tuple[str, Instruction]]:
    """Payments with the numbers they are known by."""
    numbers = await desk.next_numbers("payment", len(instructions))
    return [(f"PAY-{number:06}", each) for number, each in zip(numbers, instructions, strict=True)]


def proposed_payments(
    netting_id: str, numbered: Sequence[tuple[str, Instruction]], actor: Actor, now: datetime
) -> list[PaymentRecord]:
    """Payments at their first step."""
    step = Step(PaymentState.PROPOSED, actor, "", now)
    return [
        PaymentRecord(
            number,
            netting_id,
            each.payment.debtor,
            each.payment.creditor,
            Money(each.payment.currency, each.payment.minor_units),
            text_of(clearing_document(each)),
            (step,),
        )
        for number, each in numbered
    ]
