"""Files of payments: against the schema of ISO 20022, to the cent, and harmless in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from xml.etree.ElementTree import fromstring

import pytest
import xmlschema

from chassis.values.money import Money
from chassis.values.refusal import Refusal
from settlement_service.domain.netting.payment_file import PaymentFile, payment_file, require_accounts
from settlement_service.domain.netting.payment_states import Actor, PaymentRecord, PaymentState, Step
from settlement_service.domain.program_facts import EntityFacts, ProgramFacts
from settlement_service.wire.pain_001 import NAMESPACE, pain_001
from settlement_service.wire.payments_csv import HEADING, payments_csv

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
DAY = date(2026, 11, 5)
NORTH = EntityFacts("north", "North", "North & Sons Ltd", "GB1", "GB", ("1 Quay St", "Hull"), "GB29NWBK60161331926819")
HARBOR = EntityFacts("harbor", "Harbor", account_number="0042-17", bic="BOFAUS3N")
PEAK = EntityFacts("peak", "Pé\u200dak\uffff <Ltd>", country="FR", iban="FR1420041010050500013M02606", bic="BNPAFRPP")
FACTS = ProgramFacts("harborside", name="Harborside", entities={each.entity_id: each for each in (NORTH, HARBOR, PEAK)})
_AT = {"p": NAMESPACE}


@cache
def schema() -> xmlschema.XMLSchema:
    """The official schema, as a package that is there for tests brings it."""
    return xmlschema.XMLSchema(str(resources.files("sepaxml") / "schemas" / "pain.001.001.09.xsd"))


def steps(*states: PaymentState) -> Iterator[Step]:
    for number, state in enumerate(states):
        yield Step(state, Actor("treasury", "Ann"), "", NOON + timedelta(hours=number))


def payment(number: int, debtor: str, creditor: str, amount: int, currency: str = "USD") -> PaymentRecord:
    trail = tuple(steps(PaymentState.PROPOSED, PaymentState.APPROVED))
    return PaymentRecord(f"PAY-{number:06}", "NET-000001", debtor, creditor, Money(currency, amount), "{}", trail)


PAYMENTS = [
    payment(1, "north", "harbor", 45_000),
    payment(2, "harbor", "peak", 7),
    payment(3, "north", "peak", 17_000, "JPY"),
    payment(4, "north", "peak", 1, "USD"),
    payment(5, "north", "peak", 1_234, "KWD"),
]


def file(payments: list[PaymentRecord] = PAYMENTS, facts: ProgramFacts = FACTS) -> PaymentFile:
    return payment_file(payments, facts, DAY)


def texts(content: bytes, path: str) -> list[str | None]:
    return [element.text for element in fromstring(content).findall(path, _AT)]


def test_a_file_is_valid_by_the_schema_of_iso_20022() -> None:
    assert list(schema().iter_errors(pain_001(file()).decode())) == []


def test_the_schema_notices_what_is_wrong() -> None:
    wrong = pain_001(file()).decode().replace("<PmtMtd>TRF", "<PmtMtd>XXX", 1)
    assert len(list(schema().iter_errors(wrong))) == 1


def test_there_is_one_payment_information_for_each_payer_and_currency() -> None:
    content = pain_001(file())
    assert len(texts(content, ".//p:PmtInf/p:PmtInfId")) == 4
    assert texts(content, ".//p:PmtInf/p:DbtrAcct/p:Ccy") == ["USD", "JPY", "KWD", "USD"]


def test_numbers_of_payments_are_the_end_to_end_ids() -> None:
    found = texts(pain_001(file()), ".//p:EndToEndId")
    assert sorted(map(str, found)) == [each.payment_id for each in PAYMENTS]


def test_amounts_have_the_digits_of_their_currency() -> None:
    found = fromstring(pain_001(file())).findall(".//p:InstdAmt", _AT)
    assert [(element.get("Ccy"), element.text) for element in found] == [
        ("USD", "0.07"),
        ("JPY", "17000"),
        ("KWD", "1.234"),
        ("USD", "450.00"),
        ("USD", "0.01"),
    ]


def test_counts_and_control_sums_are_exact() -> None:
    content = pain_001(file())
    assert texts(content, ".//p:GrpHdr/p:NbOfTxs") == ["5"]
    assert texts(content, ".//p:GrpHdr/p:CtrlSum") == ["17451.314"]
    assert texts(content, ".//p:PmtInf/p:CtrlSum") == ["0.07", "17000", "1.234", "450.01"]


def test_the_day_is_that_of_execution() -> None:
    assert set(texts(pain_001(file()), ".//p:ReqdExctnDt/p:Dt")) == {"2026-11-05"}


def test_a_payer_without_a_bank_identifier_has_an_agent_that_is_not_provided() -> None:
    content = pain_001(file([PAYMENTS[0]]))
    assert texts(content, ".//p:DbtrAgt/p:FinInstnId/p:Othr/p:Id") == ["NOTPROVIDED"]
    assert texts(content, ".//p:CdtrAcct/p:Id/p:Othr/p:Id") == ["0042-17"]


def test_names_are_escaped_and_hold_nothing_that_xml_forbids() -> None:
    assert "Pé\u200dak? <Ltd>" in texts(pain_001(file()), ".//p:Cdtr/p:Nm")


def test_long_names_are_cut_to_what_the_schema_takes() -> None:
    long = replace(PEAK, legal_name="x" * 200, address=("y" * 90,) * 9)
    facts = replace(FACTS, name="n" * 300, entities={**FACTS.entities, "peak": long})
    assert list(schema().iter_errors(pain_001(file(facts=facts)).decode())) == []


def test_the_same_payments_give_the_same_file_also_once_they_were_sent() -> None:
    trail = tuple(steps(PaymentState.PROPOSED, PaymentState.APPROVED, PaymentState.SENT))
    sent = [replace(each, steps=trail) for each in PAYMENTS]
    assert pain_001(file(sent)) == pain_001(file())


def test_a_payment_sent_again_has_a_message_of_its_own() -> None:
    states = ("PROPOSED", "APPROVED", "SENT", "FAILED", "APPROVED")
    again = tuple(steps(*map(PaymentState, states)))
    assert file([replace(PAYMENTS[0], steps=again)]).message_id != file([PAYMENTS[0]]).message_id


def test_a_payment_that_nobody_approved_is_in_no_file() -> None:
    with pytest.raises(Refusal, match="PAYMENT_STATE"):
        file([replace(PAYMENTS[0], steps=tuple(steps(PaymentState.PROPOSED)))])


def test_parties_without_an_account_are_all_named() -> None:
    payments = [payment(1, "zoo", "north", 1), payment(2, "harbor", "attic", 1)]
    with pytest.raises(Refusal, match="ENTITY_HAS_NO_ACCOUNT") as told:
        require_accounts(file(payments))
    assert [violation.field for violation in told.value.violations] == ["entities[attic]", "entities[zoo]"]


def test_an_amount_beyond_the_schema_is_refused() -> None:
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        pain_001(file([payment(1, "north", "peak", 10**18)]))


def test_a_spreadsheet_sees_text_and_numbers() -> None:
    evil = replace(PEAK, legal_name='=HYPERLINK("http://x","y")')
    facts = replace(FACTS, entities={**FACTS.entities, "peak": evil})
    rows = list(csv.reader(io.StringIO(payments_csv(file(facts=facts)).decode(), newline="")))
    assert tuple(rows[0]) == HEADING
    assert rows[3][8] == '\'=HYPERLINK("http://x","y")'
    assert rows[3][12:14] == ["17000", "17000"]
    assert rows[1][12:15] == ["450.00", "45000", "2026-11-05"]
