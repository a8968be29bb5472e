"""A member as a call names it: the region of a phone number is handed on, and is part of the intent if it is told."""

import pytest
from loyalty.type.v1 import member_pb2

from chassis.runtime.fields import FieldReader
from chassis.values.refusal import Refusal
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.requests import member_intent
from ledger_service.wire.requests import member_ref

PHONE = member_pb2.IDENTIFIER_KIND_PHONE


def named(value: str, region: str) -> member_pb2.MemberRef:
    identifier = member_pb2.Identifier(kind=PHONE, value=value, region_code=region)
    return member_pb2.MemberRef(identifier=identifier)


def test_a_region_is_handed_on() -> None:
    assert member_ref(FieldReader(), named("030 1234567", "DE")) == MemberRef(
        kind=PHONE, value="030 1234567", region="DE"
    )


def test_a_number_in_another_region_is_another_intent() -> None:
    intents = [member_intent(member_ref(FieldReader(), named("030 1234567", region))) for region in ("", "DE", "AT")]
    assert intents[0] == ["", PHONE, "030 1234567"]
    assert intents[1] != intents[2]


def test_a_region_is_short() -> None:
    reader = FieldReader()
    member_ref(reader, named("030 1234567", "GERMANY"))
    with pytest.raises(Refusal) as refused:
        reader.finish()
    assert [violation.field for violation in refused.value.violations] == ["member.identifier.region_code"]
