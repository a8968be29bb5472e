"""Metadata of refusals say states and bases in the words of the contract's enums."""

from datetime import UTC, datetime, timedelta
from enum import Enum

import pytest
from loyalty.ledger.v1 import authorization_pb2, correction_requests_pb2, order_pb2, return_requests_pb2

from ledger_service.domain import refusals
from ledger_service.domain.adjustment import AdjustmentState
from ledger_service.domain.hold import Hold, HoldKind, HoldState
from ledger_service.domain.order import DocumentRef, OrderState, ReturnBasis, ReturnState

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CONTRACTS = {
    HoldKind.AUTHORIZATION: authorization_pb2.AuthorizationState.keys(),
    HoldKind.RETURN: return_requests_pb2.ReturnState.keys(),
}
PREFIX = {HoldKind.AUTHORIZATION: "AUTHORIZATION_STATE", HoldKind.RETURN: "RETURN_STATE"}


@pytest.mark.parametrize("kind", HoldKind)
@pytest.mark.parametrize("state", HoldState)
def test_every_state_of_a_hold_has_its_contracts_word(kind: HoldKind, state: HoldState) -> None:
    hold = Hold("prg", "h-1", "ana", kind, state, NOW + timedelta(days=1), ())
    assert f"{PREFIX[kind]}_{hold.word_at(NOW)}" in CONTRACTS[kind]


@pytest.mark.parametrize(
    ("domain", "contract", "prefix"),
    [
        (AdjustmentState, correction_requests_pb2.ProposalState.keys(), "PROPOSAL_STATE"),
        (ReturnState, return_requests_pb2.ReturnState.keys(), "RETURN_STATE"),
        (OrderState, order_pb2.OrderState.keys(), "ORDER_STATE"),
        (ReturnBasis, order_pb2.ReturnBasis.keys(), "RETURN_BASIS"),
    ],
)
def test_other_states_are_named_as_the_contract_names_them(
    domain: type[Enum], contract: list[str], prefix: str
) -> None:
    assert {f"{prefix}_{state.name}" for state in domain} <= set(contract)


def test_two_refusals_of_a_return_count_in_the_same_words() -> None:
    ref = DocumentRef("till", "d-1")
    too_much = refusals.not_returnable(ref, 1, "4", 3, ReturnBasis.QUANTITY)
    other_basis = refusals.return_basis_differs(ref, 1, ReturnBasis.QUANTITY, ReturnBasis.AMOUNT)
    assert too_much.metadata["basis"] == other_basis.metadata["basis"] == "QUANTITY"


def test_who_must_name_a_currency_is_told_which_there_are() -> None:
    refusal = refusals.brand_not_found("demo", "FRESH", "", ("CAD", "USD"))
    assert str(refusal).endswith("brand FRESH of program demo carries points in CAD and USD: name one")
    assert refusal.metadata["currency_code"] == ""
    assert "has no brand FRESH that carries points in EUR" in str(
        refusals.brand_not_found("demo", "FRESH", "EUR", ("CAD", "USD"))
    )
