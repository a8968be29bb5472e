"""Somebody answers for a difference by name, and books it where money is concerned."""

from dataclasses import dataclass

from chassis.values.money import Money
from settlement_service.domain import refusals
from settlement_service.domain.accounts import NOT_BY_HAND, Account
from settlement_service.domain.command import Command
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.reconciliation_run import Acceptance
from settlement_service.domain.voucher import Voucher, VoucherEntry, VoucherKind, entry_of
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.reconciliation_ports import Reconciliations

_REFUSED = NOT_BY_HAND | frozenset({
    Account.DIFFERENCE_CLEARING,
    Account.DUE_FROM,
    Account.RESERVE_DEPOSIT,
    Account.RESERVE_HELD,
    Account.REDEMPTION_EXPENSE,
})  # fmt: skip
"""Those that no person books, and those that would stand alone: the other side of the clearing, and those whose twin
lies in other books."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What books a difference: an account of one entity against `difference_clearing`; `amount` above zero debits the
    account. `counterparty` belongs to `due_to` alone."""

    entity: str
    account: str
    counterparty: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Accepting:
    """What is asked. `document` is the whole of it as canonical JSON."""

    command: Command
    run_id: str
    figure: str
    reason: str
    signed_name: str
    booking: Booking | None
    document: str


class AcceptDifference:
    """Once for each difference of a run."""

    def __init__(self, programs: ProgramDirectory, kept: Reconciliations, clock: Clock) -> None:
        self._programs = programs
        self._kept = kept
        self._clock = clock

    async def __call__(self, asked: Accepting) -> Acceptance:
        """Who answers for it now. Refuses PROGRAM_NOT_FOUND, RECONCILIATION_NOT_FOUND, DIFFERENCE_NOT_FOUND,
        DIFFERENCE_ACCEPTED, ACCOUNT_UNKNOWN, ENTITY_UNKNOWN, REQUEST_ID_REUSED."""
        command = asked.command
        facts = self._programs.facts(command.program)
        _, accepted = await self._kept.difference(command.program, asked.run_id, asked.figure)
        if await self._kept.made_by(command) is not None:
            assert accepted is not None, "it was accepted in the transaction that remembered the command"
            return accepted
        if accepted is not None:
            raise refusals.difference_accepted(asked.figure, accepted.signed_name)
        voucher = self._voucher(asked, facts) if asked.booking else None
        acceptance = Acceptance(
            asked.reason,
            asked.signed_name,
            command.caller,
            voucher.voucher_id if voucher else "",
            voucher.post_time if voucher else self._clock.now(),
        )
        if not await self._kept.accept(command, asked.run_id, asked.figure, acceptance, voucher):
            _, acceptance_before = await self._kept.difference(command.program, asked.run_id, asked.figure)
            return acceptance_before or acceptance
        return acceptance

    def _voucher(self, asked: Accepting, facts: ProgramFacts) -> Voucher:
        assert asked.booking is not None, "only what is booked has a voucher"
        return Voucher(
            program=asked.command.program,
            voucher_id=asked.command.id_of("vch"),
            kind=VoucherKind.DIFFERENCE,
            reason=asked.reason,
            caller=asked.command.caller,
            signed_name=asked.signed_name,
            subject_id=asked.run_id,
            document=asked.document,
            post_time=self._clock.now(),
            entries=tuple(_entries(asked.booking, facts)),
        )


def _entries(booking: Booking, facts: ProgramFacts) -> list[VoucherEntry]:
    account = next((each for each in Account if each.value == booking.account), None)
    if account is None or account in _REFUSED:
        raise refusals.account_unknown(booking.account)
    parties = [booking.entity, *([booking.counterparty] if account is Account.DUE_TO else [])]
    for entity in parties:
        if entity not in facts.entities:
            raise refusals.entity_unknown(facts.program, entity)
    if account is Account.DUE_TO and booking.counterparty == booking.entity:
        raise refusals.voucher_not_balanced(f"{booking.entity} cannot owe itself")
    amount, currency = booking.amount.minor_units, booking.amount.currency_code
    other = booking.counterparty if account is Account.DUE_TO else ""
    sides = [(booking.entity, [(account, other, amount), (Account.DIFFERENCE_CLEARING, "", -amount)])]
    if account is Account.DUE_TO:
        sides.append((
            booking.counterparty,
            [(Account.DUE_FROM, booking.entity, -amount), (Account.DIFFERENCE_CLEARING, "", amount)],
        ))  # fmt: skip
    made = (entry_of(entity, currency, postings) for entity, postings in sides)
    return [entry for entry in made if entry is not None]
