"""What a till links to a member who existed already proves nothing until she proved herself to it, or for some time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from loyalty.identity.v1 import identifier_pb2
from loyalty.identity.v1 import proof_service_pb2 as messages
from loyalty.type.v1 import proof_pb2

from tests.integration.identity.calls import card, email, enroll, history, link, move, proof, unlink, verify
from tests.integration.identity.house import House, Stub
from tests.integration.identity.proving import (
    APP,
    CARD,
    CODE,
    PIN,
    REFUSED,
    SPEND,
    Desk,
    app_of,
    fresh,
    open_desk,
    refused,
    said,
)
from tests.integration.identity.test_bad_input import violations_of

LINK = messages.PROOF_PURPOSE_LINK_IDENTIFIER
DOCUMENT = identifier_pb2.IDENTIFIER_PROOF_METHOD_DOCUMENT_SEEN
SEEN = identifier_pb2.IDENTIFIER_PROOF_METHOD_CARD_SEEN


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(house: House, till: Stub) -> AsyncIterator[Desk]:
    async with open_desk(house, till) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def thief(house: House) -> AsyncIterator[Stub]:
    """A till, and nothing else."""
    async with house.stub("thief", roles=["POS"], locations=["loc-1"]) as stub:
        yield stub


def new() -> str:
    return fresh("new").replace("-", "")


async def proves(desk: Desk, member_id: str, method: Any, value: str) -> bool:
    answer, *_ = await asyncio.gather(desk.verify(member_id, method, value), return_exceptions=True)
    if isinstance(answer, BaseException):
        assert said(answer) == REFUSED  # type: ignore[arg-type]
    return isinstance(answer, str)


async def passed(house: House, member_id: str, hours: int) -> None:
    """So much later."""
    async with house.sql(owner=True) as sql:
        earlier = "UPDATE identifier_value SET link_time = link_time - make_interval(hours => $2) WHERE member_id = $1"
        await sql.execute(earlier, member_id, hours)


async def test_a_card_that_a_till_links_proves_nothing_for_a_day(desk: Desk, thief: Stub, house: House) -> None:
    (victim, began_with), theirs = await desk.member(), new()
    await thief.LinkIdentifier(link(victim, card(theirs)))
    # Nor does linking it again, naming both at an enrolment, or saying that it was seen.
    await thief.LinkIdentifier(link(victim, card(theirs)))
    await thief.EnrollMember(enroll(card(began_with), card(theirs), card(new())))
    seen = verify(victim, card(theirs))
    seen.proof.CopyFrom(proof("", SEEN))
    await thief.VerifyIdentifier(seen)
    assert not await proves(desk, victim, CARD, theirs)
    assert await proves(desk, victim, CARD, began_with)
    await passed(house, victim, 23)
    assert not await proves(desk, victim, CARD, theirs)
    await passed(house, victim, 1)
    assert await proves(desk, victim, CARD, theirs)


async def test_what_an_enrolment_adds_to_a_known_member_is_fresh_too(desk: Desk, thief: Stub) -> None:
    (victim, name), theirs = await desk.member(), new()
    await thief.EnrollMember(enroll(card(name), card(theirs)))
    assert not await proves(desk, victim, CARD, theirs)
    member = (await thief.EnrollMember(enroll(card(new()), card(mine := new())))).member.member_id
    assert await proves(desk, member, CARD, mine)


async def test_a_fresh_address_gets_no_code_and_a_fresh_app_signs_nothing(desk: Desk, thief: Stub) -> None:
    (victim, _), theirs = await desk.member(), new()
    app = app_of(theirs)
    for identifier in (email(theirs), app):
        await thief.LinkIdentifier(link(victim, identifier))
    request = verify(victim, email(theirs))
    code = await desk.issue(theirs, messages.PROOF_PURPOSE_VERIFY_IDENTIFIER)
    request.proof.CopyFrom(
        identifier_pb2.IdentifierProof(method=identifier_pb2.IDENTIFIER_PROOF_METHOD_ONE_TIME_CODE, code=code)
    )
    # The address is theirs indeed; the points are not.
    await thief.VerifyIdentifier(request)
    for purpose in (SPEND, LINK):
        assert (await refused(desk.issue(theirs, purpose))).reason == "MEMBER_NOT_FOUND"
    token = (await desk.app(victim, app)).token()
    assert not await proves(desk, victim, APP, token)
    # Her own app's backend answers for it.
    await desk.till.LinkIdentifier(link(victim, app))
    assert await proves(desk, victim, APP, token)


@pytest.mark.parametrize("method", [CODE, PIN])
async def test_who_proves_herself_uses_a_new_card_at_once(desk: Desk, thief: Stub, method: Any) -> None:
    (member, name), lost = await desk.member(), new()
    await thief.LinkIdentifier(link(member, card(lost)))
    await desk.set_pin(member, "2468", reason="asked for")
    value = "2468" if method == PIN else await desk.issue(name, LINK)
    request = link(member, card(lost))
    request.proof.CopyFrom(proof_pb2.MemberProof(method=method, value=value))
    first = await thief.LinkIdentifier(request)
    assert await thief.LinkIdentifier(request) == first
    assert await proves(desk, member, CARD, lost)
    async with desk.house.sql(owner=True) as sql:
        records = "SELECT action FROM audit_record WHERE member_id = $1 ORDER BY sequence"
        actions = [row["action"] for row in await sql.fetch(records, member)]
    assert actions[-1] == "IDENTIFIER_SETTLED"


async def test_a_wrong_proof_links_nothing(desk: Desk, thief: Stub) -> None:
    (victim, name), theirs = await desk.member(), new()
    for method, value in ((PIN, "2469"), (CODE, await desk.issue(name, SPEND))):
        request = link(victim, card(theirs))
        request.proof.CopyFrom(proof_pb2.MemberProof(method=method, value=value))
        assert said(await refused(thief.LinkIdentifier(request))) == REFUSED
    request.proof.CopyFrom(proof_pb2.MemberProof(method=CARD, value=name))
    assert (await violations_of(thief.LinkIdentifier(request))).keys() == {"proof.method"}
    assert (await refused(desk.till.UnlinkIdentifier(unlink(victim, card(theirs))))).reason == "IDENTIFIER_NOT_FOUND"


async def test_only_staff_say_that_they_saw_a_document_and_where(desk: Desk, thief: Stub, house: House) -> None:
    (member, _), number = await desk.member(), new()
    await desk.till.LinkIdentifier(link(member, card(number)))
    document = verify(member, card(number))
    document.proof.CopyFrom(proof("case-1", DOCUMENT))
    document.proof.location_id = "loc-1"
    invented = verify(member, card(number))
    for request in (document, invented):
        assert (await refused(thief.VerifyIdentifier(request))).reason == "ROLE_NOT_ALLOWED"
    async with house.stub("manager", roles=["LOCATION_MANAGER"], locations=["loc-1"]) as manager:
        await manager.VerifyIdentifier(document)
        elsewhere, nowhere = verify(member, card(number)), verify(member, card(number))
        for request, location in ((elsewhere, "loc-2"), (nowhere, "")):
            request.proof.CopyFrom(proof("case-1", DOCUMENT))
            request.proof.location_id = location
        assert (await refused(manager.VerifyIdentifier(elsewhere))).reason == "DIVISION_NOT_ALLOWED"
        assert (await violations_of(manager.VerifyIdentifier(nowhere))).keys() == {"proof.location_id"}
    entry = (await desk.till.ListIdentifierHistory(history(member))).entries[-1]
    assert (entry.caller, entry.proof.location_id) == ("manager", "loc-1")


@pytest.mark.parametrize(
    ("method", "at_once"),
    [(DOCUMENT, False), (SEEN, False), (identifier_pb2.IDENTIFIER_PROOF_METHOD_OTHER_SYSTEM, True)],
)
async def test_a_moved_card_proves_at_once_if_a_service_answers_for_it(
    desk: Desk, house: House, method: int, at_once: bool
) -> None:
    (old, _), (victim, _), number = await desk.member(), await desk.member(), new()
    await desk.till.LinkIdentifier(link(old, card(number)))
    request = move(old, victim, card(number))
    request.proof.CopyFrom(proof("case-7", method))
    if method == DOCUMENT:
        async with house.stub("office", roles=["HEADQUARTERS_ADMIN"]) as office:
            await office.MoveIdentifier(request)
    else:
        await desk.till.MoveIdentifier(request)
    assert await proves(desk, victim, CARD, number) is at_once
