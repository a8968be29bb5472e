"""What the reading role sees of persons, whatever a statement asks for (ADR 0066, 0073). Real PostgreSQL."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from loyalty.identity.v1 import person_service_pb2 as messages
from pydantic import SecretStr

from chassis.runtime.guarded import GuardedDatabase, open_guarded_database
from chassis.runtime.scope import NOTHING, Scope, set_scope
from chassis.runtime.statements import Statement
from chassis.values.refusal import Refusal
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.members import MemberKey
from identity_service.domain.programs import ProgramDirectory
from identity_service.store.people import PostgresPeople
from identity_service.use_cases.change_identifier import People
from identity_service.use_cases.read_person import Asked, ReadPerson
from tests.integration.identity.calls import email, enroll, question, verify, whole
from tests.integration.identity.house import REGION, House, Stub
from tests.integration.identity.house import People as Office
from tests.integration.identity.people import consent, consents, preferences, profile

GROVE = Scope("grove", "*", "*", "*")
ISLE = Scope("isle", "*", "*", "*")
CARELESS = Caller("careless", (), frozenset({"*"}), "", frozenset({"*"}), frozenset({"*"}))
"""As a use case would see it that forgot to ask who calls."""


@dataclass(frozen=True)
class Known:
    """A person of whom everything is known, and the pool that is read over for callers."""

    member: str
    guarded: GuardedDatabase
    admin: asyncpg.Connection
    read: ReadPerson


@pytest_asyncio.fixture(scope="module")
async def known(house: House, till: Stub, office: Office) -> AsyncIterator[Known]:
    member = (await till.EnrollMember(enroll(email("guarded"), home_location_id="loc-1"))).member.member_id
    await office.UpdateProfile(profile(member, given_name="Ada", home_location_id="loc-1", home_brand_id="NORTH"))
    await office.SetConsents(consents(member, consent(), consent(brand="NORTH"), consent(brand="HARBOR", day=1)))
    await office.SetPreferences(preferences(member, {"shoes": "38"}, brand="NORTH"))
    await office.SetPreferences(preferences(member, {"boats": "2"}, brand="HARBOR"))
    await till.VerifyIdentifier(verify(member, email("guarded")))
    programs = ProgramDirectory()
    for program in ("grove", "isle"):
        programs.learn(program)
    url = SecretStr(house.database.url)
    async with (
        house.sql(owner=True) as admin,
        open_guarded_database(url, application_name="test", pool_size=2) as guarded,
    ):
        people = People(PostgresPeople(guarded), programs, Fingerprints(bytes(32)), None)  # type: ignore[arg-type]
        yield Known(member, guarded, admin, ReadPerson(people))


async def counts(known: Known, scope: Scope) -> Mapping[str, int]:
    """How many rows of the person's each table shows."""
    tables = ("member", "identifier", "identifier_value", "identifier_history", "member_profile", "audit_record")
    set_scope(scope)
    found = {}
    for table in tables:
        count = Statement(f"count_{table}", f"SELECT count(*) FROM {table} WHERE member_id = $1")
        found[table] = await known.guarded.fetchval(count, known.member)
    return found


async def said_to(known: Known, scope: Scope) -> set[str]:
    """The brands to which consents and preferences are seen."""
    set_scope(scope)
    every = "SELECT brand_id FROM {} WHERE member_id = $1"
    rows = [
        row
        for table in ("member_consent", "member_preference")
        for row in await known.guarded.fetch(Statement(f"brands_{table}", every.format(table)), known.member)
    ]
    return {row["brand_id"] for row in rows}


async def test_of_another_program_there_are_no_rows(known: Known) -> None:
    assert all((await counts(known, GROVE)).values())
    for scope in (ISLE, NOTHING, Scope("grove-2,agrove", "*", "*", "*")):
        assert set((await counts(known, scope)).values()) == {0}
        assert await said_to(known, scope) == set()


async def test_what_was_said_to_a_brand_is_that_brands(known: Known) -> None:
    assert await said_to(known, GROVE) == {"", "NORTH", "HARBOR"}
    assert await said_to(known, Scope("grove", "NORTH", "*", "*")) == {"", "NORTH"}
    assert await said_to(known, Scope("grove", "", "*", "*")) == {""}


async def test_a_use_case_that_forgets_to_ask_shows_nothing(known: Known) -> None:
    asked = Asked("grove", known.member)
    set_scope(Scope("grove", "HARBOR", "*", "*"))
    assert {one.said.brand_id for one in await known.read.consents(CARELESS, asked)} == {"", "HARBOR"}
    assert {one.said.brand_id for one in await known.read.preferences(CARELESS, asked)} == {"HARBOR"}
    set_scope(ISLE)
    for look in (known.read.person(CARELESS, asked), known.read.consents(CARELESS, asked)):
        with pytest.raises(Refusal) as refused:
            await look
        assert refused.value.reason == "MEMBER_NOT_FOUND"


