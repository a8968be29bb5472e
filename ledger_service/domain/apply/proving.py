"""Deciding by the frozen policy whether spending is proven well enough (docs/adr/0069)."""

from chassis.values.money import Money
from ledger_service.domain import refusals
from ledger_service.domain.proof import Proof, ProofDemand, methods_for
from ledger_service.domain.proof_refusals import proof_required


def check_proof(demand: ProofDemand | None, proof: Proof | None, value: Money, version: int) -> None:
    """PROOF_REQUIRED if the proof is not enough for the value; OVERTAKEN if what was spent before may be more by now,
    `version` being the wallet's."""
    if demand is None:
        return
    if demand.at_version is not None and demand.at_version != version:
        raise refusals.overtaken()
    methods = methods_for(demand.tiers, value.minor_units + demand.spent_before)
    if methods and (proof is None or proof.method not in methods):
        raise proof_required(value, [method.name for method in methods])
