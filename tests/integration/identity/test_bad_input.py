"""Malformed calls are refused with every fault at once, without repeating what may be personal data."""

import pytest
from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.type.v1 import member_pb2

from chassis.values.refusal import Refusal
from tests.integration.identity.calls import card, email, enroll, link
from tests.integration.identity.house import Stub


async def violations_of(call: object) -> dict[str, str]:
    with pytest.raises(Refusal) as refused:
        await call  # type: ignore[misc]
    assert refused.value.reason == "MALFORMED"
    return {violation.field: violation.description for violation in refused.value.violations}


async def test_all_faults_of_an_enrolment_are_listed(till: Stub) -> None:
    request = messages.EnrollMemberRequest(
        program_id="gro ve",
        identifiers=[card(""), member_pb2.Identifier(value="x"), email("fine"), email("not fine")],
        home_location_id="loc\n1",
    )
    assert (await violations_of(till.EnrollMember(request))).keys() == {
        "program_id",
        "request_id",
        "identifiers[0].value",
        "identifiers[1].kind",
        "identifiers[3].value",
        "home_location_id",
    }


@pytest.mark.parametrize("number", [0, 17])
async def test_an_enrolment_has_one_to_sixteen_identifiers(till: Stub, number: int) -> None:
    request = enroll(*[card(f"N{n}") for n in range(number)])
    assert (await violations_of(till.EnrollMember(request))).keys() == {"identifiers"}


async def test_all_faults_of_a_link_are_listed(till: Stub) -> None:
    faults = await violations_of(till.LinkIdentifier(link("mem x", card("\0"), request_id="ä")))
    assert faults.keys() == {"request_id", "member_id", "identifier.value"}


async def test_a_reference_to_nothing_is_malformed(till: Stub) -> None:
    request = messages.ResolveMemberRequest(program_id="grove")
    assert (await violations_of(till.ResolveMember(request))).keys() == {"member"}


async def test_a_refusal_does_not_repeat_the_value(till: Stub) -> None:
    with pytest.raises(Refusal) as refused:
        await till.EnrollMember(enroll(email("zq personal")))
    refusal = refused.value
    told = f"{refusal.message} {dict(refusal.metadata)} {refusal.violations}"
    assert "personal" not in told


@pytest.mark.parametrize("text", ["'; DROP TABLE member; --", '{"$ne": null}', "=1+1", "a" * 65_536])
async def test_texts_that_mean_something_elsewhere_mean_nothing_here(till: Stub, text: str) -> None:
    faults = await violations_of(till.EnrollMember(enroll(card(text), request_id=text)))
    assert faults.keys() == {"request_id", "identifiers[0].value"}
