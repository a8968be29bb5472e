"""A one-time code verifies the very identifier that it was sent to, once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from loyalty.identity.v1 import identifier_pb2, person_pb2, person_service_pb2
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.identity.v1 import proof_service_pb2 as messages

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import card, email, enroll, history, link, move, unlink, verify, whole
from tests.integration.identity.house import House
from tests.integration.identity.proving import CODE, REFUSED, SPEND, Desk, fresh, open_desk, refused, said

VERIFY = messages.PROOF_PURPOSE_VERIFY_IDENTIFIER
ONE_TIME_CODE = identifier_pb2.IDENTIFIER_PROOF_METHOD_ONE_TIME_CODE
CARD_SEEN = identifier_pb2.IDENTIFIER_PROOF_METHOD_CARD_SEEN


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(house: House) -> AsyncIterator[Desk]:
    async with (
        house.stub("front", roles=("HEADQUARTERS_ADMIN", "SERVICE")) as front,
        open_desk(house, front) as opened,
    ):
        yield opened


async def stranger(desk: Desk) -> tuple[str, str]:
    """A member whose address nobody has verified, and the name in the address."""
    name = fresh("m").replace("-", "")
    return (await desk.till.EnrollMember(enroll(email(name)))).member.member_id, name


def by_code(request: Any, code: str) -> Any:
    request.proof.CopyFrom(identifier_pb2.IdentifierProof(method=ONE_TIME_CODE, code=code))
    return request


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


async def test_who_tells_the_code_has_the_address_verified_and_codes_for_spending_from_then_on(desk: Desk) -> None:
    member, name = await stranger(desk)
    assert (await refused(desk.issue(name, SPEND))).reason == "MEMBER_NOT_FOUND"
    code = await desk.issue(name, VERIFY)
    told = (await desk.till.VerifyIdentifier(by_code(verify(member, email(name)), code))).identifier
    assert (told.verification.proof.method, told.verification.proof.code) == (ONE_TIME_CODE, "")
    assert told.verification.proof.reference.startswith("prf_")
    [shown] = (await desk.till.GetMember(whole(member))).person.identifiers
    assert shown == told
    await desk.verify(member, CODE, await desk.issue(name, SPEND))


async def test_a_repeat_needs_the_code_no_more_and_another_intent_has_nothing_of_it(desk: Desk) -> None:
    member, name = await stranger(desk)
    code = await desk.issue(name, VERIFY)
    request = by_code(verify(member, email(name)), code)
    answers = await asyncio.gather(*(desk.till.VerifyIdentifier(request) for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert await desk.till.VerifyIdentifier(by_code(request, wrong(code))) == answers[0]
    assert said(await refused(desk.till.VerifyIdentifier(by_code(verify(member, email(name)), code)))) == REFUSED
    assert len((await desk.till.ListIdentifierHistory(history(member))).entries) == 2


async def test_of_many_intents_with_one_code_at_once_one_is_carried_out(desk: Desk) -> None:
    member, name = await stranger(desk)
    code = await desk.issue(name, VERIFY)
    requests = [by_code(verify(member, email(name)), code) for _ in range(4)]
    answers = await asyncio.gather(*map(desk.till.VerifyIdentifier, requests), return_exceptions=True)
    assert sum(isinstance(answer, identity.VerifyIdentifierResponse) for answer in answers) == 1


async def test_a_code_bears_five_attempts_and_five_in_a_row_are_waited_for(desk: Desk) -> None:
    member, name = await stranger(desk)
    code = await desk.issue(name, VERIFY)
    for _ in range(5):
        refusal = await refused(desk.till.VerifyIdentifier(by_code(verify(member, email(name)), wrong(code))))
        assert said(refusal) == REFUSED
    for told in (code, await desk.issue(name, VERIFY)):
        assert said(await refused(desk.till.VerifyIdentifier(by_code(verify(member, email(name)), told)))) == REFUSED


async def test_a_code_is_good_for_its_identifier_and_purpose_alone(desk: Desk) -> None:
    (one, name), (other, others) = await stranger(desk), await stranger(desk)
    code = await desk.issue(name, VERIFY)
    assert said(await refused(desk.till.VerifyIdentifier(by_code(verify(other, email(others)), code)))) == REFUSED
    assert said(await refused(desk.verify(one, CODE, code))) == REFUSED
    refusal = await refused(desk.verify(one, CODE, code, purpose=VERIFY))
    assert [violation.field for violation in refusal.violations] == ["purpose"]
    # What came to nothing uses nothing up.
    refusal = await refused(desk.till.VerifyIdentifier(by_code(verify(other, email(name)), code)))
    assert refusal.reason == "IDENTIFIER_NOT_FOUND"
    await desk.till.VerifyIdentifier(by_code(verify(one, email(name)), code))


async def test_an_address_moves_to_whoever_tells_the_code(desk: Desk) -> None:
    (old, name), (new, _) = await stranger(desk), await stranger(desk)
    code = await desk.issue(name, VERIFY)
    assert said(await refused(desk.till.MoveIdentifier(by_code(move(old, new, email(name)), wrong(code))))) == REFUSED
    entry = (await desk.till.MoveIdentifier(by_code(move(old, new, email(name)), code))).entry
    assert entry.proof.reference.startswith("prf_")
    shown = (await desk.till.GetMember(whole(new))).person.identifiers
    assert [one.HasField("verification") for one in shown] == [False, True]


async def test_an_unlinking_takes_a_code_that_is_right_or_none(desk: Desk) -> None:
    member, name = await stranger(desk)
    code = await desk.issue(name, VERIFY)
    request = unlink(member, email(name))
    assert said(await refused(desk.till.UnlinkIdentifier(by_code(request, wrong(code))))) == REFUSED
    assert (await desk.till.UnlinkIdentifier(by_code(request, code))).entry.proof.reference.startswith("prf_")


@pytest.mark.parametrize(
    ("proof", "field"),
    [
        (identifier_pb2.IdentifierProof(method=ONE_TIME_CODE), "proof.code"),
        (identifier_pb2.IdentifierProof(method=ONE_TIME_CODE, code="1234567"), "proof.code"),
        (identifier_pb2.IdentifierProof(method=ONE_TIME_CODE, code="12345678", reference="x"), "proof.reference"),
        (identifier_pb2.IdentifierProof(method=CARD_SEEN, code="12345678"), "proof.code"),
    ],
)
async def test_a_code_comes_with_its_method_alone(
    desk: Desk, proof: identifier_pb2.IdentifierProof, field: str
) -> None:
    request = verify("mem_any", card("ANY") if proof.method == CARD_SEEN else email("any"))
    request.proof.CopyFrom(proof)
    with pytest.raises(Refusal) as refusal:
        await desk.till.VerifyIdentifier(request)
    assert [violation.field for violation in refusal.value.violations] == [field]
    assert "12345678" not in str(refusal.value.violations)


async def test_no_code_is_kept_and_an_erasure_takes_what_is(desk: Desk) -> None:
    member, name = await stranger(desk)
    await desk.till.LinkIdentifier(link(member, card(name)))
    code = await desk.issue(name, VERIFY)
    await desk.till.VerifyIdentifier(by_code(verify(member, email(name)), code))
    async with desk.house.sql(owner=True) as sql, desk.house.people() as people:
        tables = await sql.fetch("SELECT relname FROM pg_stat_user_tables")
        kept = [await sql.fetchval(f'SELECT string_agg(t::text, chr(10)) FROM "{row[0]}" AS t') for row in tables]
        assert code not in "".join(map(str, kept))
        before = await sql.fetchval("SELECT count(*) FROM identifier_code")
        await people.EraseMember(erasure(member))
        assert await sql.fetchval("SELECT count(*) FROM identifier_code") == before - 1


def erasure(member: str) -> Any:
    return person_service_pb2.EraseMemberRequest(
        program_id="grove", request_id=fresh("erase"), member_id=member, reason=person_pb2.ERASURE_REASON_TEST_DATA
    )
