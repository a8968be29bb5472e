"""Each checker of the books: green on true books, red on sabotage. The saboteur is the owner of the tables."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio
from loyalty.settlement.v1 import books_pb2
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from chassis.values.canonical import GENESIS, Plain, chained_hash
from deploy.local.databases import Database
from settlement_service.domain.accounts import Account
from settlement_service.domain.books import Check
from settlement_service.domain.entry import Posting
from settlement_service.domain.voucher import Voucher, VoucherEntry, VoucherKind
from settlement_service.store.journal import JournalStore
from settlement_service.store.statements import SQL
from settlement_service.store.verification import CHECKERS, Checker, VerificationStore
from settlement_service.store.vouchers import book_voucher
from tests.integration.settlement.house import House, sql
from tests.integration.settlement.test_crashes import consume
from tests.property.settlement.model import PROGRAM, USD, worked_basket

CLOSE = (
    "INSERT INTO closed_period (program, period, sequence, cut_positions, figures_hash)"
    " VALUES ($1, '2026-01', 1, ARRAY[3], figures_hash($1, 1))"
)
VOUCHER = Voucher(
    program=PROGRAM,
    voucher_id="vch_1",
    kind=VoucherKind.ADJUSTMENT,
    reason="a correction",
    caller="office",
    signed_name="Ada",
    subject_id="",
    document="{}",
    post_time=datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC),
    entries=(
        VoucherEntry(
            "north",
            USD,
            (Posting(Account.DIFFERENCE_CLEARING, "", 5), Posting(Account.SETTLEMENT_GAIN_LOSS, "", -5)),
        ),
    ),
)


@pytest_asyncio.fixture
async def booked(books: Database) -> AsyncIterator[Database]:
    """Their books, with the first period closed and a voucher."""
    async with open_database(SecretStr(books.url), application_name="test", pool_size=2) as pool:
        await consume(JournalStore(pool))
        async with pool.transaction() as connection:
            await book_voucher(connection, VOUCHER)
            await connection.execute(SQL.seal_balances, PROGRAM, 1)
            await connection.execute(SQL.seal_brands, PROGRAM, 1)
    async with sql(books) as connection:
        await connection.execute(CLOSE, PROGRAM)
    yield books


async def test_true_books_pass_every_checker(booked: Database) -> None:
    assert {name: check.violations for name, check in (await outcomes(booked)).items()} == {
        checker.statement.name: 0 for checker in CHECKERS
    }


async def test_these_books_give_every_checker_facts_but_those_of_clearing_and_netting(booked: Database) -> None:
    idle = {name for name, check in (await outcomes(booked)).items() if check.checked == 0}
    assert idle == {"check_clearing_settled", "check_nettings_paid"}


async def test_books_without_a_closed_period_have_none_to_check(house: House) -> None:
    await house.post(worked_basket().events)
    [check] = [check for check in await house.checks() if check.description.startswith("Every closed period")]
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
    ("check_account_totals", "UPDATE account_total SET balance = balance + 1 WHERE account = 'points_outstanding'"),
    ("check_account_totals", "UPDATE account_day SET amount = amount + 1 WHERE account = 'due_from'"),
    ("check_account_totals", "UPDATE account_day SET debits = debits + 1 WHERE account = 'due_from'"),
    ("check_account_totals", "UPDATE account_day SET day = day + 1 WHERE account = 'difference_clearing'"),
    ("check_account_totals", "UPDATE account_day SET period_sequence = 9 WHERE account = 'points_earned'"),
    ("check_brand_totals", "UPDATE brand_total SET points = points + 1 WHERE kind = 'EARNED'"),
    ("check_brand_totals", "UPDATE brand_total SET outstanding = outstanding + 1 WHERE kind = 'EARNED'"),
    ("check_brand_totals", "UPDATE brand_total SET debt = debt + 1 WHERE kind = 'REVERSED'"),
    ("check_brand_totals", "DELETE FROM brand_total WHERE kind = 'REPAID'"),
    ("check_brand_totals", "UPDATE brand_day SET points = points + 1 WHERE kind = 'EARNED'"),
    ("check_brand_totals", "UPDATE brand_day SET debt = debt + 1 WHERE kind = 'REVERSED'"),
    ("check_brand_totals", "UPDATE brand_day SET at_brand_id = 'peak' WHERE kind = 'REDEEMED' AND at_brand_id <> ''"),
    ("check_brand_totals", "UPDATE booked_movement SET at_brand_id = 'peak' WHERE at_brand_id <> ''"),
    ("check_brand_totals", "DELETE FROM brand_day WHERE kind = 'REPAID'"),
    ("check_cohort_totals", "UPDATE cohort_total SET outstanding = outstanding + 1 WHERE kind = 'REVERSED'"),
    ("check_cohort_totals", "UPDATE cohort_total SET receivable = receivable + 1 WHERE kind = 'REPAID'"),
    ("check_cohort_totals", "UPDATE cohort_total SET origin = 'GOODWILL' WHERE kind = 'EARNED'"),
    ("check_cohort_totals", "UPDATE cohort_total SET month = '2020-01'"),
    ("check_cohort_totals", "UPDATE cohort_sale SET paid = paid + 1"),
    ("check_cohort_totals", "DELETE FROM cohort_sale"),
    ("check_place_totals", "UPDATE place_total SET amount = amount + 1 WHERE measure = 'funded'"),
    ("check_place_totals", "UPDATE place_total SET location_id = 'elsewhere' WHERE measure = 'cross_in'"),
    ("check_place_totals", "DELETE FROM place_total WHERE measure = 'discount'"),
    ("check_periods_stamped", "UPDATE booked_event SET period_sequence = 2 WHERE position = 3"),
    ("check_periods_stamped", "UPDATE booked_movement SET period_sequence = 1 WHERE position = 4"),
    ("check_periods_stamped", "UPDATE journal_entry SET period_sequence = 1 WHERE voucher_id <> ''"),
    ("check_periods_stamped", "DELETE FROM period_cut"),
    ("check_periods_stamped", "UPDATE period_cut SET period = '2026-02'"),
    ("check_periods_stamped", "INSERT INTO period_cut SELECT program, 1, 1, 3, '2026-02', cut_time FROM period_cut"),
    (
        "check_points_posted",
        "UPDATE journal_entry SET point_amounts[1] = 7, point_amounts[2] = -7 WHERE entry_number = 1",
    ),
    (
        "check_points_posted",
        "UPDATE journal_entry SET point_accounts = array_replace(point_accounts, 'points_owed', 'points_outstanding')",
    ),
    ("check_points_posted", "UPDATE booked_movement SET points = points + 1 WHERE kind = 'EARNED'"),
    (
        "check_reserve_held",
        "UPDATE journal_entry SET counterparties = array_replace(counterparties, 'peak', 'north')"
        " WHERE 'reserve_held' = ANY (accounts)",
    ),
    ("check_reserve_held", "UPDATE booked_movement SET settlement_policy = 'NONE' WHERE kind = 'EARNED'"),
    (
        "check_entries_balanced",
        "ALTER TABLE journal_entry DROP CONSTRAINT entry_is_balanced;"
        " UPDATE journal_entry SET point_amounts[1] = point_amounts[1] + 1 WHERE entry_number = 1",
    ),
    ("check_intake_whole", "DELETE FROM voucher"),
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
    ("check_journal_chain", "UPDATE journal_entry SET period_sequence = 2 WHERE entry_number = 1"),
    ("check_journal_chain", "UPDATE journal_entry SET encoding = 1 WHERE entry_number = 1"),
    (
        "check_journal_chain",
        "UPDATE journal_entry SET point_amounts = ARRAY[7, -7] WHERE entry_number = 1",
    ),
    ("check_journal_chain", "UPDATE voucher SET post_time = post_time + interval '1 microsecond'"),
    (
        "check_nettings_paid",
        "INSERT INTO account_total VALUES ('harborside', 'north', 'USD', 'netting_clearing', '', '', 5)",
    ),
    (
        "check_nettings_paid",
        "INSERT INTO netting_line VALUES ('harborside', 'line', 'NET-000001', 'north', 'peak', 'USD', 5, false)",
    ),
    (
        "check_nettings_paid",
        "INSERT INTO netting VALUES ('harborside', 'NET-1', 1, 'BILATERAL', '', '', '{}', sha256(''), '', '', now())",
    ),
    ("check_history_protected", "GRANT UPDATE (amounts) ON journal_entry TO settlement_app"),
    ("check_history_protected", "GRANT DELETE ON booked_movement TO settlement_app"),
    ("check_history_protected", "GRANT TRUNCATE ON booked_event TO settlement_app"),
    ("check_history_protected", "GRANT UPDATE ON closed_period TO settlement_app"),
    ("check_history_protected", "ALTER TABLE journal_entry DROP CONSTRAINT entry_is_balanced"),
    ("check_history_protected", "ALTER TABLE journal_entry DROP CONSTRAINT entry_has_a_source"),
    ("check_history_protected", "ALTER TABLE journal_entry DISABLE TRIGGER closed_periods_stay"),
    ("check_history_protected", "GRANT UPDATE ON period_cut TO settlement_app"),
    ("check_history_protected", "GRANT DELETE ON voucher TO settlement_app"),
]


GUARD = "check_history_protected"
"""Asks what the serving role may do, so it is asked as that role, once the saboteur has committed."""


@pytest.mark.parametrize("sabotage", [sabotage for checker, sabotage in SABOTAGE if checker == GUARD])
async def test_what_the_serving_role_could_undo_turns_the_guard_red(booked: Database, sabotage: str) -> None:
    async with sql(booked, owner=True) as owner:
        await owner.execute(sabotage)
    check = (await outcomes(booked))[GUARD]
    assert 1 <= len(check.findings) <= min(20, check.violations)


@pytest.mark.parametrize(
    "checker",
    [checker for checker in CHECKERS if checker.statement.name != GUARD],
    ids=lambda each: each.statement.name,
)
async def test_each_sabotage_turns_its_checker_red(booked: Database, checker: Checker) -> None:
    """Each is undone before the next, so that one database serves them all."""
    async with sql(booked, owner=True) as owner:
        for sabotage in (sabotage for name, sabotage in SABOTAGE if name == checker.statement.name):
            undone = owner.transaction()
            await undone.start()
            await owner.execute(sabotage)
            check = await owner.fetchrow(checker.statement.sql, PROGRAM)
            await undone.rollback()
            assert check is not None
            assert 1 <= len(check["findings"] or ()) <= min(20, check["violations"]), sabotage


def test_every_checker_is_sabotaged() -> None:
    assert {name for name, _ in SABOTAGE} == {checker.statement.name for checker in CHECKERS}


async def test_entries_of_the_first_encoding_stay_true(booked: Database) -> None:
    """Those from before entries had periods, vouchers and points: chained by hand as they were then."""
    async with sql(booked, owner=True) as owner:
        await owner.execute("DELETE FROM journal_entry WHERE period_sequence > 1 OR cardinality(amounts) = 0")
        entries = await owner.fetch(
            "SELECT e.*, m.kind, m.accrual_id, m.rule_version, m.order_id, m.line_number, m.partition, m.position,"
            " v.post_time FROM journal_entry AS e JOIN booked_movement AS m USING (program, home_member_id)"
            " JOIN booked_event AS v USING (partition, position) WHERE m.sequence = e.movement_sequence"
            " ORDER BY entry_number"
        )
        link = GENESIS
        for entry in entries:
            link = chained_hash(link, "journal_entry/1", first_encoding(entry))
            await owner.execute(
                "UPDATE journal_entry SET encoding = 1, point_accounts = '{}', point_amounts = '{}', hash = $1"
                " WHERE entry_number = $2",
                link,
                entry["entry_number"],
            )
        last = entries[-1]["entry_number"]
        await owner.execute("UPDATE journal_head SET entry_number = $1, hash = $2", last, link)
    assert (await outcomes(booked))["check_journal_chain"].findings == ()


def first_encoding(entry: asyncpg.Record) -> Plain:
    """What the hash of an entry covered at first."""
    micros = (entry["post_time"] - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    of_entry = ("program", "entry_number", "entity_id", "currency_code", "kind", "home_member_id", "movement_sequence")
    lineage = ("accrual_id", "rule_version", "order_id", "line_number", "partition", "position")
    postings = zip(entry["accounts"], entry["counterparties"], entry["amounts"], strict=True)
    return [*[entry[name] for name in (*of_entry, *lineage)], micros, [list(posting) for posting in postings]]


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
