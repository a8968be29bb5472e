"""What programs say of settlement arrives: in the live revision as settlement reads it, and in a redemption's terms."""

from loyalty.rules.v1 import evaluation_pb2
from loyalty.rules.v1 import program_pb2 as pb
from loyalty.type.v1 import money_pb2

from chassis.values.calendar import zone
from chassis.values.rounding import ZERO, Ratio
from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import TermsQuestion
from rules_service.domain.revision import Revision
from rules_service.wire import answers, programs
from settlement_service.domain.program_facts import (
    AccountName,
    EntityFacts,
    InvoiceTax,
    ProgramFacts,
    SettlementPolicy,
    SettlementTerms,
)
from settlement_service.wire.programs import facts_of
from tests.unit.rules.examples import NOON, SHOP, program, with_rules
from tests.unit.rules.test_quote import CARRIED, RATED
from tests.unit.rules.test_settlement_files import KNOWN, SAID, made


def revision(*texts: str, north: str = "name: North Inc.") -> pb.ProgramRevision:
    """A program as rules tell it."""
    return programs.revision(Revision("t", "rev_t", 1, NOON, made(*texts, north=north)))


def facts(*texts: str, north: str = "name: North Inc.") -> ProgramFacts:
    """What settlement understands of a program."""
    return facts_of(revision(*texts, north=north))


def test_settlement_is_told_with_all_its_terms() -> None:
    assert facts(SAID).settlement == SettlementTerms(
        policy=SettlementPolicy.NONE,
        voucher_share_of_face=Ratio(4, 5),
        multilateral=False,
        settlement_currency="USD",
        time_zone=zone("Europe/London"),
        breakage={"": Ratio(1, 20), "PEAK": Ratio(1, 10)},
        accounts={
            "points_liability": AccountName("2150", "Deferred revenue from points"),
            "points_outstanding": AccountName("P-10", ""),
        },
        invoice_tax=InvoiceTax("O", 0, "Outside the scope of VAT"),
    )


def test_a_reserve_is_told_with_its_entity() -> None:
    terms = facts("settlement: {policy: {reserve: peak}}").settlement
    assert (terms.policy, terms.reserve_entity) == (SettlementPolicy.RESERVE, "peak")


def test_a_program_that_says_nothing_tells_its_defaults() -> None:
    told = programs.revision(Revision("t", "rev_t", 1, NOON, program(SHOP))).program
    assert told.settlement == pb.Settlement(
        policy=pb.SETTLEMENT_POLICY_REIMBURSE, netting=pb.NETTING_METHOD_MULTILATERAL, time_zone="UTC"
    )
    assert [entity.HasField("details") for entity in told.entities] == [False, False]


def test_an_entity_is_told_with_what_payments_need() -> None:
    assert facts(north=f"{KNOWN} iban: GB29NWBK60161331926819").entities["north"] == EntityFacts(
        "north",
        "North Inc.",
        legal_name="North Holdings Inc.",
        tax_id="US-12 345",
        country="US",
        address=("1 Mill Rd", "04101 Port"),
        iban="GB29NWBK60161331926819",
        bic="NWBKGB2L",
    )


def test_agreements_are_told_on_their_basis() -> None:
    agreements = """
    agreements:
      face: {issuer: north, share_of_face: 90%}
      liability: {redeemer: north, share_of_liability: 110%, cap_of_face: 120%}
      price: {price_per_point: 0.008 USD, fee: 2%}
    """
    told = {one.agreement_id: one for one in facts(agreements).agreements}
    assert {
        key: (one.share_of_face, one.share_of_liability, one.price_per_point, one.fee, one.cap_of_face)
        for key, one in told.items()
    } == {
        "face": (Ratio(9, 10), None, {}, ZERO, None),
        "liability": (None, Ratio(11, 10), {}, ZERO, Ratio(6, 5)),
        "price": (None, None, {"USD": Ratio(4, 5)}, Ratio(1, 50), None),
    }


def test_terms_are_told_on_their_basis_with_the_rates_they_need() -> None:
    more = RATED.replace("y: {share_of_face: 1}", "y: {price_per_point: 0.008 USD, fee: 2%, cap_of_face: 120%}")
    message = answers.terms(quote(with_rules(more, CARRIED), TermsQuestion("mall", "A", "USD", NOON)))
    term, share = evaluation_pb2.SettlementTerm, money_pb2.Ratio
    assert list(message.settlement_terms) == [
        term(issuer_entity_id="a", share_of_face=share(numerator=1, denominator=1)),
        term(issuer_entity_id="b", agreement_id="x", share_of_liability=share(numerator=9, denominator=10)),
        term(
            issuer_entity_id="c",
            agreement_id="y",
            minor_units_per_point=share(numerator=4, denominator=5),
            fee=share(numerator=1, denominator=50),
            cap_of_face=share(numerator=6, denominator=5),
        ),
    ]
    assert list(message.currency_terms) == [
        evaluation_pb2.CurrencyTerm(currency_code="EUR", rate_id="now", minor_units=share(numerator=11, denominator=10))
    ]
