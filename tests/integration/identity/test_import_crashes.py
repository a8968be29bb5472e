"""Whoever commits an import dies at every statement: nobody is visible or everybody, and the next call ends it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from loyalty.identity.v1 import import_pb2
from loyalty.type.v1 import member_pb2
from pydantic import SecretStr

from chassis.runtime.clock import SystemClock
from chassis.runtime.postgres import Database, open_database
from chassis.runtime.settings import read_key
from chassis.values.refusal import Refusal
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.imports import ImportState
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.requests import RequestName
from identity_service.store.imports import PostgresImports
from identity_service.use_cases.commit_import import CommitImport
from identity_service.use_cases.take_up_imports import AT_REST, TakeUpImports
from tests.integration.identity.calls import card, email, enroll, question
from tests.integration.identity.doomed import Died, DoomedPool
from tests.integration.identity.house import House, People
from tests.integration.identity.house import Stub as Identity
from tests.integration.identity.importing import commit as commit_by_call
from tests.integration.identity.importing import fresh, known, open_imports, person, upload
from tests.integration.identity.people import erase
from tests.integration.identity.test_erasure import dump, holding

OFFICE = Caller("office", ("HEADQUARTERS_ADMIN",), frozenset({"*"}), "")
CLAIMED = 24
"""Behind the claims of a commit of one portion, and before its switch."""
STATEMENTS = 80
"""More than a commit of one portion has."""


@dataclass(frozen=True)
class Committer:
    """Commits over a pool that may die."""

    pool: Database
    fingerprints: Fingerprints

    async def __call__(self, import_id: str, left: int | None) -> ImportState:
        """The state it comes to; Died if its process lived for `left` statements only."""
        programs = ProgramDirectory()
        programs.learn("grove")
        imports = PostgresImports(self.pool)
        expected = await imports.find("grove", import_id)
        assert expected is not None
        pool = self.pool if left is None else DoomedPool(self.pool, left)
        commit = CommitImport(PostgresImports(pool), programs, self.fingerprints, SystemClock())
        found = await commit(OFFICE, RequestName("grove", "office", f"c-{import_id}"), import_id, expected.totals)
        return found.state


async def resolves(till: Identity, asked: member_pb2.Identifier) -> bool:
    try:
        await till.ResolveMember(question(asked))
    except Refusal as refusal:
        if refusal.reason != "MEMBER_NOT_FOUND":
            raise
        return False
    return True


async def visible(till: Identity, number: str) -> list[bool]:
    """Which of the three identifiers of an import resolve to somebody who came by it."""
    found = []
    for asked in (email(number), email(f"{number}b"), card(f"{number}c".replace("-", ""))):
        found.append(await resolves(till, asked))
    return found


async def test_a_commit_may_die_anywhere(house: House, till: Identity) -> None:
    key = read_key(house.servers.secrets.fingerprint_key_file("identity"))
    url = SecretStr(house.database.url)
    outcomes = set()
    async with open_imports(house) as stub, open_database(url, application_name="doomed", pool_size=2) as pool:
        commit = Committer(pool, Fingerprints(key))
        for left in range(STATEMENTS):
            import_id, number = fresh("imp"), fresh("p")
            people = [
                person(number, known(email(number))),
                person(f"{number}b", known(email(f"{number}b"), verified=False)),
                person(f"{number}c", known(email(number)), known(card(f"{number}c".replace("-", "")))),
            ]
            staged = await upload(stub, import_id, people)
            assert staged.totals == import_pb2.ImportTotals(lines=3, new_members=2, joined_lines=1)
            try:
                assert await commit(import_id, left) is ImportState.COMMITTED
                break
            except Died:
                outcomes.add(tuple(await visible(till, number)))
            assert await commit(import_id, None) is ImportState.COMMITTED
            assert await visible(till, number) == [True, True, True]
            first = (await till.EnrollMember(enroll(email(number)))).member
            assert [one.value for one in first.identifiers].count(f"oldprog:{number}") == 1
        else:
            raise AssertionError("a commit never lived to its end")
    assert outcomes == {(False, False, False), (True, True, True)}


async def test_nobody_enrolls_whom_an_import_is_bringing(house: House, till: Identity) -> None:
    """A commit that died behind its claims keeps its people apart until it is taken up again."""
    key = read_key(house.servers.secrets.fingerprint_key_file("identity"))
    import_id, number = fresh("imp"), fresh("p")
    async with (
        open_imports(house) as stub,
        open_database(SecretStr(house.database.url), application_name="doomed", pool_size=2) as pool,
    ):
        commit = Committer(pool, Fingerprints(key))
        await upload(stub, import_id, [person(number, known(email(number)))])
        with pytest.raises(Died):
            await commit(import_id, CLAIMED)
        with pytest.raises(Refusal) as refused:
            await till.EnrollMember(enroll(email(number)))
        assert refused.value.reason == "IMPORT_UNDER_WAY"
        assert await visible(till, number) == [False, False, False]
        assert await commit(import_id, None) is ImportState.COMMITTED
        assert not (await till.EnrollMember(enroll(email(number)))).created


class Later(SystemClock):
    """A clock that is put on."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


