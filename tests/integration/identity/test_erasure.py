"""Erasing a person leaves ids and nothing else; exporting tells everything there is."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import pytest
import pytest_asyncio
from loyalty.identity.v1 import duplicate_service_pb2 as pairs
from loyalty.identity.v1 import import_pb2, person_pb2
from loyalty.identity.v1 import person_service_pb2 as messages
from loyalty.type.v1 import member_pb2

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import (
    Kind,
    card,
    email,
    enroll,
    history,
    link,
    move,
    phone,
    question,
    unlink,
    update,
    verify,
    whole,
)
from tests.integration.identity.house import House, People, Stub
from tests.integration.identity.importing import commit, get, known, open_imports
from tests.integration.identity.importing import messages as messages_of
from tests.integration.identity.importing import person as imported
from tests.integration.identity.merging.desk import open_desk
from tests.integration.identity.people import consent, consents, erase, preferences, profile
from tests.integration.identity.proving import open_desk as open_proofs
from tests.integration.identity.test_records import audit_of
from tests.integration.identity.test_resolve_members import merge


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(house: House) -> AsyncIterator[Stub]:
    """Headquarters and a service in one."""
    async with house.stub("desk", roles=("HEADQUARTERS_ADMIN", "SERVICE")) as stub:
        yield stub


async def reason_of(call: object) -> str:
    with pytest.raises(Refusal) as refused:
        await call  # type: ignore[misc]
    return refused.value.reason


async def dump(house: House) -> dict[str, str]:
    """Every table of the service as text."""
    async with house.sql(owner=True) as sql:
        rows = await sql.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row["table_name"] for row in rows]
        return {
            table: await sql.fetchval(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" AS t")
            for table in tables
        }


def holding(dumped: dict[str, str], markers: Iterable[str]) -> set[tuple[str, str]]:
    """Which table holds which marker."""
    return {(table, marker) for table, text in dumped.items() for marker in markers if marker.lower() in text.lower()}


async def fingerprints_of(house: House, member: str) -> list[str]:
    async with house.sql(owner=True) as sql:
        rows = await sql.fetch(
            "SELECT encode(fingerprint, 'hex') AS hex FROM identifier_value WHERE member_id = $1"
            " AND end_ordinal IS NULL",
            member,
        )
    return [row["hex"] for row in rows]


class Somebody:
    """A person told of in every way there is; every text of it holds its marker."""

    def __init__(self, marker: str, digits: str) -> None:
        self.marker, self.digits = marker, digits
        self.member = ""

    @property
    def markers(self) -> list[str]:
        return [self.marker, self.digits]

    def identifiers(self) -> list[member_pb2.Identifier]:
        """One of every kind."""
        return [
            email(f"{self.marker}.mail"),
            card(f"{self.marker}CARD"),
            phone(f"+49{self.digits}"),
            member_pb2.Identifier(kind=Kind.IDENTIFIER_KIND_WEB_ACCOUNT, value=f"shop:{self.marker}"),
            member_pb2.Identifier(kind=Kind.IDENTIFIER_KIND_APP, value=f"app-{self.marker}"),
            member_pb2.Identifier(kind=Kind.IDENTIFIER_KIND_POS, value=f"till:{self.marker}"),
        ]

    async def tell(self, desk: Stub, office: People) -> None:
        """Everything that can be told of a person."""
        self.member = (await desk.EnrollMember(enroll(*self.identifiers(), birthday=(7, 6)))).member.member_id
        lost = card(f"{self.marker}LOST")
        await desk.LinkIdentifier(link(self.member, lost))
        await desk.UnlinkIdentifier(unlink(self.member, lost))
        request = verify(self.member, email(f"{self.marker}.mail"))
        request.proof.reference = f"case-{self.marker}"
        await desk.VerifyIdentifier(request)
        await desk.UpdateMember(update(self.member, segments=[f"segment-{self.marker}"]))
        texts = {name: f"{self.marker} {name}" for name in ("given_name", "family_name", "display_name")}
        await office.UpdateProfile(profile(self.member, **texts, attributes={f"a-{self.marker}": self.marker}))
        await office.UpdateProfile(profile(self.member, given_name="Other"))
        said = consent(wording=f"w-{self.marker}", source=f"s-{self.marker}")
        await office.SetConsents(consents(self.member, said))
        await office.SetPreferences(preferences(self.member, {f"k-{self.marker}": self.marker}))


async def test_nothing_of_an_erased_person_is_left_in_any_table(desk: Stub, office: People, house: House) -> None:
    gone, stays = Somebody("zqgone", "3040506070"), Somebody("zqstays", "3040506071")
    for person in (gone, stays):
        await person.tell(desk, office)
    await desk.LinkIdentifier(link(stays.member, card("ZQGONEGIFT")))
    await desk.MoveIdentifier(move(stays.member, gone.member, card("ZQGONEGIFT")))
    keys = await fingerprints_of(house, gone.member)
    before = await dump(house)
    assert len(holding(before, gone.markers)) > 5
    assert len(keys) == 7

    answer = await office.EraseMember(erase(gone.member))

    after = await dump(house)
    assert holding(after, [*gone.markers, *keys]) == set()
    assert holding(after, stays.markers) == holding(before, stays.markers)
    assert list(answer.member_ids) == [gone.member]
    [_, *_, record] = await audit_of(house, gone.member)
    assert (record["action"], json.loads(record["detail"])) == (
        "MEMBER_ERASED",
        {"reason": "MEMBER_ASKED", "root_member_id": gone.member},
    )


async def test_what_imports_under_way_hold_of_an_erased_person_goes_too_and_makes_nobody_anew(
    desk: Stub, office: People, house: House
) -> None:
    gone, stays = Somebody("zqstaged", "3040506076"), Somebody("zqstaying", "3040506077")
    for somebody in (gone, stays):
        await somebody.tell(desk, office)
    proven, lost = known(email("zqstaged.mail")), known(card("ZQSTAGEDOLD"))
    people = [
        imported("zqstaged-1", proven, lost),
        imported("zqstaged-2", lost),
        imported("zqstaged-3", known(card("ZQSTAGEDCARD"), verified=False)),
        imported("zqstaged-1"),
        imported("zqstaying-5", known(email("zqstaying.mail"))),
    ]
    async with open_imports(house, "zq") as imports:
        for name, dry_run in (("staged", False), ("tried", True)):
            await imports.ImportMembers(iter(messages_of(f"zq-{name}", people, dry_run=dry_run)))
        totals = (await get(imports, "zq-staged")).totals
        assert (totals.joined_live, totals.joined_lines, totals.new_members) == (2, 1, 1)
        before = await dump(house)
        assert {table for table, _ in holding(before, ["zqstaged"])} >= {"member_import_content"}

        await office.EraseMember(erase(gone.member))

        after = await dump(house)
        assert holding(after, gone.markers) == set()
        assert holding(after, stays.markers) == holding(before, stays.markers)
        assert await reason_of(commit(imports, "zq-staged", totals)) == "CONTROL_TOTALS_DIFFER"
        left = (await get(imports, "zq-staged")).totals
        refused = import_pb2.RefusedCount(fault=import_pb2.IMPORT_FAULT_PERSON_ERASED, lines=4)
        assert left == import_pb2.ImportTotals(lines=5, joined_live=1, refused=[refused])
        # A stream that is sent again passes its lines over.
        again = await imports.ImportMembers(iter(messages_of("zq-staged", people)))
        assert again.repeated_lines == 5
        await commit(imports, "zq-staged", left)
    for number in range(1, 5):
        pos = member_pb2.Identifier(kind=Kind.IDENTIFIER_KIND_POS, value=f"oldprog:zqstaged-{number}")
        assert await reason_of(desk.ResolveMember(question(pos))) == "MEMBER_NOT_FOUND"
    assert holding(await dump(house), gone.markers) == set()


async def test_the_words_of_the_staff_about_an_erased_member_go_with_it(
    desk: Stub, office: People, house: House
) -> None:
    words = "zqwords"
    one, other, third = [
        (await desk.EnrollMember(enroll(email(f"words.{name}")))).member.member_id for name in ("case", "case+x", "y")
    ]
    async with open_desk(house, words=f"{words}-of-hers") as headquarters, open_proofs(house, desk) as proofs:
        [pair] = (await headquarters.find(one)).duplicates or (await headquarters.find(other)).duplicates
        await headquarters.decide(pair, pairs.DUPLICATE_VERDICT_DISTINCT)
        await headquarters.merge(one, third)
        await proofs.set_pin(one, "2468", reason=f"{words} at the desk")
        assert {table for table, _ in holding(await dump(house), [words])} == {"link_change", "duplicate"}
        await office.EraseMember(erase(one))
        assert holding(await dump(house), [words]) == set()
        # What is decided of her afterwards has nobody to take its words away.
        await headquarters.unmerge(third)
        with suppress(Refusal):
            await headquarters.decide(pair, pairs.DUPLICATE_VERDICT_DISTINCT)
    assert holding(await dump(house), [words]) == set()


async def test_an_erased_member_resolves_by_id_and_by_nothing_else(desk: Stub, office: People) -> None:
    somebody = Somebody("zqresolves", "3040506072")
    await somebody.tell(desk, office)
    before = (await desk.ResolveMember(question(somebody.member))).resolution
    await office.EraseMember(erase(somebody.member))
    after = (await desk.ResolveMember(question(somebody.member))).resolution
    assert (after.root_member_id, after.merge_seq, after.enroll_time) == (
        somebody.member,
        before.merge_seq,
        before.enroll_time,
    )
    assert not after.HasField("birthday")
    for identifier in somebody.identifiers():
        assert await reason_of(desk.ResolveMember(question(identifier))) == "MEMBER_NOT_FOUND"
    person = (await desk.GetMember(whole(somebody.member))).person
    assert person.HasField("erase_time")
    assert (list(person.identifiers), person.profile) == ([], person_pb2.Profile())
    assert list((await desk.ListIdentifierHistory(history(somebody.member))).entries) == []


async def test_of_an_erased_member_nothing_can_be_told_anew(desk: Stub, office: People) -> None:
    member = (await desk.EnrollMember(enroll(email("told-anew")))).member.member_id
    other = (await desk.EnrollMember(enroll(email("told-other")))).member.member_id
    await office.EraseMember(erase(member))
    for call in (
        desk.LinkIdentifier(link(member, card("ANEW1"))),
        desk.UpdateMember(update(member, birthday=(1, 1))),
        desk.MoveIdentifier(move(other, member, email("told-other"))),
        office.UpdateProfile(profile(member, given_name="Ada")),
        office.SetConsents(consents(member, consent())),
        office.SetPreferences(preferences(member, {"a": "b"})),
    ):
        assert await reason_of(call) == "MEMBER_ERASED"
    assert (await desk.EnrollMember(enroll(card("ANEW1")))).created


async def test_a_person_that_comes_again_is_a_new_member(desk: Stub, office: People) -> None:
    request = enroll(email("again-after"), request_id="again-after")
    first = (await desk.EnrollMember(request)).member
    await office.EraseMember(erase(first.member_id))
    repeated = (await desk.EnrollMember(request)).member
    assert (repeated.member_id, list(repeated.identifiers)) == (first.member_id, [])
    second = await desk.EnrollMember(enroll(email("again-after")))
    assert second.created
    assert second.member.member_id != first.member_id


async def test_a_merged_person_is_erased_with_every_home(desk: Stub, office: People, house: House) -> None:
    one, root = Somebody("zqhomeone", "3040506073"), Somebody("zqhometwo", "3040506074")
    for person in (one, root):
        await person.tell(desk, office)
    async with house.sql(owner=True) as sql:
        await merge(sql, one.member, root.member)
    answer = await office.EraseMember(erase(one.member))
    assert list(answer.member_ids) == [root.member, one.member]
    assert holding(await dump(house), [*one.markers, *root.markers]) == set()


async def test_erasing_what_is_erased_changes_nothing(desk: Stub, office: People, house: House) -> None:
    member = (await desk.EnrollMember(enroll(email("twice-erased")))).member.member_id
    request = erase(member)
    first = await office.EraseMember(request)
    records = len(await audit_of(house, member))
    assert await office.EraseMember(request) == first
    assert await office.EraseMember(erase(member)) == first
    assert len(await audit_of(house, member)) == records
    assert await reason_of(office.EraseMember(erase("mem_nobody"))) == "MEMBER_NOT_FOUND"


async def test_enrolments_while_a_person_is_erased_meet_the_old_or_make_a_new_one(
    desk: Stub, office: People, house: House
) -> None:
    for number in range(4):
        names = [email(f"erase-race-{number}-{n}") for n in range(3)]
        old = (await desk.EnrollMember(enroll(*names))).member.member_id
        answers = await asyncio.gather(
            *(desk.EnrollMember(enroll(name, card(f"ERASERACE{number}X{n}"))) for n, name in enumerate(names)),
            office.EraseMember(erase(old)),
            *(desk.LinkIdentifier(link(old, card(f"ERASELINK{number}X{n}"))) for n in range(3)),
            return_exceptions=True,
        )
        assert {answer.reason for answer in answers if isinstance(answer, Refusal)} <= {"MEMBER_ERASED"}
        assert not [
            answer for answer in answers if isinstance(answer, BaseException) and not isinstance(answer, Refusal)
        ]
        async with house.sql(owner=True) as sql:
            assert await sql.fetchval("SELECT count(*) FROM identifier_value WHERE member_id = $1", old) == 0
            assert await sql.fetchval("SELECT count(*) FROM identifier WHERE member_id = $1", old) == 0
        for name in names:
            assert (await desk.EnrollMember(enroll(name))).member.member_id != old


async def test_a_merge_while_a_person_is_erased_comes_before_or_not_at_all(
    desk: Stub, office: People, house: House
) -> None:
    async with open_desk(house) as merging:
        for number in range(4):
            pair = [(await desk.EnrollMember(enroll(email(f"merge-race-{number}-{n}")))).member.member_id for n in "ab"]
            merged, erased = await asyncio.gather(
                merging.merge(pair[0], pair[1]), office.EraseMember(erase(pair[number % 2])), return_exceptions=True
            )
            assert not isinstance(erased, BaseException)
            times = [(await desk.GetMember(whole(member))).person.HasField("erase_time") for member in pair]
            if isinstance(merged, Refusal):
                assert merged.reason == "MEMBER_ERASED"
                assert times == [number % 2 == 0, number % 2 == 1]
            else:
                assert times == [True, True]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_was_told_in_whatever_order_an_erasure_leaves_nothing(
    desk: Stub, office: People, house: House, seed: int
) -> None:
    """Cards wander between two people at random; what the erased one holds at the end is nowhere afterwards."""
    chance = random.Random(seed)
    people = [(await desk.EnrollMember(enroll(email(f"zqwalk{seed}x{n}")))).member.member_id for n in range(2)]
    owners: dict[str, int] = {f"ZQWALK{seed}C{n}": n % 2 for n in range(4)}
    for value, owner in owners.items():
        await desk.LinkIdentifier(link(people[owner], card(value)))
    for _ in range(12):
        value = chance.choice(sorted(owners))
        owner = owners[value]
        match chance.randrange(3):
            case 0:
                await desk.MoveIdentifier(move(people[owner], people[1 - owner], card(value)))
                owners[value] = 1 - owner
            case 1:
                await desk.UnlinkIdentifier(unlink(people[owner], card(value)))
                owners[value] = chance.randrange(2)
                await desk.LinkIdentifier(link(people[owners[value]], card(value)))
            case _:
                await desk.VerifyIdentifier(verify(people[owner], card(value)))
    await office.EraseMember(erase(people[0]))
    dumped = await dump(house)
    for value, owner in owners.items():
        assert bool(holding(dumped, [value])) == bool(owner)


async def test_an_export_tells_everything_that_is_kept(desk: Stub, office: People) -> None:
    somebody = Somebody("zqexport", "3040506075")
    await somebody.tell(desk, office)
    request = messages.ExportMemberRequest(program_id="grove", member_id=somebody.member)
    parts = [(part.kind, json.loads(part.json)) async for part in office.ExportMember(request)]
    assert Counter({kind: len(items) for kind, items in parts}) == Counter(
        person=1, identifiers=6, identifier_history=9, profiles=4, consents=1, preferences=1, audit=10
    )
    told = json.dumps(dict(parts))
    assert told.count("zqexport") + told.count("ZQEXPORT") > 20
    [person] = dict(parts)["person"]
    assert person["profile"]["birthday"] == {"month": 7, "day": 6, "year": None}


async def test_a_long_past_is_exported_in_parts(desk: Stub, office: People) -> None:
    member = (await desk.EnrollMember(enroll(email("long-past")))).member.member_id
    for number in range(7):
        said = {f"k{n}": str(number) for n in range(64)}
        await office.SetPreferences(preferences(member, said))
    request = messages.ExportMemberRequest(program_id="grove", member_id=member)
    sizes = [len(json.loads(part.json)) async for part in office.ExportMember(request) if part.kind == "preferences"]
    assert sizes == [200, 200, 48]


async def test_an_export_of_nobody_is_refused(office: People) -> None:
    request = messages.ExportMemberRequest(program_id="grove", member_id="mem_nobody")
    with pytest.raises(Refusal) as refused:
        _ = [part async for part in office.ExportMember(request)]
    assert refused.value.reason == "MEMBER_NOT_FOUND"
