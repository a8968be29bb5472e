"""Members of existing programs: staged, judged, and visible all at once."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.identity.v1 import import_pb2, import_service_pb2, person_pb2, person_service_pb2
from loyalty.identity.v1.import_service_pb2_grpc import ImportServiceStub
from loyalty.type.v1 import member_pb2

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from identity_service.store.statements import SQL
from tests.integration.identity.calls import Kind, card, email, enroll, question
from tests.integration.identity.house import House
from tests.integration.identity.house import Stub as Identity
from tests.integration.identity.importing import (
    IMPORTS,
    JOINED,
    Stub,
    commit,
    fresh,
    get,
    known,
    messages,
    open_imports,
    person,
    report,
    upload,
)
from tests.integration.identity.merging.desk import open_desk
from tests.integration.identity.people import erase


@pytest_asyncio.fixture(scope="session")
async def imports(house: House) -> AsyncIterator[Stub]:
    """The import service for headquarters."""
    async with open_imports(house) as stub:
        yield stub


def pos(external_id: str, source: str = "oldprog") -> member_pb2.Identifier:
    return member_pb2.Identifier(kind=Kind.IDENTIFIER_KIND_POS, value=f"{source}:{external_id}")


async def test_nothing_resolves_before_the_commit_and_everything_after(imports: Stub, till: Identity) -> None:
    import_id, number = fresh("imp"), fresh("p")
    people = [person(number, known(email(number))), person(f"{number}b", known(email(f"{number}b"), verified=False))]
    staged = await upload(imports, import_id, people)
    assert staged.totals == import_pb2.ImportTotals(lines=2, new_members=2)
    with pytest.raises(Refusal) as refused:
        await till.ResolveMember(question(pos(number)))
    assert refused.value.reason == "MEMBER_NOT_FOUND"
    done = await commit(imports, import_id)
    assert done.switch_time.ToDatetime() > JOINED.replace(tzinfo=None)
    by_pos = (await till.ResolveMember(question(pos(number)))).resolution
    by_email = (await till.ResolveMember(question(email(number)))).resolution
    assert by_pos.member_id == by_email.member_id
    assert by_pos.enroll_time.ToDatetime() == JOINED.replace(tzinfo=None)
    assert by_pos.home_location_id == "loc-1"


async def test_a_verified_identifier_joins_a_live_member_if_it_is_verified_there(
    imports: Stub, till: Identity, house: House
) -> None:
    number = fresh("p")
    first = fresh("imp")
    await upload(imports, first, [person(number, known(email(number)))], "north")
    await commit(imports, first)
    before = (await till.ResolveMember(question(email(number)))).resolution.member_id
    second = fresh("imp")
    more = [
        person("1" + number, known(email(number)), known(card(number))),
        person("2" + number, known(card(number)), known(email(number + "b"))),
        person("3" + number, known(card("new" + number))),
        person("4" + number, known(card("new" + number)), known(email(number + "c"))),
    ]
    staged = await upload(imports, second, more, "south")
    assert staged.totals == import_pb2.ImportTotals(lines=4, joined_live=1, new_members=1, joined_lines=2)
    await commit(imports, second)
    # Who was there before did not begin with it: it is a fresh link. Who is new did.
    async with house.sql(owner=True) as sql:
        links = "SELECT settled FROM identifier_value WHERE member_id = $1 ORDER BY ordinal"
        assert [row["settled"] for row in await sql.fetch(links, before)] == [True, True] + 4 * [False]
        made = (await till.ResolveMember(question(card("new" + number)))).resolution.member_id
        assert [row["settled"] for row in await sql.fetch(links, made)] == 4 * [True]
    assert (await till.ResolveMember(question(pos("1" + number, "south")))).resolution.member_id == before
    assert (await till.ResolveMember(question(card(number)))).resolution.member_id == before


async def test_an_unverified_likeness_joins_nobody_and_is_told(imports: Stub, till: Identity, house: House) -> None:
    number = fresh("p")
    answer = await till.EnrollMember(enroll(email(number)))
    import_id = fresh("imp")
    staged = await upload(imports, import_id, [person(number, known(email(number)))])
    assert staged.totals == import_pb2.ImportTotals(lines=1, new_members=1, look_alikes=1)
    [line] = await report(imports, import_id)
    assert list(line.look_alike_fields) == ["identifiers[0]"]
    await commit(imports, import_id)
    assert (await till.ResolveMember(question(email(number)))).resolution.member_id == answer.member.member_id
    made = (await till.ResolveMember(question(pos(number)))).resolution.member_id
    assert made != answer.member.member_id
    # The pair is for a person to judge.
    async with open_desk(house) as desk:
        pairs = [set(pair.member_ids) for pair in (await desk.find(made)).duplicates]
    assert {made, answer.member.member_id} in pairs


async def test_lines_are_refused_one_by_one_with_the_rule_and_no_value(imports: Stub) -> None:
    import_id, n = fresh("imp"), fresh("p")
    people = [
        person(n, known(email(f"{n}a"))),
        person(f"{n}2", known(card(f"{n}c".replace("-", "")))),
        person(f"{n}3", known(email(f"{n}a")), known(card(f"{n}c".replace("-", "")))),
        person(n),
        person(f"{n}5", known(email("not an address"))),
        person(f"{n}6", known(email(f"{n}a"))),
    ]
    staged = await upload(imports, import_id, people)
    refused = {import_pb2.ImportFault.Name(one.fault): one.lines for one in staged.totals.refused}
    assert refused == {
        "IMPORT_FAULT_MALFORMED": 1,
        "IMPORT_FAULT_EXTERNAL_ID_REPEATED": 1,
        "IMPORT_FAULT_SEVERAL_MEMBERS": 1,
    }
    lines = await report(imports, import_id, page_size=1)
    assert [line.line_number for line in lines] == [3, 4, 5, 6]
    fields = ["identifiers[1]", "external_id", "identifiers[0].identifier.value", "identifiers[0]"]
    assert [line.field for line in lines] == fields
    assert lines[3].same_as_line_number == 1
    assert "not an address" not in str(lines)


async def test_two_programs_that_bring_the_same_person_meet(imports: Stub, till: Identity) -> None:
    n = fresh("p")
    one, two = fresh("imp"), fresh("imp")
    await upload(imports, one, [person(n, known(email(n)))], "north")
    staged = await upload(imports, two, [person(n, known(email(n)))], "south")
    assert staged.totals == import_pb2.ImportTotals(lines=1, joined_imports=1)
    [line] = await report(imports, two)
    assert (line.same_as_import_id, line.same_as_line_number) == (one, 1)
    await commit(imports, one)
    with pytest.raises(Refusal) as refused:
        await commit(imports, two, staged.totals, "meet-two")
    assert refused.value.reason == "CONTROL_TOTALS_DIFFER"
    found = await get(imports, two)
    assert found.totals == import_pb2.ImportTotals(lines=1, joined_live=1)
    # What it had claimed is given back, its name too.
    await commit(imports, two, found.totals, "meet-two")
    north = await till.ResolveMember(question(pos(n, "north")))
    assert north.resolution.member_id == (await till.ResolveMember(question(pos(n, "south")))).resolution.member_id


async def test_a_broken_stream_goes_on_behind_its_last_line(imports: Stub) -> None:
    import_id, n = fresh("imp"), fresh("p")
    people = [person(f"{n}-{index}") for index in range(7)]
    await upload(imports, import_id, people[:4])
    answer = await imports.ImportMembers(iter(messages(import_id, people)))
    assert answer.repeated_lines == 4
    assert getattr(answer, "import").last_line_number == 7
    changed = [*people[:2], person(f"{n}-other"), *people[3:]]
    with pytest.raises(Refusal) as refused:
        await upload(imports, import_id, changed)
    assert (refused.value.reason, refused.value.metadata["line_number"]) == ("IMPORT_LINE_CHANGED", "3")


async def test_other_totals_change_nothing(imports: Stub, till: Identity) -> None:
    import_id, n = fresh("imp"), fresh("p")
    await upload(imports, import_id, [person(n)])
    with pytest.raises(Refusal) as refused:
        await commit(imports, import_id, import_pb2.ImportTotals(lines=2, new_members=2))
    assert refused.value.reason == "CONTROL_TOTALS_DIFFER"
    assert refused.value.metadata["found_lines"] == "1"
    assert (await get(imports, import_id)).state == import_pb2.IMPORT_STATE_STAGED


async def test_what_changes_between_report_and_commit_is_noticed_and_given_back(imports: Stub, till: Identity) -> None:
    """A live enrolment takes the identifier first: the totals differ only once the lines are claimed."""
    import_id, n = fresh("imp"), fresh("p")
    staged = await upload(imports, import_id, [person(n, known(card(n.replace("-", "")), verified=False))])
    await till.EnrollMember(enroll(card(n.replace("-", ""))))
    with pytest.raises(Refusal) as refused:
        await commit(imports, import_id, staged.totals)
    assert refused.value.reason == "CONTROL_TOTALS_DIFFER"
    with pytest.raises(Refusal):
        await till.ResolveMember(question(pos(n)))
    # What was claimed is free again.
    assert (await till.EnrollMember(enroll(pos(n)))).created


async def test_a_dry_run_is_never_committed_and_an_abandoned_import_keeps_nothing(imports: Stub, house: House) -> None:
    dry, n = fresh("imp"), fresh("p")
    await imports.ImportMembers(iter(messages(dry, [person(n, known(email(n)))], dry_run=True)))
    with pytest.raises(Refusal) as refused:
        await commit(imports, dry)
    assert refused.value.reason == "IMPORT_IS_DRY_RUN"
    request = import_service_pb2.AbandonImportRequest(program_id="grove", request_id=fresh("drop"), import_id=dry)
    answer = await imports.AbandonImport(request)
    assert getattr(answer, "import").state == import_pb2.IMPORT_STATE_ABANDONED
    async with house.sql() as database:
        for table in ("member_import_content", "member_import_identifier"):
            assert await database.fetchval(f"SELECT count(*) FROM {table} WHERE import_id = $1", dry) == 0


async def test_what_an_erased_member_was_to_get_is_free_again(till: Identity, house: House) -> None:
    """Of a member who is erased between the switch and the settling of the line that joined it."""
    import_id = fresh("imp-erased")
    settled, freed = "imported-to-the-living", "imported-to-the-erased"
    async with house.sql(owner=True) as sql, house.people() as people:
        for name in (settled, freed):
            member_id = (await till.EnrollMember(enroll(card(name)))).member.member_id
            await sql.execute(
                "UPDATE identifier SET import_id = $1, import_line = 1 WHERE member_id = $2", import_id, member_id
            )
            await sql.execute("DELETE FROM identifier_value WHERE member_id = $1", member_id)
            if name == freed:
                await people.EraseMember(erase(member_id))
        for statement in (SQL.import_free_identifiers, SQL.import_settle_identifiers):
            await sql.execute(statement.sql, "grove", import_id, 1)
        assert await sql.fetchval("SELECT count(*) FROM identifier WHERE import_id = $1", import_id) == 0
    await till.ResolveMember(question(card(settled)))
    assert (await till.EnrollMember(enroll(card(freed)))).created


async def test_who_is_no_headquarters_imports_nothing(house: House) -> None:
    token = house.servers.secrets.mint_token("till", programs=["*"], roles=["POS"])

    async with connect(PLAIN.peer(house.address), IMPORTS, lambda: token) as channel:
        with pytest.raises(Refusal) as refused:
            await ImportServiceStub(channel).ImportMembers(iter(messages(fresh("imp"), [])))
    assert refused.value.reason == "ROLE_NOT_ALLOWED"


async def test_profile_and_consents_come_with_the_person(imports: Stub, till: Identity, house: House) -> None:
    import_id, n = fresh("imp"), fresh("p")
    brought = person(n, known(email(n)))
    brought.family_name, brought.language = "Lovelace", "en-gb"
    brought.birthday.CopyFrom(person_pb2.Birthday(month=12, day=10, year=1985))
    consent = import_pb2.ImportedConsent(
        channel=person_pb2.CONTACT_CHANNEL_EMAIL, purpose=person_pb2.CONSENT_PURPOSE_MARKETING, granted=True
    )
    brought.consents.append(consent)
    await upload(imports, import_id, [brought])
    await commit(imports, import_id)
    member_id = (await till.ResolveMember(question(email(n)))).resolution.member_id
    async with house.people() as people:
        asked = person_service_pb2.GetProfileRequest(program_id="grove", member_id=member_id)
        profile = (await people.GetProfile(asked)).profile
        listed = person_service_pb2.ListConsentsRequest(program_id="grove", member_id=member_id)
        [kept] = (await people.ListConsents(listed)).consents
    assert (profile.given_name, profile.family_name, profile.language) == ("Ada", "Lovelace", "en-GB")
    assert (profile.birthday.month, profile.birthday.day, profile.birthday.year) == (12, 10, 1985)
    assert import_id in str(kept)
