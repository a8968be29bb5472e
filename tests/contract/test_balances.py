"""A balance is seen member by member: whoever may not see a member's wallet reads it in no other answer either."""

from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.descriptor_pool import Default
from loyalty.type.v1 import role_pb2

from tests.support.in_process import all_contracts
from tests.support.reference import rpcs

BALANCES = frozenset(
    f"loyalty.ledger.v1.{name}"
    for name in ("Wallet", "Standing", "RecordedTier", "Quote", "MemberStatement", "Redemption", "Authorization")
)
"""Messages that tell how many points a member has or spent, or how far she is from a tier."""
SEE_NO_MEMBER = ("ROLE_ANALYST", "ROLE_FINANCE", "ROLE_OPERATOR")


@pytest.fixture(autouse=True, scope="module")
def _contracts() -> None:
    all_contracts()


def within(message: Descriptor, above: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names of all message types in an answer."""
    if message.full_name not in above:
        yield message.full_name
        for field in message.fields:
            if field.message_type is not None:
                yield from within(field.message_type, above | {message.full_name})


def tell_balances() -> list[MethodDescriptor]:
    """The rpcs that answer with one of them."""
    methods = (Default().FindMethodByName(f"loyalty.{rpc.area}.v1.{rpc.service}.{rpc.name}") for rpc in rpcs())
    return [method for method in methods if not BALANCES.isdisjoint(within(method.output_type))]


def roles_of(method: MethodDescriptor) -> set[str]:
    return {role_pb2.Role.Name(number) for number in method.GetOptions().Extensions[role_pb2.roles]}


def test_there_are_many_ways_to_a_balance() -> None:
    names = {method.name for method in tell_balances()}
    assert len(names) > 30
    assert names >= {"GetWallet", "GetStanding", "PreviewOrder", "QuoteRedemption", "PostOrder", "VoidRedemption"}


def test_none_is_open_to_who_sees_no_members() -> None:
    assert [method.name for method in tell_balances() if not roles_of(method).isdisjoint(SEE_NO_MEMBER)] == []


def test_none_crosses_programs() -> None:
    for method in tell_balances():
        judged = {division.attribute for division in method.GetOptions().Extensions[role_pb2.divisions]}
        assert role_pb2.ATTRIBUTE_PROGRAM in judged, method.name


def test_a_members_app_names_its_member_wherever_a_balance_is_told() -> None:
    for method in tell_balances():
        if "ROLE_MEMBER" in roles_of(method):
            own = [
                d
                for d in method.GetOptions().Extensions[role_pb2.divisions]
                if d.attribute == role_pb2.ATTRIBUTE_MEMBER
            ]
            assert [division.place for division in own] == [role_pb2.ATTRIBUTE_PLACE_UNSPECIFIED], method.name
            assert all(division.field for division in own), method.name


def test_settlement_tells_of_no_members_balance() -> None:
    """It keeps books of brands and entities: of a member there is the lineage of an entry, and nothing added up."""
    for rpc in rpcs():
        if rpc.area == "settlement":
            method = Default().FindMethodByName(f"loyalty.settlement.v1.{rpc.service}.{rpc.name}")
            fields = {field.name for field in method.input_type.fields}
            assert BALANCES.isdisjoint(within(method.output_type)), rpc.name
            # A dispute names one movement, by its home and number, and changes something.
            is_read = method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
            assert not is_read or fields.isdisjoint({"member", "member_ids", "member_id", "home_member_id"}), rpc.name
