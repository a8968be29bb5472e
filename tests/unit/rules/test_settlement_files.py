"""How files write settlement, entities and agreements: what they mean, what is kept of them, and what is wrong."""

import json

import pytest

from chassis.values.refusal import Refusal
from chassis.values.rounding import ZERO, Ratio
from rules_service.domain.content import program_content
from rules_service.domain.content_reader import read_program
from rules_service.domain.difference import Difference, differences
from rules_service.domain.entity_details import NOTHING_KNOWN, EntityDetails, is_iban
from rules_service.domain.program import (
    Agreement,
    PointRate,
    PricePerPoint,
    Program,
    ShareOfFace,
    ShareOfLiability,
)
from rules_service.domain.settlement import (
    NOTHING_SAID,
    AccountName,
    Breakage,
    InvoiceTax,
    NettingMethod,
    Settlement,
    SettlementPolicy,
)
from tests.unit.rules.examples import SHOP, program

REST = SHOP.strip().split("\n", 2)[2]
HEAD = """\
program: {id: t, name: Test, sandbox: true, time_zone: America/New_York}
entities:
  peak: {name: Peak Inc.}
"""
SAID = """
settlement:
  policy: none
  voucher: {share_of_face: 80%}
  netting: bilateral
  currency: USD
  time_zone: Europe/London
  breakage: {default: 5%, PEAK: 10%}
  accounts:
    points_liability: {code: 2150, name: Deferred revenue from points}
    points_outstanding: {code: P-10}
  tax: {code: O, rate: 0%, reason: Outside the scope of VAT}
"""


def made(*texts: str, north: str = "name: North Inc.") -> Program:
    """SHOP in New York, with what these texts add and with this entity `north`."""
    return program(f"{HEAD}  north: {{{north}}}\n{REST}", *texts)


def faults(*texts: str, north: str = "name: North Inc.") -> list[tuple[str, str]]:
    """Where and what."""
    with pytest.raises(Refusal) as raised:
        made(*texts, north=north)
    return [(violation.field, violation.description) for violation in raised.value.violations]


def agreed(text: str) -> Agreement:
    """The one agreement a program has."""
    (one,) = made(f"agreements: {{x: {{{text}}}}}").agreements
    return one


def stored(one: Program) -> Program:
    """The program as it comes back from the store."""
    return read_program(json.loads(json.dumps(program_content(one))))


def test_a_program_that_says_nothing_reimburses_and_nets_among_all() -> None:
    assert made().settlement == NOTHING_SAID
    assert (
        Settlement(
            SettlementPolicy.REIMBURSE, "", None, NettingMethod.MULTILATERAL, "", "UTC", breakage=(), accounts=()
        )
        == NOTHING_SAID
    )


def test_a_program_says_how_entities_settle() -> None:
    told = made(SAID).settlement
    assert told == Settlement(
        policy=SettlementPolicy.NONE,
        voucher_share_of_face=Ratio(4, 5),
        netting=NettingMethod.BILATERAL,
        settlement_currency="USD",
        time_zone="Europe/London",
        breakage=(Breakage("", Ratio(1, 20)), Breakage("PEAK", Ratio(1, 10))),
        accounts=(
            AccountName("points_liability", "2150", "Deferred revenue from points"),
            AccountName("points_outstanding", "P-10"),
        ),
        invoice_tax=InvoiceTax("O", 0, "Outside the scope of VAT"),
    )
    assert stored(made(SAID)).settlement == told


def test_a_reserve_is_held_by_an_entity() -> None:
    told = made("settlement: {policy: {reserve: peak}}")
    assert (told.settlement.policy, told.settlement.reserve_entity_id) == (SettlementPolicy.RESERVE, "peak")
    assert stored(told).settlement == told.settlement


@pytest.mark.parametrize(("policy", "meant"), [("reimburse", "REIMBURSE"), ("none", "NONE")])
def test_a_policy_may_be_a_word(policy: str, meant: str) -> None:
    assert made(f"settlement: {{policy: {policy}}}").settlement.policy.name == meant


def test_one_breakage_is_that_of_every_brand() -> None:
    assert made("settlement: {breakage: 12.5%}").settlement.breakage == (Breakage("", Ratio(1, 8)),)


def test_periods_follow_the_programs_calendar_once_settlement_is_described() -> None:
    told = made("settlement: {netting: multilateral}")
    assert told.settlement.time_zone == "America/New_York"
    assert stored(told).settlement == told.settlement


def test_a_default_that_is_written_out_is_the_same_program() -> None:
    said = """
    settlement: {policy: reimburse, netting: multilateral, time_zone: UTC, breakage: 0%, accounts: {}}
    agreements: {x: {share_of_face: 100%, fee: 0%}}
    """
    same = made("agreements: {x: {share_of_face: 100%}}")
    assert program_content(made(said)) == program_content(same)


def test_a_program_without_the_section_is_the_one_it_was() -> None:
    content = program_content(made())
    assert "settlement" not in content
    assert content["entities"] == {"north": {"name": "North Inc."}, "peak": {"name": "Peak Inc."}}


