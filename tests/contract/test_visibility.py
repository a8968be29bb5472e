"""What the contracts say of who sees which field."""

from collections.abc import Iterable, Iterator

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.descriptor_pool import Default
from loyalty.type.v1 import visibility_pb2

from chassis.runtime.interceptors.visibility import VIEWER_OF_ROLE, viewers_of
from tests.support.authority_page import visibility_page
from tests.support.in_process import all_contracts
from tests.support.policy import ROLES
from tests.support.reference import Rpc, contract_files, rpcs

PERSONAL = frozenset(
    {
        "birthday",
        "given_name",
        "family_name",
        "display_name",
        "language",
        "attributes",
        "segments",
        "identifiers",
        "identifier",
        "preferences",
        "consents",
    }
)
"""Names of fields that hold something of a person, wherever they are."""

CONFIGURATION = "loyalty.rules.v1."
"""Says of whom rules ask such things; is about nobody."""


def answer_of(rpc: Rpc) -> Descriptor:
    """The message type that an rpc answers with."""
    return Default().FindMethodByName(f"loyalty.{rpc.area}.v1.{rpc.service}.{rpc.name}").output_type


def seen_fields(message: Descriptor, viewer: str, above: frozenset[str] = frozenset()) -> Iterator[FieldDescriptor]:
    """Every field within an answer that a viewer may see."""
    if message.full_name in above:
        return
    for field in message.fields:
        viewers = viewers_of(field)
        if viewers and viewer not in viewers:
            continue
        yield field
        if field.message_type is not None:
            yield from seen_fields(field.message_type, viewer, above | {message.full_name})


def callable_by(role: str) -> Iterable[Rpc]:
    return (rpc for rpc in rpcs() if f"ROLE_{role}" in rpc.roles and rpc.service != "AuditService")


@pytest.fixture(autouse=True, scope="module")
def _contracts() -> None:
    all_contracts()


@pytest.mark.parametrize("role", ["FINANCE", "ANALYST"])
def test_finance_and_analysts_see_books_not_persons(role: str) -> None:
    found = {
        f"{rpc.name}: {field.full_name}"
        for rpc in callable_by(role)
        for field in seen_fields(answer_of(rpc), VIEWER_OF_ROLE[role])
        if field.name in PERSONAL and not field.full_name.startswith(CONFIGURATION)
    }
    assert found == set()


def test_a_till_is_not_told_who_pays_for_points() -> None:
    names = {field.name for rpc in callable_by("POS") for field in seen_fields(answer_of(rpc), "TILL")}
    assert names & {"funders", "obligations", "carrying", "liability", "birthday", "segments"} == set()


def test_every_role_but_services_is_a_viewer() -> None:
    viewers = {name.removeprefix("VIEWER_") for name, number in visibility_pb2.Viewer.items() if number}
    assert set(VIEWER_OF_ROLE) == set(ROLES) - {"SERVICE"}
    assert set(VIEWER_OF_ROLE.values()) == viewers


def test_no_restricted_field_lies_within_a_message_that_holds_itself() -> None:
    """The walk over an answer ends where a type comes again."""

    def holds_itself(message: Descriptor, above: frozenset[str]) -> Iterator[str]:
        if message.full_name in above:
            yield message.full_name
            return
        for field in message.fields:
            if field.message_type is not None:
                yield from holds_itself(field.message_type, above | {message.full_name})

    recursive = {name for rpc in rpcs() for name in holds_itself(answer_of(rpc), frozenset())}
    for name in recursive:
        message = Default().FindMessageTypeByName(name)
        assert not any(viewers_of(field) for field in message.fields)


def test_the_page_lists_what_is_restricted() -> None:
    page = visibility_page(contract_files())
    assert "| `ledger.Accrual` | `funders` |  |  |  |  |  | yes | yes |  |" in page
