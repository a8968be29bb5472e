"""Each checker of the books: green on true books, red on sabotage. The saboteur is the owner of the tables."""

from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
import pytest_asyncio
from loyalty.settlement.v1 import books_pb2
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from deploy.local.databases import Database
from settlement_service.domain.books import Check
from settlement_service.store.journal import JournalStore
from settlement_service.store.statements import SQL
from settlement_service.store.verification import CHECKERS, VerificationStore
from tests.integration.settlement.house import House, sql
from tests.integration.settlement.test_crashes import consume
from tests.property.settlement.model import PROGRAM, worked_basket


@pytest_asyncio.fixture
async def booked(books: Database) -> AsyncIterator[Database]:
    """The books of the worked basket, with one closed period."""
    async with open_database(SecretStr(books.url), application_name="test", pool_size=2) as pool:
        await consume(JournalStore(pool))
    async with sql(books) as connection:
        await connection.execute(
            "INSERT INTO closed_period (program, period, cut_positions, figures_hash)"
            " VALUES ($1, '2026-01', ARRAY[2, 0], figures_hash($1, ARRAY[2, 0]))",
            PROGRAM,
        )
    yield books


async def test_true_books_pass_every_checker(booked: Database) -> None:
    assert {name: check.violations for name, check in (await outcomes(booked)).items()} == {
        checker.statement.name: 0 for checker in CHECKERS
    }


async def test_the_worked_basket_gives_every_checker_facts_but_that_of_clearing(booked: Database) -> None:
    idle = {name for name, check in (await outcomes(booked)).items() if check.checked == 0}
    assert idle == {"check_clearing_settled"}


async def test_books_without_a_closed_period_have_none_to_check(house: House) -> None:
    await house.post(worked_basket().events)
    [check] = [check for check in await house.checks() if check.invariant == "I6"]
    assert (check.checked, check.violations) == (0, 0)


async def test_an_empty_program_passes_every_checker(house: House) -> None:
    assert {check.violations for check in await house.checks()} == {0}


SABOTAGE: Sequence[tuple[str, str]] = [
    (
        "check_entries_balanced",
        "ALTER TABLE journal_entry DROP CONSTRAINT entry_is_balanced;"
        " UPDATE journal_entry SET amounts[1] = amounts[1] + 1 WHERE entry_number = 1",
    ),
    (
        "check_positions_mirrored",
        "UPDATE journal_entry SET accounts = array_replace(accounts, 'due_from', 'redemption_clearing')"
        " WHERE entry_number = (SELECT min(entry_number) FROM posting WHERE account = 'due_from')",
    ),
    (
        "check_clearing_settled",
        "UPDATE journal_entry SET accounts = array_replace(accounts, 'redemption_clearing', 'repayment_clearing')",
    ),
    ("check_account_totals", "UPDATE account_total SET balance = balance + 1 WHERE account = 'due_to'"),
    ("check_account_totals", "DELETE FROM account_total WHERE account = 'points_liability'"),
    ("check_brand_totals", "UPDATE brand_total SET points = points + 1 WHERE kind = 'EARNED'"),
    ("check_brand_totals", "UPDATE brand_total SET outstanding = outstanding + 1 WHERE kind = 'EARNED'"),
    ("check_brand_totals", "UPDATE brand_total SET debt = debt + 1 WHERE kind = 'REVERSED'"),
    ("check_brand_totals", "DELETE FROM brand_total WHERE kind = 'REPAID'"),
    ("check_intake_whole", "DELETE FROM booked_movement WHERE sequence = 3"),
    ("check_intake_whole", "DELETE FROM booked_event WHERE position = 2"),
    ("check_intake_whole", "UPDATE log_cursor SET position = position - 1 WHERE partition = 0"),
    (
        "check_intake_whole",
        "INSERT INTO parked_event (partition, position, program, hash, encoded, reason)"
        " VALUES (0, 99, 'harborside', '', '', 'unknown kind')",
    ),
    ("check_closed_periods", "UPDATE journal_entry SET amounts = ARRAY[-7, 7] WHERE entry_number = 1"),
    ("check_closed_periods", "DELETE FROM journal_entry WHERE entry_number = 1"),
    ("check_closed_periods", "UPDATE closed_period SET figures_hash = decode(repeat('07', 32), 'hex')"),
    ("check_journal_chain", "UPDATE journal_entry SET amounts = ARRAY[-7, 7] WHERE entry_number = 1"),
    ("check_journal_chain", "UPDATE journal_entry SET entity_id = 'peak' WHERE entry_number = 2"),
    ("check_journal_chain", "UPDATE booked_movement SET rule_version = 'another' WHERE sequence = 1"),
    ("check_journal_chain", "UPDATE booked_event SET post_time = post_time + interval '1 microsecond'"),
    ("check_journal_chain", "DELETE FROM journal_entry WHERE entry_number = 2"),
    (
        "check_journal_chain",
        "DELETE FROM journal_entry WHERE entry_number = (SELECT max(entry_number) FROM journal_entry)",
    ),
    ("check_journal_chain", "DELETE FROM journal_head"),
    ("check_history_protected", "GRANT UPDATE (amounts) ON journal_entry TO settlement_app"),
    ("check_history_protected", "GRANT DELETE ON booked_movement TO settlement_app"),
    ("check_history_protected", "GRANT TRUNCATE ON booked_event TO settlement_app"),
    ("check_history_protected", "GRANT UPDATE ON closed_period TO settlement_app"),
    ("check_history_protected", "ALTER TABLE journal_entry DROP CONSTRAINT entry_is_balanced"),
]


