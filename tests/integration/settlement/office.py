"""NettingService alone, over books that are written as intake and close would leave them; the clock stands still."""

import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeAlias, cast

from loyalty.settlement.v1 import netting_pb2, netting_service_pb2
from loyalty.settlement.v1 import netting_service_pb2 as messages
from loyalty.settlement.v1.netting_service_pb2_grpc import NettingServiceStub
from pydantic import SecretStr

from chassis.runtime.application import Application
from chassis.runtime.channel import connect
from chassis.runtime.clock import ManualClock
from chassis.runtime.postgres import open_database
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from chassis.values.calendar import plus_months
from deploy.local.databases import Database
from deploy.local.secrets import AUDIENCE, EVERYTHING, ISSUER
from deploy.local.stack import LocalStack
from settlement_service.app.netting import netting_service
from settlement_service.app.parts import Parts
from settlement_service.domain.program_facts import EntityFacts, ProgramFacts, SettlementTerms
from settlement_service.domain.programs import ProgramDirectory
from tests.integration.settlement.house import serving, sql

if TYPE_CHECKING:
    from loyalty.settlement.v1.netting_service_pb2_grpc import NettingServiceAsyncStub

Stub: TypeAlias = "NettingServiceAsyncStub"

NETTING = netting_service_pb2.DESCRIPTOR.services_by_name["NettingService"]
PROGRAM = "harborside"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
FLOWS = "A B 250, A C 50, A D 250, B A 300, B C 150, B D 300, C A 270, C B 230, C D 400, D A 600, D B 500, D C 300"
"""DOMAIN §9."""

