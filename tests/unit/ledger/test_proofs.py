"""When spending is proven, decided from what is frozen in the command."""

from datetime import UTC, datetime

import pytest

from chassis.values.money import Money
from chassis.values.refusal import Refusal
from ledger_service.domain.apply.proving import check_proof
from ledger_service.domain.commands import RedeemPoints
from ledger_service.domain.proof import Proof, ProofDemand, ProofMethod, ProofPolicy, ProofTier, methods_for
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.redeem_points import _intent
from ledger_service.use_cases.requests import RedeemRequest
from ledger_service.use_cases.spend_ports import GivenProof
from tests.support.pure_ledger import PureLedger, award, sold, terms

CARD, PIN, CODE = ProofMethod.CARD_IN_HAND, ProofMethod.PIN, ProofMethod.ONE_TIME_CODE
LOW = ProofTier("USD", 100, (CARD, PIN, CODE))
HIGH = ProofTier("USD", 1_000, (PIN,))
TIERS = (LOW, HIGH)


@pytest.mark.parametrize(
    ("minor_units", "methods"),
    [(0, ()), (100, ()), (101, LOW.methods), (1_000, LOW.methods), (1_001, HIGH.methods), (10**18, HIGH.methods)],
)
def test_the_highest_tier_that_is_exceeded_counts(minor_units: int, methods: tuple[ProofMethod, ...]) -> None:
    assert methods_for(TIERS, minor_units) == methods


def test_each_currency_has_its_own() -> None:
    euros = ProofTier("EUR", 5, (PIN,))
    assert ProofPolicy((euros, *TIERS)).tiers_of("USD") == TIERS
    assert ProofPolicy((euros, *TIERS)).tiers_of("GBP") == ()


def refused(demand: ProofDemand, proof: Proof | None, minor_units: int, version: int = 7) -> str:
    try:
        check_proof(demand, proof, Money("USD", minor_units), version)
    except Refusal as refusal:
        return f"{refusal.reason} {refusal.metadata.get('methods', '')}".strip()
    return ""


def test_the_command_is_decided_by_what_it_carries() -> None:
    card, pin = Proof(CARD, "prf_1"), Proof(PIN, "prf_2")
    assert refused(ProofDemand(TIERS), None, 100) == ""
    assert refused(ProofDemand(TIERS), None, 101) == "PROOF_REQUIRED CARD_IN_HAND,PIN,ONE_TIME_CODE"
    assert refused(ProofDemand(TIERS), card, 101) == ""
    assert refused(ProofDemand(TIERS), card, 1_001) == "PROOF_REQUIRED PIN"
    assert refused(ProofDemand(TIERS), pin, 1_001) == ""


def test_what_was_spent_before_counts_as_the_wallet_stood_then() -> None:
    demand = ProofDemand(TIERS, spent_before=60, at_version=7)
    assert refused(demand, None, 40) == ""
    assert refused(demand, None, 41) == "PROOF_REQUIRED CARD_IN_HAND,PIN,ONE_TIME_CODE"
    assert refused(demand, None, 40, version=8) == "OVERTAKEN"


def test_a_proof_is_no_part_of_what_is_asked() -> None:
    plain = RedeemRequest(
        "prg", "r", MemberRef("mem"), "shop", "B", "", "USD", 5, datetime(2026, 3, 2, tzinfo=UTC), quoted=None
    )
    proven = RedeemRequest(
        "prg", "r", MemberRef("mem"), "shop", "B", "", "USD", 5, plain.occur_time, None, GivenProof(PIN, "2468")
    )
    assert _intent(plain) == _intent(proven)
    assert "2468" not in repr(proven)


def test_a_redemption_and_its_event_say_how_she_proved_herself() -> None:
    ledger = PureLedger()
    ledger.post_order("ann", "D1", [sold(1, 1_000, "A")], [award(1, 500, "A")])
    proof = Proof(PIN, "prf_1")
    at = terms("B", "1", {"A": "1"})
    applied = ledger.run(RedeemPoints(ledger.origin("ann"), b"red", "red", 200, at, None, ProofDemand(TIERS), proof))
    assert applied.event.proof == proof
    [redemption] = applied.changes.redemptions.values()
    assert redemption.proof == proof