@pytest.mark.parametrize(
    ("section", "place", "reason"),
    [
        ("policy: reserve", "policy", "should be reimburse, none or {reserve: <entity>}"),
        ("policy: {reserve: bank}", "policy.reserve", "there is no entity bank"),
        ("voucher: {share_of_face: 80%}", "voucher", "a voucher shares what redeemers bear; it goes with policy none"),
        (
            "policy: none, voucher: {share_of_face: 101%}",
            "voucher.share_of_face",
            "must be above 0% and at most 100%",
        ),
        ("policy: none, voucher: {share_of_face: 0%}", "voucher.share_of_face", "must be above 0% and at most 100%"),
        ("netting: none", "netting", "should be bilateral or multilateral"),
        ("currency: usd", "currency", "should be a currency of ISO 4217, such as USD"),
        (
            "currency: GBP",
            "currency",
            "no exchange rate says what USD is in GBP, so what is owed in USD could not be paid",
        ),
        ("time_zone: Moon", "time_zone", "should be a time zone of the IANA database, such as Europe/London"),
        ("breakage: 101%", "breakage.default", "must be at most 100%"),
        ("breakage: {PEAK: 200%}", "breakage.PEAK", "must be at most 100%"),
        ("breakage: {EAST: 5%}", "breakage.EAST", "there is no brand EAST"),
        ("accounts: {due_to: {code: 1}, due_from: {code: 1}}", "accounts.due_from.code", "1 is the code of due_to"),
        ("accounts: {due_to: {code: due_from}}", "accounts.due_to.code", "due_from is the code of due_from"),
        ("accounts: {due_to: {name: Owed}}", "accounts.due_to.code", "is missing"),
        (
            "accounts: {due_to: {code: a b}}",
            "accounts.due_to.code",
            "should be a code of an account: letters, digits and . _ / - only, at most 32",
        ),
        (
            "tax: {code: zero rated}",
            "tax.code",
            "should be a code of tax: letters and digits, at most 10, such as O",
        ),
        (
            "tax: {code: S, rate: 120%}",
            "tax.rate",
            "should be a share from 0% to 100%, with at most two digits after the point",
        ),
        (
            "period: month",
            "period",
            "is no key here; keys are policy, voucher, netting, currency, time_zone, breakage, accounts, tax",
        ),
    ],
)
def test_a_faulty_settlement_is_refused_at_its_place(section: str, place: str, reason: str) -> None:
    assert faults(f"settlement: {{{section}}}") == [(f"1.yaml:1 settlement.{place}", reason)]


def test_an_account_that_is_not_kept_is_refused_with_those_that_are() -> None:
    ((place, reason),) = faults("settlement: {accounts: {cash: {code: 1000}}}")
    assert place == "1.yaml:1 settlement.accounts.cash"
    assert reason.startswith("there is no account cash; accounts are points_liability, ")


def test_settlement_is_described_once() -> None:
    text = "settlement: {policy: none}"
    assert faults(text, text) == [("2.yaml:1 settlement", "is described a second time, first at 1.yaml:1")]


KNOWN = (
    "name: North Inc., legal_name: North Holdings Inc., tax_id: US-12 345, country: US,"
    " address: [1 Mill Rd, 04101 Port], bic: NWBKGB2L, "
)


def test_an_entity_may_be_known_with_all_that_payments_need() -> None:
    told = made(north=f"{KNOWN} iban: GB29 NWBK 6016 1331 9268 19")
    details = next(entity.details for entity in told.entities if entity.entity_id == "north")
    assert details == EntityDetails(
        legal_name="North Holdings Inc.",
        tax_id="US-12 345",
        country="US",
        address=("1 Mill Rd", "04101 Port"),
        iban="GB29NWBK60161331926819",
        bic="NWBKGB2L",
    )
    assert [entity.details for entity in stored(told).entities] == [details, NOTHING_KNOWN]


def test_an_entity_without_an_iban_has_another_account_number() -> None:
    told = made(north="name: N, account_number: 021000021/123456789, address: 1 Mill Rd")
    details = next(entity.details for entity in told.entities if entity.entity_id == "north")
    assert (details.account_number, details.address) == ("021000021/123456789", ("1 Mill Rd",))
    assert stored(told).entities[0].details == details


@pytest.mark.parametrize(
    ("north", "place", "reason"),
    [
        (
            "iban: GB29 NWBK 6016 1331 9268 18",
            "iban",
            "should be an IBAN whose check digits are right, such as GB29 NWBK 6016 1331 9268 19",
        ),
        ("country: usa", "country", "should be a country of ISO 3166 in two letters, such as US"),
        ("country: UK", "country", "there is no country UK in ISO 3166"),
        ("bic: NWBK", "bic", "should be a BIC of 8 or 11 letters and digits, such as NWBKGB2L"),
        (
            "account_number: '#1'",
            "account_number",
            "should be an account number: letters, digits, spaces and . / - only, at most 34",
        ),
        (
            "account_number: 1, iban: DE89370400440532013000",
            "account_number",
            "an entity with an IBAN needs no other account number",
        ),
        ("address: [a, b, c, d, e, f, g, h]", "address", "should have at most 7 entries"),
        (f"address: [{'a' * 71}]", "address[0]", "should be a text of one line, at most 70 characters"),
    ],
)
def test_what_is_wrong_with_an_entity_is_told_at_its_place(north: str, place: str, reason: str) -> None:
    assert faults(north=f"name: N, {north}") == [(f"0.yaml:4 entities.north.{place}", reason)]


