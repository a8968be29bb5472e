"""Every text that somebody may write freely into a call is known, with where it stays and what ends it (ADR 0074).

Fields are found from the contracts: a new one fails here until it is decided.
"""

from collections.abc import Iterator

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from loyalty.type.v1 import audit_pb2

from tests.contract.test_audit import is_read, said
from tests.integration.mesh.planted import OPAQUE, methods

OF_A_MEMBER = frozenset(
    {
        "loyalty.identity.v1.IdentifierProof.reference",
        "loyalty.identity.v1.ImportedMember.family_name",
        "loyalty.identity.v1.ImportedMember.given_name",
        "loyalty.identity.v1.Preference.value",
        "loyalty.identity.v1.UpdateProfileRequest.AttributesEntry.value",
        "loyalty.identity.v1.UpdateProfileRequest.display_name",
        "loyalty.identity.v1.UpdateProfileRequest.family_name",
        "loyalty.identity.v1.UpdateProfileRequest.given_name",
        "loyalty.type.v1.Identifier.value",
    }
)
"""In identity's tables of personal data alone, which an erasure empties."""

SECRETS = frozenset(
    {
        "loyalty.identity.v1.IdentifierProof.code",
        "loyalty.identity.v1.SetPinRequest.pin",
        "loyalty.type.v1.MemberProof.value",
    }
)
"""Kept nowhere as it reads."""

NOT_KEPT = frozenset({"loyalty.identity.v1.SetPinRequest.reason"})
"""Part of the intent's keyed hash, and nothing else."""

ABOUT_MEMBERS = frozenset(
    {
        "loyalty.identity.v1.DecideDuplicateRequest.reason",
        "loyalty.identity.v1.MergeMembersRequest.evidence_ref",
        "loyalty.identity.v1.MergeMembersRequest.reason",
        "loyalty.identity.v1.UnmergeMemberRequest.evidence_ref",
        "loyalty.identity.v1.UnmergeMemberRequest.reason",
    }
)
"""What the staff wrote about members: an erasure blanks it where it lies (`BLANKED`), and no record holds it."""

OF_A_PROGRAM = frozenset({"loyalty.identity.v1.SetMergeRuleRequest.reason"})

OF_THE_BOOKS = frozenset({"note", "reason", "reject", "resolution"})
"""By the field's name, in the ledger and settlement: why something was booked, in the chained log and the books, which
nothing can be taken out of. Their contracts ask for no personal data."""

OF_THE_STAFF = frozenset({"decided_by", "signed_by", "signed_name"})
"""By the field's name: who of the staff answers for it."""

GOODS = frozenset({"loyalty.type.v1.OrderLine.AttributesEntry.value"})

NAMED = OF_A_MEMBER | SECRETS | NOT_KEPT | ABOUT_MEMBERS | OF_A_PROGRAM | GOODS


def test_every_text_written_freely_into_an_audited_call_is_decided() -> None:
    undecided = {
        one.full_name
        for method in methods()
        if not is_read(method) or said(method) == audit_pb2.AUDIT_PERSONAL_READ
        for one in free_texts(method.input_type)
        if not decided(one)
    }
    assert undecided == set()


def test_nothing_is_decided_of_what_is_not_there() -> None:
    there = {one.full_name for method in methods() for one in free_texts(method.input_type)}
    assert there >= NAMED


def decided(one: FieldDescriptor) -> bool:
    """Whether somebody has said where it stays."""
    if one.full_name in NAMED:
        return True
    if one.name in OF_THE_STAFF:
        return True
    return one.name in OF_THE_BOOKS and one.full_name.startswith(("loyalty.ledger.", "loyalty.settlement."))


def free_texts(message: Descriptor, above: frozenset[str] = frozenset()) -> Iterator[FieldDescriptor]:
    """Texts that are no id, code, number of a document or place in a list, here and in the messages within."""
    if message.full_name in above:
        return
    for one in message.fields:
        if one.message_type is not None:
            yield from free_texts(one.message_type, above | {message.full_name})
        elif one.type == FieldDescriptor.TYPE_STRING and not is_code(one.name):
            yield one


def is_code(name: str) -> bool:
    """Whether a field says nothing of anybody by what it is called."""
    return name.endswith(("_id", "_ids", "_date")) or name in OPAQUE | {"language"}