@pytest.mark.parametrize(("checker", "sabotage"), SABOTAGE)
async def test_sabotage_turns_its_checker_red(booked: Database, checker: str, sabotage: str) -> None:
    async with sql(booked, owner=True) as owner:
        await owner.execute(sabotage)
    check = (await outcomes(booked))[checker]
    assert check.violations > 0
    assert 1 <= len(check.findings) <= 20


def test_every_checker_is_sabotaged() -> None:
    assert {name for name, _ in SABOTAGE} == {checker.statement.name for checker in CHECKERS}


async def test_findings_are_cut_at_twenty(booked: Database) -> None:
    async with sql(booked, owner=True) as owner:
        await owner.execute("UPDATE journal_entry SET hash = decode(repeat('07', 32), 'hex')")
    check = (await outcomes(booked))["check_journal_chain"]
    assert check.violations >= len(check.findings)
    assert len(check.findings) <= 20


@pytest.mark.parametrize("table", ["booked_event", "booked_movement", "journal_entry", "closed_period"])
@pytest.mark.parametrize("change", ["UPDATE {} SET program = program", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_serving_role_cannot_change_history(booked: Database, table: str, change: str) -> None:
    async with sql(booked) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(change.format(table))


@pytest.mark.parametrize(
    ("amounts", "constraint"),
    [
        ([5, -4], "entry_is_balanced"),
        ([5, -5, 0], "entry_is_balanced"),
        ([], "entry_is_balanced"),
        ([2**62, 2**62, -(2**62), -(2**62) + 1], "entry_is_balanced"),
        ([5, -3, -2], "entry_is_whole"),
    ],
)
async def test_the_database_refuses_an_entry_out_of_balance(
    booked: Database, amounts: list[int], constraint: str
) -> None:
    async with sql(booked) as connection:
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await connection.execute(
                "INSERT INTO journal_entry VALUES ($1, 999, 'north', 'USD', 'mem_1', 1, $2, $3, $4,"
                " decode(repeat('07', 32), 'hex'))",
                PROGRAM,
                ["due_to", "due_from"] if constraint == "entry_is_whole" else ["due_to"] * len(amounts),
                [""] * len(amounts),
                amounts,
            )
    assert refused.value.constraint_name == constraint


async def test_every_statement_can_be_prepared(books: Database) -> None:
    statements = [*SQL, *(checker.statement for checker in CHECKERS)]
    async with sql(books) as connection:
        for statement in statements:
            await connection.prepare(statement.sql)


def test_a_checkers_message_has_what_the_checker_found() -> None:
    assert set(books_pb2.BooksCheck.DESCRIPTOR.fields_by_name) == set(Check.__slots__)


async def outcomes(books: Database) -> dict[str, Check]:
    """Each checker's outcome, as the serving role sees it."""
    async with open_database(SecretStr(books.url), application_name="test", pool_size=1) as pool:
        checks = await VerificationStore(pool).run(PROGRAM)
    return {checker.statement.name: check for checker, check in zip(CHECKERS, checks, strict=True)}
