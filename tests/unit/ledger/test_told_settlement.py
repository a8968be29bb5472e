"""What rules tell of settlement, read as the ledger keeps it, and accruals told on with their policy."""

import pytest
from loyalty.rules.v1 import evaluation_pb2, program_pb2
from loyalty.type.v1 import money_pb2, points_pb2

from chassis.values.rounding import ZERO, Ratio
from ledger_service.domain.policies import Policies, SettlementPolicy
from ledger_service.domain.redemption import CurrencyTerm, SettlementTerm
from ledger_service.peers.rules_messages import facts_of, terms_of
from ledger_service.wire.values import accrual_message
from tests.support.pure_ledger import PureLedger, award, sold

HALF = money_pb2.Ratio(numerator=1, denominator=2)
CENT = points_pb2.PointRate(currency_code="USD", minor_units_per_point=money_pb2.Ratio(numerator=1, denominator=1))


def term(**told: money_pb2.Ratio) -> SettlementTerm:
    """The one term of an answer that tells so."""
    message = evaluation_pb2.SettlementTerm(issuer_entity_id="north", agreement_id="agr", **told)
    terms = terms_of(evaluation_pb2.RedemptionTerms(rate=CENT, settlement_terms=[message]))
    return terms.settlement["north"]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("share_of_face", "share_of_face"),
        ("share_of_liability", "share_of_liability"),
        ("minor_units_per_point", "per_point"),
        ("fee", "fee"),
        ("cap_of_face", "cap_of_face"),
    ],
)
def test_each_part_of_a_term_is_told(told: str, name: str) -> None:
    read = term(**{told: HALF})
    assert getattr(read, name) == Ratio(1, 2)
    parts = ("share_of_face", "share_of_liability", "per_point", "fee", "cap_of_face")
    assert [part for part in parts if getattr(read, part) not in (None, ZERO)] == [name]


def test_rates_into_the_currency_are_told() -> None:
    rate = evaluation_pb2.CurrencyTerm(currency_code="EUR", rate_id="ecb", minor_units=HALF)
    terms = terms_of(evaluation_pb2.RedemptionTerms(rate=CENT, currency_terms=[rate]))
    assert terms.currencies == {"EUR": CurrencyTerm("ecb", Ratio(1, 2))}


def told_policy(settlement: program_pb2.Settlement) -> Policies:
    program = program_pb2.Program(settlement=settlement)
    return facts_of(program_pb2.ProgramRevision(program_id="prg", program=program)).policies


def test_the_policy_is_that_of_the_live_revision() -> None:
    reserve = program_pb2.Settlement(policy=program_pb2.SETTLEMENT_POLICY_RESERVE, reserve_entity_id="hq")
    told = told_policy(reserve)
    assert (told.settlement, told.reserve_entity) == (SettlementPolicy.RESERVE, "hq")


def test_who_would_hold_a_reserve_is_told_only_where_there_is_one() -> None:
    told = told_policy(program_pb2.Settlement(policy=program_pb2.SETTLEMENT_POLICY_NONE, reserve_entity_id="hq"))
    assert (told.settlement, told.reserve_entity) == (SettlementPolicy.NONE, "")


def test_a_program_that_says_nothing_of_settlement_reimburses() -> None:
    assert told_policy(program_pb2.Settlement()).settlement is SettlementPolicy.REIMBURSE


@pytest.mark.parametrize("policy", SettlementPolicy)
def test_an_accrual_is_told_with_its_policy(policy: SettlementPolicy) -> None:
    ledger = PureLedger(policy=policy, reserve="hq" if policy is SettlementPolicy.RESERVE else "")
    ledger.post_order("ana", "sale", [sold(1, 1_000, "north")], [award(1, 10, "north")])
    message = accrual_message(ledger.events[0].movements[0].accrual)
    assert program_pb2.SettlementPolicy.Name(message.settlement_policy) == f"SETTLEMENT_POLICY_{policy.name}"
    assert message.reserve_entity_id == ledger.reserve
