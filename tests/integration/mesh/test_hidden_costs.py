"""What a caller may not see costs as much as what is not there: the same answer after the same work (ADR 0065)."""

import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from chassis.runtime import postgres
from chassis.runtime.clock import SystemClock
from chassis.runtime.guarded import open_guarded_database
from chassis.runtime.postgres import open_database
from chassis.runtime.scope import Scope, set_scope
from chassis.runtime.statements import Statement
from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from ledger_service.domain.fingerprints import authorization_key
from ledger_service.domain.order import DocumentRef
from ledger_service.domain.refusals import authorization_not_found
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.reader import PostgresReader
from ledger_service.store.returns import PostgresReturns
from ledger_service.store.spend_reader import PostgresSpendReader
from ledger_service.store.statements import SQL
from ledger_service.use_cases.authorizations import Authorizations
from ledger_service.use_cases.get_order import GetOrder
from ledger_service.use_cases.get_redemption import GetRedemption
from ledger_service.use_cases.get_return import GetReturn
from ledger_service.use_cases.ports import MemberRef, ProgramFacts, Resolution
from tests.integration.mesh.counter import Counter, share
from tests.support.mesh import line, open_till

PROGRAM = "hidden-costs"
ROUNDS = 15
Look = Callable[[str], Awaitable[object]]


class OneProgram:
    """See `use_cases.ports.Programs`."""

    def facts(self, program: str) -> ProgramFacts:
        return ProgramFacts(program, "rev_1", True, 400, {})

    def all(self) -> list[ProgramFacts]:
        return [self.facts(PROGRAM)]


class EveryoneIsHome:
    """See `use_cases.ports.Members`: whom a look-up comes to ask about was asked about for nothing."""

    def __init__(self) -> None:
        self.asked = 0

    async def resolve(self, program: str, member: MemberRef) -> Resolution:
        self.asked += 1
        return Resolution(member.member_id, member.member_id, (member.member_id,), 0, "")


@dataclass(frozen=True)
class Looks:
    """By what is looked for: the look-up, an id that is hidden, and the members that were asked about."""

    by_kind: dict[str, tuple[Look, str]]
    members: EveryoneIsHome
    forgetful: Look
    """Looks for a sale and forgets to ask whether it is to be seen."""
    rows_read: Callable[[str], Awaitable[int]]
    """Looks an authorization up in the directory, and says how many rows the database read out."""


def nobody_sees(_location: str, _brand: str) -> None:
    raise authorization_not_found("hidden")


@pytest_asyncio.fixture(scope="module")
async def looks(stack: LocalStack) -> AsyncIterator[Looks]:
    url = SecretStr(stack.database("ledger").url)
    async with (
        open_till(stack, PROGRAM) as till,
        open_database(url, application_name="looks", pool_size=2) as database,
        open_guarded_database(url, application_name="looks", pool_size=2) as guarded,
    ):
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana, counter = await till.enroll("ANA"), Counter(till, PROGRAM)
        await till.sell(ana, "SALE", "mall-1", [line(1, "NORTH", 10_000)])
        held = await counter.set_aside(ana, 10, "LINDEN")
        spent = await till.redeem(ana, 10, "mall-1", "LINDEN")
        parked = await counter.bring("EARLY", share("LATER", 1), by=ana)
        announced = await counter.announce("COMING", share("SALE", 1))
        outcomes, members, programs = PostgresOutcomes(database), EveryoneIsHome(), OneProgram()
        spend, returns = PostgresSpendReader(guarded), PostgresReturns(guarded)
        get_order = GetOrder(programs, outcomes, PostgresReader(guarded))
        get_return = GetReturn(programs, returns, SystemClock())
        authorizations = Authorizations(outcomes, members, spend)
        get_redemption = GetRedemption(programs, outcomes, members, spend)

        def order(document: str) -> Awaitable[object]:
            return get_order(PROGRAM, DocumentRef("till-1", document, ""), lambda _: False)

        def a_return(return_id: str) -> Awaitable[object]:
            return get_return(PROGRAM, return_id, lambda _: False)

        async def rows_read(named: str) -> int:
            return len(await database.fetch(SQL.find_documents, [authorization_key(PROGRAM, named)]))

        yield Looks(
            {
                "order": (order, "SALE"),
                "authorization": (
                    lambda named: authorizations.find(PROGRAM, named, nobody_sees),
                    held.authorization_id,
                ),
                "redemption": (
                    lambda named: get_redemption(PROGRAM, named, nobody_sees),
                    spent.redemption.redemption_id,
                ),
                "parked return": (a_return, parked.return_id),
                "announced return": (a_return, announced.return_id),
            },
            members,
            lambda document: get_order(PROGRAM, DocumentRef("till-1", document, ""), lambda _: True),
            rows_read,
        )