async def test_what_nobody_calls_for_any_more_is_gone_on_with(house: House, till: Identity) -> None:
    """Before its switch an import is given back, so that its people enroll; behind it, it is ended."""
    key = read_key(house.servers.secrets.fingerprint_key_file("identity"))
    ends = set()
    async with (
        open_imports(house) as stub,
        open_database(SecretStr(house.database.url), application_name="doomed", pool_size=2) as pool,
    ):
        commit, clock = Committer(pool, Fingerprints(key)), Later()
        for left in (CLAIMED, CLAIMED + 14):
            import_id, number = fresh("imp"), fresh("p")
            await upload(stub, import_id, [person(number, known(email(number)))])
            with pytest.raises(Died):
                await commit(import_id, left)
            take_up = TakeUpImports(PostgresImports(pool), clock)
            assert not await take_up()
            clock.ahead += AT_REST
            assert await take_up()
            found = await PostgresImports(pool).find("grove", import_id)
            assert found is not None
            ends.add(found.state)
            made = (await till.EnrollMember(enroll(email(number)))).created
            assert made == (found.state is ImportState.STAGED)
            assert not await take_up()
    assert ends == {ImportState.STAGED, ImportState.COMMITTED}


async def test_an_erasure_in_the_midst_of_a_commit_takes_along_what_is_hers_and_nobody_else(
    house: House, till: Identity, office: People
) -> None:
    """Before the switch the commit begins anew without her lines. Behind it whoever merely named her is somebody."""
    key = read_key(house.servers.secrets.fingerprint_key_file("identity"))
    async with (
        open_imports(house) as stub,
        open_database(SecretStr(house.database.url), application_name="doomed", pool_size=2) as pool,
    ):
        commit = Committer(pool, Fingerprints(key))
        for left, switched in ((CLAIMED, False), (CLAIMED + 14, True)):
            import_id, hers, number = fresh("imp"), fresh("zqher").replace("-", ""), fresh("zqp").replace("-", "")
            member = (await till.EnrollMember(enroll(email(hers)))).member.member_id
            people = [
                person(f"{number}-1", known(email(hers)), known(card(f"{number}a"))),
                person(f"{number}-2", known(email(f"{number}b"))),
            ]
            staged = await upload(stub, import_id, people)
            with pytest.raises(Died):
                await commit(import_id, left)
            assert await resolves(till, email(f"{number}b")) == switched
            await office.EraseMember(erase(member))
            if switched:
                made = (await till.ResolveMember(question(email(f"{number}b")))).resolution.member_id
                await office.EraseMember(erase(made))
            assert holding(await dump(house), [hers]) == set()
            if not switched:
                with pytest.raises(Refusal, match="CONTROL_TOTALS_DIFFER"):
                    await commit_by_call(stub, import_id, staged.totals)
            assert await commit(import_id, None) is ImportState.COMMITTED
            assert await resolves(till, card(f"{number}a")) == switched
            assert await resolves(till, email(f"{number}b")) != switched
            if switched:
                named = (await till.EnrollMember(enroll(card(f"{number}a")))).member
                assert sorted(one.value for one in named.identifiers) == [f"{number}A".upper(), f"oldprog:{number}-1"]
            assert holding(await dump(house), [hers, *([f"{number}b"] if switched else [])]) == set()