async def test_the_reader_sees_no_secrets_and_changes_nothing(known: Known) -> None:
    set_scope(GROVE)
    secret = [f"SELECT 1 FROM {table}" for table in ("key_mark", "member_pin", "request_key", "member_import_content")]
    for sql in (*secret, "DELETE FROM member", "UPDATE member SET profile = 1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await known.guarded.fetch(Statement("not_shown", sql))


async def test_what_an_import_has_not_switched_on_is_not_seen(known: Known) -> None:
    unborn = MemberKey.of("grove", "mem_unborn")
    await known.admin.execute(
        "INSERT INTO member (bucket, program_id, member_id, enroll_time, home_location_id, import_id)"
        " VALUES ($1, $2, $3, now(), '', 'imp')",
        *(unborn.bucket, unborn.program_id, unborn.member_id),
    )
    set_scope(GROVE)
    born = Statement("unborn", "SELECT count(*) FROM member WHERE member_id = $1")
    found = await known.guarded.fetchval(born, unborn.member_id)
    await known.admin.execute("DELETE FROM member WHERE member_id = $1", unborn.member_id)
    assert found == 0


async def test_every_table_the_reader_may_read_is_bound_to_programs(known: Known) -> None:
    """Also those of later migrations: a grant without a policy, or beside one for everybody, would show everything."""
    open_ = await known.admin.fetch(
        """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
          AND has_table_privilege('identity_reader', oid, 'SELECT')
          AND (
            NOT relrowsecurity
            OR EXISTS (
              SELECT FROM pg_policies
              WHERE tablename = relname AND roles && '{public,identity_reader}' AND cmd IN ('ALL', 'SELECT')
                AND coalesce(qual, '') NOT LIKE '%loyalty.programs%'
            )
          )
        """
    )
    assert [row["relname"] for row in open_] == []


@pytest.mark.parametrize(
    ("role", "brands", "locations", "seen", "home"),
    [
        ("LOCATION_MANAGER", ["NORTH"], ["loc-1"], {"", "NORTH"}, ("loc-1", "NORTH", "loc-1")),
        ("LOCATION_MANAGER", ["HARBOR"], ["loc-2"], {"", "HARBOR"}, ("", "", "")),
        ("LOCATION_MANAGER", [], [], {""}, ("", "", "")),
        ("REGIONAL_ADMIN", ["HARBOR"], [], {"", "HARBOR"}, ("loc-1", "", "loc-1")),
        ("HEADQUARTERS_ADMIN", ["*"], ["*"], {"", "NORTH", "HARBOR"}, ("loc-1", "NORTH", "loc-1")),
        ("MEMBER", [], [], {"", "NORTH", "HARBOR"}, ("loc-1", "NORTH", "loc-1")),
    ],
)
async def test_a_brand_is_told_what_concerns_it(
    known: Known,
    house: House,
    role: str,
    brands: list[str],
    locations: list[str],
    seen: set[str],
    home: tuple[str, ...],
) -> None:
    whom = {"program_id": "grove", "member_id": known.member}
    regions = [REGION] if role == "REGIONAL_ADMIN" else []
    claims: dict[str, Any] = {"brands": brands, "locations": locations, "regions": regions, "member": known.member}
    async with house.people(f"{role}-{brands}", roles=(role,), **claims) as asker:
        told = (await asker.ListConsents(messages.ListConsentsRequest(**whom))).consents
        liked = (await asker.ListPreferences(messages.ListPreferencesRequest(**whom))).preferences
        profiled = (await asker.GetProfile(messages.GetProfileRequest(**whom))).profile
    async with house.stub(f"{role}-{brands}", roles=(role,), **claims) as asker:
        person = (await asker.GetMember(whole(known.member))).person
        resolved = (await asker.ResolveMember(question(known.member))).resolution
    assert {one.consent.brand_id for one in told} == seen
    assert {one.preference.brand_id for one in liked} == seen - {""}
    counted = {*(one.number for one in told), *(one.number for one in liked)} - {0}
    sees_whole = role in ("HEADQUARTERS_ADMIN", "MEMBER")
    assert bool(counted) == sees_whole, "a number would tell of what is left out"
    [verified] = [one.verification for one in person.identifiers]
    assert verified.HasField("verify_time")
    assert (verified.caller, verified.proof.reference) == (("till", "case-1") if sees_whole else ("", ""))
    assert (profiled.home_location_id, profiled.home_brand_id, person.enroll_location_id) == home
    assert person.profile.home_brand_id == profiled.home_brand_id
    assert resolved.home_location_id == profiled.home_location_id