@contextmanager
def statements_run(patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the statements that are run in the block."""
    run, names = postgres._run, []

    def noted(raw: Any, statement: Statement) -> Any:
        names.append(statement.name)
        return run(raw, statement)

    with patch.context() as patched:
        patched.setattr(postgres, "_run", noted)
        yield names


async def refused(look: Look, named: str) -> tuple[str, str, float]:
    """Reason, message without the id, and seconds."""
    began = time.perf_counter()
    with pytest.raises(Refusal) as told:
        await look(named)
    return told.value.reason, told.value.message.replace(named, "…"), time.perf_counter() - began


@pytest.mark.parametrize("kind", ["order", "authorization", "redemption", "parked return", "announced return"])
async def test_the_hidden_costs_what_the_absent_costs(looks: Looks, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    set_scope(Scope(PROGRAM, "*", "*", "*"))
    look, hidden = looks.by_kind[kind]
    absent = "there-is-none"
    for named in (hidden, absent):
        # Statements are prepared, connections opened and told their scope.
        await refused(look, named)
    asked = looks.members.asked
    with statements_run(monkeypatch) as of_hidden:
        reason, message, _ = await refused(look, hidden)
    with statements_run(monkeypatch) as of_absent:
        assert (await refused(look, absent))[:2] == (reason, message)
    assert of_hidden == of_absent
    assert of_hidden
    assert looks.members.asked == asked
    seconds: dict[str, list[float]] = {hidden: [], absent: []}
    for _ in range(ROUNDS):
        for named, taken in seconds.items():
            taken.append((await refused(look, named))[2])
    slow, fast = sorted(map(statistics.median, seconds.values()), reverse=True)
    # The work is compared above; this would only find that something else makes one of them wait.
    assert slow < 5 * fast + 0.02


async def test_the_directory_reads_as_much_for_what_is_absent(looks: Looks) -> None:
    """In turn and in both orders, so that whatever else the machine does makes both wait. Without a row in place of the
    one that is absent its look-up takes a sixth less; this finds what is half."""
    _, hidden = looks.by_kind["authorization"]
    seconds: dict[str, list[float]] = {hidden: [], "there-is-none": []}
    for number in range(6 * ROUNDS):
        for named in sorted(seconds, reverse=number % 2 == 0):
            began = time.perf_counter()
            assert await looks.rows_read(named) == 1
            seconds[named].append(time.perf_counter() - began)
    slow, fast = sorted(map(statistics.median, seconds.values()), reverse=True)
    assert slow < 2 * fast + 0.005


async def test_a_use_case_that_forgets_to_ask_shows_nothing(looks: Looks) -> None:
    """The rows are guarded again: of another place, another brand or another program there are none."""
    set_scope(Scope(PROGRAM, "*", "*", "mall-1"))
    seen: Any = await looks.forgetful("SALE")
    assert [accrual.brand for accrual in seen.accruals] == ["NORTH"]
    set_scope(Scope(PROGRAM, "HARBOR", "*", "mall-1"))
    of_another_brand: Any = await looks.forgetful("SALE")
    assert of_another_brand.accruals == ()
    for scope in (Scope(PROGRAM, "*", "*", "north-1"), Scope("another", "*", "*", "*"), Scope()):
        set_scope(scope)
        assert (await refused(looks.forgetful, "SALE"))[0] == "ORDER_NOT_FOUND"