FACTS = ProgramFacts(
    PROGRAM,
    revision="rev_1",
    name="Harborside",
    entities={
        name: EntityFacts(
            name, name.title(), f"{name.title()} Inc.", iban=f"GB29NWBK6016133192681{index}", bic="NWBKGB2L"
        )
        for index, name in enumerate("ABCD")
    },
    settlement=SettlementTerms(),
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What movements of one brand brought `debtor` to owe in one period."""

    debtor: str
    creditor: str
    minor_units: int
    currency: str = "USD"
    brand: str = "N"
    sequence: int = 1


def the_twelve() -> list[Owed]:
    """The flows of DOMAIN §9."""
    flows = (flow.split() for flow in FLOWS.split(","))
    return [Owed(debtor, creditor, int(amount)) for debtor, creditor, amount in flows]


@dataclass
class Office:
    """The service, its books, and who calls it. Each test has a program of its own, so that all share one service."""

    program: str
    address: str
    database: Database
    servers: LocalStack
    programs: ProgramDirectory
    clock: ManualClock
    first: date = date(2026, 10, 1)
    _requests: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @asynccontextmanager
    async def stub(self, subject: str = "treasury", role: str = "FINANCE") -> AsyncIterator[Stub]:
        """The service as a system of finance sees it."""
        token = self.servers.secrets.mint_token(subject, programs=EVERYTHING, roles=(role,))
        async with connect(PLAIN.peer(self.address), NETTING, lambda: token, timeout_seconds=20) as channel:
            yield NettingServiceStub(channel)

    def of_program(self, program: str) -> "Office":
        """The same service for another program."""
        self.programs.learn(replace(FACTS, program=program))
        return replace(self, program=program, _requests=itertools.count(1))

    def month(self, sequence: int) -> str:
        """The name of a period."""
        return plus_months(self.first, sequence - 1).isoformat()[:7]

    def request_id(self) -> str:
        """A new one."""
        return f"req_{next(self._requests)}"

    def settle_by(self, terms: SettlementTerms, facts: ProgramFacts = FACTS) -> None:
        """Another live revision."""
        self.programs.learn(replace(facts, program=self.program, settlement=terms))

    async def owe(self, owed: Iterable[Owed]) -> None:
        """Writes obligations as intake leaves them: on both sides, by day and in all."""
        rows = [
            (self.program, each.sequence, entity, each.currency, account, other, each.brand, amount)
            for each in owed
            for entity, account, other, amount in (
                (each.debtor, "due_to", each.creditor, -each.minor_units),
                (each.creditor, "due_from", each.debtor, each.minor_units),
            )
        ]
        async with sql(self.database, owner=True) as connection:
            await connection.executemany(_ADD_DAY, rows)
            await connection.executemany(_ADD_TOTAL, [(row[0], *row[2:]) for row in rows])

    async def close(self, *sequences: int) -> None:
        """Closes periods without more ado."""
        async with sql(self.database, owner=True) as connection:
            for sequence in sequences:
                await connection.execute(
                    "INSERT INTO period_cut VALUES ($1, $2::integer, 0, $2::integer, $3, now())",
                    self.program,
                    sequence,
                    self.month(sequence),
                )
                await connection.execute(
                    "INSERT INTO closed_period (program, period, cut_positions, figures_hash, sequence)"
                    " VALUES ($1, $2, ARRAY[]::bigint[], sha256(''), $3)",
                    self.program,
                    self.month(sequence),
                    sequence,
                )

    async def move(self, movement: int, owed: Owed, home: str = "mem_7") -> None:
        """One movement behind what is owed, with its journal entries; its period must be open yet."""
        async with sql(self.database, owner=True) as connection:
            await connection.execute(_ADD_MOVEMENT, self.program, home, movement, owed.brand, owed.sequence)
            for entity, account, other, amount in (
                (owed.debtor, "due_to", owed.creditor, -owed.minor_units),
                (owed.creditor, "due_from", owed.debtor, owed.minor_units),
            ):
                accounts, amounts = [account, "redemption_clearing"], [amount, -amount]
                await connection.execute(
                    _ADD_ENTRY,
                    self.program,
                    entity,
                    owed.currency,
                    home,
                    movement,
                    accounts,
                    [other, ""],
                    amounts,
                    owed.sequence,
                )

    async def propose(
        self, sequence: int = 1, name: str = "Ann", subject: str = "treasury", request_id: str = ""
    ) -> messages.ProposeNettingResponse:
        """Nets a period."""
        async with self.stub(subject) as stub:
            return await stub.ProposeNetting(
                messages.ProposeNettingRequest(
                    program_id=self.program,
                    period=self.month(sequence),
                    request_id=request_id or self.request_id(),
                    signed_name=name,
                )
            )

    async def approve(
        self, ids: Sequence[str], name: str = "Bob", subject: str = "controlling", request_id: str = ""
    ) -> list[netting_pb2.Payment]:
        """Approves payments, by default as the second person."""
        async with self.stub(subject) as stub:
            request = messages.ApprovePaymentsRequest(
                program_id=self.program, payment_ids=ids, request_id=request_id or self.request_id(), signed_name=name
            )
            return list((await stub.ApprovePayments(request)).payments)

    async def send(self, ids: Sequence[str]) -> list[netting_pb2.Payment]:
        """Tells the bank."""
        async with self.stub() as stub:
            request = messages.MarkPaymentsSentRequest(
                program_id=self.program, payment_ids=ids, request_id=self.request_id(), signed_name="Ann"
            )
            return list((await stub.MarkPaymentsSent(request)).payments)

    async def confirm(self, payment_id: str) -> netting_pb2.Payment:
        """The money arrived."""
        async with self.stub() as stub:
            request = messages.ConfirmPaymentRequest(
                program_id=self.program, payment_id=payment_id, request_id=self.request_id(), signed_name="Ann"
            )
            return (await stub.ConfirmPayment(request)).payment

    async def fail(self, payment_id: str) -> netting_pb2.Payment:
        """The bank said no."""
        async with self.stub() as stub:
            request = messages.FailPaymentRequest(
                program_id=self.program,
                payment_id=payment_id,
                request_id=self.request_id(),
                signed_name="Ann",
                reason="AC04 closed account",
            )
            return (await stub.FailPayment(request)).payment

    async def withdraw(self, payment_id: str) -> netting_pb2.Payment:
        """Gives a payment up."""
        async with self.stub() as stub:
            request = messages.WithdrawPaymentRequest(
                program_id=self.program,
                payment_id=payment_id,
                request_id=self.request_id(),
                signed_name="Ann",
                reason="closed account",
            )
            return (await stub.WithdrawPayment(request)).payment

    async def dispute(self, line_id: str, home: str = "", movement: int = 0) -> netting_pb2.Dispute:
        """Opens a dispute."""
        async with self.stub() as stub:
            request = messages.OpenDisputeRequest(
                program_id=self.program,
                line_id=line_id,
                home_member_id=home,
                movement_sequence=movement,
                reason="not ours",
                request_id=self.request_id(),
                signed_name="Ann",
            )
            return (await stub.OpenDispute(request)).dispute

    async def agree(self, dispute_id: str) -> netting_pb2.Dispute:
        """Closes a dispute."""
        async with self.stub() as stub:
            request = messages.CloseDisputeRequest(
                program_id=self.program,
                dispute_id=dispute_id,
                resolution="it stands",
                request_id=self.request_id(),
                signed_name="Ann",
            )
            return (await stub.CloseDispute(request)).dispute

    async def lines(self, sequence: int = 1) -> list[netting_pb2.ObligationLine]:
        """What the next netting would take."""
        async with self.stub() as stub:
            request = messages.ListObligationLinesRequest(program_id=self.program, period=self.month(sequence))
            return list((await stub.ListObligationLines(request)).lines)

    async def balances(self) -> dict[str, int]:
        """`entity account counterparty currency` -> balance, debits positive; zeros left out."""
        async with sql(self.database) as connection:
            rows = await connection.fetch(
                "SELECT concat_ws(' ', entity_id, account, nullif(counterparty, ''), currency_code) AS name,"
                " sum(balance)::bigint AS balance FROM account_total WHERE program = $1"
                " GROUP BY name HAVING sum(balance) <> 0",
                self.program,
            )
        return {row["name"]: row["balance"] for row in rows}

    async def counts(self, *tables: str) -> list[int]:
        """How many rows there are."""
        async with sql(self.database) as connection:
            return [
                await connection.fetchval(f"SELECT count(*) FROM {table} WHERE program = $1", self.program)
                for table in tables
            ]


_ADD_DAY = """
INSERT INTO account_day AS d
VALUES ($1, $2::integer, date '2026-10-31' + ($2::integer - 1) * 30, $3, $4, $5, $6, $7, $8::numeric,
        greatest($8::numeric, 0))
    ON CONFLICT (program, period_sequence, day, entity_id, currency_code, account, counterparty, brand_id)
    DO UPDATE SET amount = d.amount + excluded.amount, debits = d.debits + excluded.debits
"""
_ADD_TOTAL = """
INSERT INTO account_total AS t VALUES ($1, $2, $3, $4, $5, $6, $7::numeric)
    ON CONFLICT (program, entity_id, currency_code, account, counterparty, brand_id)
    DO UPDATE SET balance = t.balance + excluded.balance
"""
_ADD_MOVEMENT = """
INSERT INTO booked_movement (program, home_member_id, sequence, partition, position, kind, cause, cause_id, spent_at,
                             points, outstanding_after, accrual_id, brand_id, issuer_entity_id, rule_version, order_id,
                             line_number, period_sequence)
VALUES ($1, $2, $3::bigint, 0, $3::bigint, 'REDEEMED', '', '', '', 1, 0, 'acc_1', $4, 'A', 'rule_1', 'ord_1', 1, $5)
"""
_ADD_ENTRY = """
INSERT INTO journal_entry (program, entry_number, entity_id, currency_code, home_member_id, movement_sequence, accounts,
                           counterparties, amounts, hash, period_sequence)
SELECT $1, 1_000_000 + count(*), $2, $3, $4, $5, $6::text[], $7::text[], $8::bigint[], sha256(''), $9
  FROM journal_entry
 WHERE program = $1
"""


@asynccontextmanager
async def open_office(servers: LocalStack, database: Database) -> AsyncIterator[Office]:
    """The service on a free port, without a program yet."""
    programs, clock = ProgramDirectory(), ManualClock(NOON)
    programs.caught_up()
    async with open_database(SecretStr(database.url), application_name="office", pool_size=8) as pool:
        parts = cast(Parts, SimpleNamespace(database=pool, programs=programs, clock=clock))
        application = Application(services=[netting_service(parts)])
        verifier = TokenVerifier(servers.secrets.jwks_file, ISSUER, AUDIENCE)
        async with serving(application, verifier) as address:
            yield Office("", address, database, servers, programs, clock)