@pytest.mark.parametrize(
    "iban", ["GB29NWBK60161331926819", "DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"]
)
def test_ibans_of_public_registers_have_right_check_digits(iban: str) -> None:
    assert is_iban(iban)
    wrong = iban[:-1] + ("1" if iban[-1] != "1" else "2")
    assert not is_iban(wrong)
    assert not is_iban(iban.lower())
    assert not is_iban(f"{iban[:4]} {iban[4:]}")


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("share_of_face: 100%", ShareOfFace(Ratio(1, 1))),
        ("share_of_face: 0%", ShareOfFace(ZERO)),
        ("share_of_liability: 90%", ShareOfLiability(Ratio(9, 10))),
        ("price_per_point: 0.008 USD", PricePerPoint((PointRate("USD", Ratio(4, 5)),))),
    ],
)
def test_an_agreement_has_one_price(text: str, price: ShareOfFace) -> None:
    one = agreed(text)
    assert (one.price, one.fee, one.cap_of_face) == (price, ZERO, None)
    assert stored(made(f"agreements: {{x: {{{text}}}}}")).agreements == (one,)


def test_an_agreement_may_have_a_fee_and_a_cap() -> None:
    text = "share_of_liability: 90%, fee: 2%, cap_of_face: 120%"
    assert (agreed(text).fee, agreed(text).cap_of_face) == (Ratio(1, 50), Ratio(6, 5))
    assert stored(made(f"agreements: {{x: {{{text}}}}}")).agreements == (agreed(text),)


ONE_OF = "should have exactly one of share_of_face, share_of_liability, price_per_point"


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("issuer: peak", "", ONE_OF),
        ("share_of_face: 1, share_of_liability: 1", "", ONE_OF),
        ("share_of_face: 201%", ".share_of_face", "must be at most 200%"),
        ("share_of_liability: 201%", ".share_of_liability", "must be at most 200%"),
        (
            "price_per_point: 0 USD",
            ".price_per_point",
            "must be above 0 and at most 1000000 minor units a point",
        ),
        ("price_per_point: [0.01 USD, 0.02 USD]", ".price_per_point[1]", "a second price in USD"),
        ("price_per_point: [0.01 USD, 0.02 EUR]", ".price_per_point[1]", "no location takes EUR"),
        ("price_per_point: 0.01 XXX", ".price_per_point", "should be an amount with its currency, such as 1.00 USD"),
        ("price_per_point: []", ".price_per_point", "should not be empty"),
        ("share_of_face: 1, fee: 101%", ".fee", "must be at most 100%"),
        ("share_of_face: 1, cap_of_face: 0%", ".cap_of_face", "must be above 0% and at most 200%"),
        ("share_of_face: 1, cap_of_face: 201%", ".cap_of_face", "must be above 0% and at most 200%"),
    ],
)
def test_a_faulty_agreement_is_refused_at_its_place(text: str, place: str, reason: str) -> None:
    assert faults(f"agreements: {{x: {{{text}}}}}") == [(f"1.yaml:1 agreements.x{place}", reason)]


def test_what_changed_is_told_place_by_place() -> None:
    before = made("agreements: {x: {share_of_face: 100%}}")
    after = made(SAID, "agreements: {x: {price_per_point: 0.008 USD, fee: 2%}}", north="name: North Inc., country: US")
    assert differences(program_content(before), program_content(after)) == (
        Difference("agreements.x.fee", "", "0.02"),
        Difference("agreements.x.price_minor_units_per_point", "", '{"USD": "0.8"}'),
        Difference("agreements.x.share_of_face", "1", ""),
        Difference("entities.north.country", "", "US"),
        Difference(
            "settlement.accounts",
            "",
            '{"points_liability": {"code": "2150", "name": "Deferred revenue from points"},'
            ' "points_outstanding": {"code": "P-10"}}',
        ),
        Difference("settlement.breakage", "", '{"PEAK": "0.1", "default": "0.05"}'),
        Difference("settlement.invoice_tax", "", '{"code": "O", "reason": "Outside the scope of VAT"}'),
        Difference("settlement.netting", "", "bilateral"),
        Difference("settlement.policy", "", "none"),
        Difference("settlement.settlement_currency", "", "USD"),
        Difference("settlement.time_zone", "", "Europe/London"),
        Difference("settlement.voucher_share_of_face", "", "0.8"),
    )
