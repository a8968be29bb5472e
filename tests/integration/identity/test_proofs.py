"""What proves a member: PINs, one-time codes, apps' tokens, cards; each accepted once and for one use."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from loyalty.identity.v1 import proof_service_pb2 as messages
from loyalty.type.v1 import member_pb2, proof_pb2

from deploy.local.process import CHECKOUT
from identity_service.domain.members import MemberKey
from identity_service.peers.pin_desk import PER_CALLER
from identity_service.store.statements import SQL
from tests.integration.identity.calls import email, enroll
from tests.integration.identity.house import House, Stub
from tests.integration.identity.people import erase
from tests.integration.identity.proving import (
    APP,
    CARD,
    CODE,
    PIN,
    REFUSED,
    SET_PIN,
    SPEND,
    App,
    Desk,
    app_of,
    fresh,
    open_desk,
    refused,
    said,
)


@pytest_asyncio.fixture(scope="session")
async def desk(house: House, till: Stub) -> AsyncIterator[Desk]:
    async with open_desk(house, till) as opened:
        yield opened


# --- PINs


async def test_a_pin_proves_its_member_and_nobody_else(desk: Desk) -> None:
    (one, _), (other, _) = await desk.member(), await desk.member()
    await desk.set_pin(one, "2468", reason="asked for at the desk")
    assert (await desk.verify(one, PIN, "2468")).startswith("prf_")
    for member_id, pin in ((one, "2469"), (other, "2468")):
        assert said(await refused(desk.verify(member_id, PIN, pin))) == REFUSED


async def test_a_pin_is_locked_after_some_attempts_until_it_is_set_anew(desk: Desk) -> None:
    member_id, _ = await desk.member()
    await desk.set_pin(member_id, "2468", reason="asked for")
    await asyncio.gather(*(refused(desk.verify(member_id, PIN, "1357")) for _ in range(3)))
    assert said(await refused(desk.verify(member_id, PIN, "2468"))) == REFUSED
    await desk.set_pin(member_id, "8642", reason="locked out")
    await desk.verify(member_id, PIN, "8642")


async def test_who_guesses_at_one_pin_holds_up_no_other(desk: Desk) -> None:
    (one, _), (other, _) = await desk.member(), await desk.member()
    await desk.set_pin(other, "2468", reason="asked for")
    guesses = [desk.verify(one, PIN, f"13{number}", caller="guesser") for number in range(40, 56)]
    guessing = [asyncio.create_task(refused(guess)) for guess in guesses]
    await asyncio.wait(guessing, return_when=asyncio.FIRST_COMPLETED)
    await desk.verify(other, PIN, "2468")
    waiting = sum(not guess.done() for guess in guessing)
    assert waiting > len(guessing) // 2
    await asyncio.gather(*guessing)


async def test_a_flood_of_pins_is_refused_before_any_is_hashed_and_holds_up_no_other_caller(desk: Desk) -> None:
    members = [await desk.member() for _ in range(3)]
    mine, _ = members[0]
    await desk.set_pin(mine, "2468", reason="asked for")
    flood = [
        asyncio.create_task(refused(desk.verify(member, PIN, "1357", caller="flood")))
        for member, _ in members[1:]
        for _ in range(40)
    ]
    await asyncio.sleep(0.05)
    await desk.verify(mine, PIN, "2468", caller="honest")
    assert sum(not one.done() for one in flood) > PER_CALLER // 3, "lines take turns"
    early = [refusal for refusal in await asyncio.gather(*flood) if refusal.reason == "TOO_FREQUENT"]
    assert len(early) >= len(flood) // 2
    assert {refusal.metadata["limit"] for refusal in early} == {"pins_at_once"}
    assert all(refusal.retry_after_seconds for refusal in early)


async def test_who_is_right_has_all_attempts_again(desk: Desk) -> None:
    member_id, _ = await desk.member()
    await desk.set_pin(member_id, "2468", reason="asked for")
    for _ in range(2):
        for _ in range(2):
            await refused(desk.verify(member_id, PIN, "1357"))
        await desk.verify(member_id, PIN, "2468")


async def test_an_erased_member_gets_no_pin(desk: Desk) -> None:
    member_id, _ = await desk.member()
    async with desk.house.people() as people:
        await people.EraseMember(erase(member_id))
    refusal = await refused(desk.set_pin(member_id, "2468", reason="asked for"))
    assert refusal.reason == "MEMBER_ERASED"
    async with desk.house.sql(owner=True) as sql:
        assert await sql.fetchval("SELECT count(*) FROM member_pin WHERE member_id = $1", member_id) == 0


async def test_a_new_pin_takes_a_proof_for_that(desk: Desk) -> None:
    member_id, name = await desk.member()
    spending = proof_pb2.MemberProof(method=CODE, value=await desk.issue(name, SPEND))
    assert said(await refused(desk.set_pin(member_id, "2468", proof=spending))) == REFUSED
    setting = proof_pb2.MemberProof(method=CODE, value=await desk.issue(name, SET_PIN))
    await desk.set_pin(member_id, "2468", proof=setting)
    await desk.verify(member_id, PIN, "2468")


async def test_a_simple_pin_is_malformed(desk: Desk) -> None:
    member_id, _ = await desk.member()
    for pin in ("1111", "4567", "9876", "135", "12a4", "1357924680135"):
        refusal = await refused(desk.set_pin(member_id, pin, reason="asked for"))
        assert [violation.field for violation in refusal.violations] == ["pin"]
        assert pin not in str(refusal.violations)


async def test_a_service_says_no_reason_instead_of_a_proof(desk: Desk) -> None:
    member_id, _ = await desk.member()
    request = messages.SetPinRequest(program_id="grove", request_id=fresh("pin"), pin="2468", reason="please")
    request.member.member_id = member_id
    assert [one.field for one in (await refused(desk.service.SetPin(request))).violations] == ["proof"]


# --- codes


async def test_a_code_is_good_once(desk: Desk) -> None:
    member_id, name = await desk.member()
    code = await desk.issue(name)
    assert len(code) == 8
    assert code.isdigit()
    await desk.verify(member_id, CODE, code)
    assert said(await refused(desk.verify(member_id, CODE, code))) == REFUSED


async def test_of_many_uses_of_one_code_at_once_one_is_accepted(desk: Desk) -> None:
    member_id, name = await desk.member()
    code = await desk.issue(name)
    answers = await asyncio.gather(*(desk.verify(member_id, CODE, code) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, str) for answer in answers) == 1


async def test_one_use_is_accepted_as_often_as_it_is_sent(desk: Desk) -> None:
    member_id, name = await desk.member()
    code, use = await desk.issue(name), fresh("use")
    answers = await asyncio.gather(*(desk.verify(member_id, CODE, code, use) for _ in range(4)))
    assert len(set(answers)) == 1
    # What is told is not looked at a second time: the use has its proof.
    assert await desk.verify(member_id, CODE, "00000000", use) == answers[0]
    assert (await refused(desk.verify(member_id, PIN, "2468", use))).reason == "REQUEST_ID_REUSED"


async def test_a_code_is_told_again_and_replaced_by_a_newer_one(desk: Desk) -> None:
    member_id, name = await desk.member()
    request_id = fresh("code")
    first = await desk.issue(name, request_id=request_id)
    assert await desk.issue(name, request_id=request_id) == first
    await desk.issue(name)
    assert (await refused(desk.issue(name, request_id=request_id))).reason == "REQUEST_ID_REUSED"
    assert said(await refused(desk.verify(member_id, CODE, first))) == REFUSED


async def test_a_code_goes_to_verified_addresses_only(desk: Desk) -> None:
    name = fresh("m").replace("-", "")
    await desk.till.EnrollMember(enroll(email(name)))
    assert (await refused(desk.issue(name))).reason == "MEMBER_NOT_FOUND"


async def test_a_code_bears_five_attempts(desk: Desk) -> None:
    member_id, name = await desk.member()
    code = await desk.issue(name)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    for _ in range(5):
        await refused(desk.verify(member_id, CODE, wrong))
    assert said(await refused(desk.verify(member_id, CODE, code))) == REFUSED


# --- apps


@pytest_asyncio.fixture
async def app(desk: Desk) -> App:
    member_id, name = await desk.member()
    return await desk.app(member_id, app_of(name))


async def test_an_app_signs_for_its_member_once(desk: Desk, app: App) -> None:
    token = app.token()
    await desk.verify(app.member_id, APP, token)
    assert said(await refused(desk.verify(app.member_id, APP, token))) == REFUSED


async def test_the_token_of_the_docs_proves(desk: Desk, app: App) -> None:
    text = (CHECKOUT / "docs" / "INTEGRATE.md").read_text()
    [sample] = [code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "def app_token" in code]
    told: dict[str, Any] = {}
    exec(sample, told)
    token = told["app_token"](app.private, app.key_id, "grove", app.member_id)
    await desk.verify(app.member_id, APP, token)
    pin = told["app_token"](app.private, app.key_id, "grove", app.member_id, "set_pin")
    assert said(await refused(desk.verify(app.member_id, APP, pin))) == REFUSED
    await desk.set_pin(app.member_id, "2468", proof=proof_pb2.MemberProof(method=APP, value=pin))


@pytest.mark.parametrize("key", [bytes(32), bytes([1, *bytes(30), 0x80]), b"short"])
async def test_a_key_that_anybody_signs_for_is_malformed(desk: Desk, key: bytes) -> None:
    _, name = await desk.member()
    request = messages.RegisterAppKeyRequest(program_id="grove", request_id=fresh("key"), public_key=key)
    request.installation.kind = member_pb2.IDENTIFIER_KIND_APP
    request.installation.value = f"app-{name}"
    refusal = await refused(desk.service.RegisterAppKey(request))
    assert [violation.field for violation in refusal.violations] == ["public_key"]


async def test_a_token_that_is_not_for_this_is_refused(desk: Desk, app: App) -> None:
    now = int(time.time())
    other, _ = await desk.member()
    forged = [
        app.token(aud="loyalty/isle/spend"),
        app.token(aud="loyalty/grove/set_pin"),
        app.token(sub=other),
        app.token(exp=now - 60),
        app.token(exp=now + 3_600),
        app.token(iat=now + 60),
        app.token(nbf=now + 60),
        app.token(nbf=None),
        app.token(exp=253_402_300_799),
        app.token(kid="key\x00"),
        app.token(jti="short"),
        app.token(jti=7),
        app.token(signed_with=Ed25519PrivateKey.generate()),
        app.token("HS256", app.private.public_key().public_bytes_raw()),
        app.token("none", ""),
        app.token().rsplit(".", 1)[0] + ".",
        "no token",
    ]
    for token in forged:
        assert said(await refused(desk.verify(app.member_id, APP, token))) == REFUSED
    assert said(await refused(desk.verify(other, APP, app.token()))) == REFUSED


async def test_a_key_that_was_taken_back_signs_nothing(desk: Desk, app: App) -> None:
    request = messages.RevokeAppKeyRequest(program_id="grove", request_id=fresh("revoke"), key_id=app.key_id)
    await desk.service.RevokeAppKey(request)
    assert said(await refused(desk.verify(app.member_id, APP, app.token()))) == REFUSED
    request.request_id, request.key_id = fresh("revoke"), "key_nobody"
    assert (await refused(desk.service.RevokeAppKey(request))).reason == "APP_KEY_NOT_FOUND"


# --- cards, and what is kept


async def test_a_card_proves_whose_it_is(desk: Desk) -> None:
    (one, name), (_, other) = await desk.member(), await desk.member()
    await desk.verify(one, CARD, name)
    for number in (other, "no card!", "X" * 200):
        assert said(await refused(desk.verify(one, CARD, number))) == REFUSED


async def test_nothing_that_proves_is_kept_as_it_reads(desk: Desk) -> None:
    member_id, name = await desk.member()
    await desk.set_pin(member_id, "860246813579", reason="asked for")
    code = await desk.issue(name)
    await desk.verify(member_id, CODE, code)
    async with desk.house.sql(owner=True) as sql:
        tables = await sql.fetch("SELECT relname FROM pg_stat_user_tables")
        kept = "".join(
            [str(await sql.fetchval(f'SELECT string_agg(t::text, chr(10)) FROM "{row[0]}" AS t')) for row in tables]
        )
    assert member_id in kept
    assert "860246813579" not in kept
    assert code not in kept


async def test_an_erased_member_proves_nothing(desk: Desk) -> None:
    member_id, name = await desk.member()
    await desk.set_pin(member_id, "2468", reason="asked for")
    code = await desk.issue(name)
    key = MemberKey.of("grove", member_id)
    async with desk.house.sql() as sql:
        await sql.execute(SQL.erase_proofs.sql, [key.bucket], key.program_id, [key.member_id])
    for method, value in ((PIN, "2468"), (CODE, code)):
        assert said(await refused(desk.verify(member_id, method, value))) == REFUSED
