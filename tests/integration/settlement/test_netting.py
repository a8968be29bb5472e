"""Netting what was owed, through the rpcs: DOMAIN §9's figures, what is booked, and what is refused."""

import asyncio
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from loyalty.settlement.v1 import netting_pb2
from loyalty.settlement.v1 import netting_service_pb2 as messages
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from settlement_service.domain.accounts import Account
from settlement_service.domain.program_facts import ExchangeRate, InvoiceTax, SettlementTerms
from settlement_service.domain.voucher import Voucher, VoucherKind, entry_of
from settlement_service.store.vouchers import book_voucher
from tests.integration.settlement.house import sql
from tests.integration.settlement.office import FACTS, NOON, Office, Owed, the_twelve


async def netted(office: Office) -> messages.ProposeNettingResponse:
    await office.owe(the_twelve())
    await office.close(1)
    return await office.propose()


async def test_the_twelve_flows_come_to_850_in_three_payments(office: Office) -> None:
    answer = await netted(office)
    [usd] = answer.document.currencies
    assert (usd.gross_minor_units, usd.gross_count) == (3_600, 12)
    assert (usd.bilateral_minor_units, usd.bilateral_count) == (1_000, 6)
    assert usd.multilateral_minor_units == 850
    assert [(net.entity_id, net.net_minor_units) for net in usd.nets] == [
        ("A", 620),
        ("B", 230),
        ("C", -400),
        ("D", -450),
    ]
    paid = [(each.debtor_entity_id, each.creditor_entity_id, each.amount.minor_units) for each in answer.payments]
    assert paid == [("D", "A", 450), ("C", "B", 230), ("C", "A", 170)]
    assert [each.payment_id for each in answer.payments] == ["PAY-000001", "PAY-000002", "PAY-000003"]


async def test_by_bilateral_terms_the_twelve_flows_come_to_1000_in_six_payments(office: Office) -> None:
    office.settle_by(SettlementTerms(multilateral=False))
    answer = await netted(office)
    assert sum(each.amount.minor_units for each in answer.payments) == 1_000
    assert len(answer.payments) == 6


async def test_a_payment_says_what_it_does_to_the_nets_of_both(office: Office) -> None:
    last = (await netted(office)).payments[-1]
    assert (last.debtor_net.net_minor_units, last.debtor_net.before_minor_units) == (-400, -170)
    assert (last.debtor_net.after_minor_units, last.creditor_net.after_minor_units) == (0, 0)


async def test_what_was_netted_is_off_the_books_but_for_each_ones_net(office: Office) -> None:
    answer = await netted(office)
    assert await office.balances() == {
        "A netting_clearing USD": 620,
        "B netting_clearing USD": 230,
        "C netting_clearing USD": -400,
        "D netting_clearing USD": -450,
    }
    assert answer.document.voucher_number == "NETTING-000001"


async def test_a_netting_names_each_line_and_the_leg_it_is_in(office: Office) -> None:
    answer = await netted(office)
    assert answer.document.lines[0].line_id == "2026-10/A/B/USD/N"
    assert answer.document.lines[0].brand_id == "N"
    assert [leg.line_ids[0] for leg in answer.document.legs] == [line.line_id for line in answer.document.lines]


async def test_a_netting_read_later_is_the_one_that_was_proposed(office: Office) -> None:
    answer = await netted(office)
    async with office.stub(role="HEADQUARTERS_ADMIN") as stub:
        again = await stub.GetNetting(
            messages.GetNettingRequest(program_id=office.program, netting_id=answer.netting.netting_id)
        )
        listed = await stub.ListNettings(messages.ListNettingsRequest(program_id=office.program))
    assert (again.document, list(again.payments)) == (answer.document, list(answer.payments))
    assert list(listed.nettings) == [answer.netting]


async def test_the_hash_of_a_netting_is_that_of_its_stored_document(office: Office) -> None:
    answer = await netted(office)
    async with sql(office.database) as connection:
        document = await connection.fetchval("SELECT document FROM netting WHERE program = $1", office.program)
    assert answer.netting.hash == sha256(b"netting/1\0" + document.encode()).digest()


async def test_the_same_request_nets_once_and_answers_the_same(office: Office) -> None:
    await office.owe(the_twelve())
    await office.close(1)
    first = await office.propose(request_id="once")
    again = await office.propose(request_id="once")
    assert first == again
    assert await office.counts("netting", "voucher", "payment", "invoice") == [1, 1, 3, 12]


async def test_a_request_id_of_another_wish_is_refused(office: Office) -> None:
    await netted(office)
    with pytest.raises(Refusal, match="REQUEST_ID_REUSED"):
        await office.propose(2, request_id="req_1")


async def test_nettings_that_race_net_once(office: Office) -> None:
    await office.owe(the_twelve())
    await office.close(1)
    await office.agree((await office.dispute("2026-10/A/B/USD/N")).dispute_id)
    async with office.stub() as stub:
        calls = [
            messages.ProposeNettingRequest(
                program_id=office.program, period="2026-10", request_id=office.request_id(), signed_name="Ann"
            )
            for _ in range(5)
        ]
        outcomes = await asyncio.gather(*map(stub.ProposeNetting, calls), return_exceptions=True)
    assert [each.reason for each in outcomes if isinstance(each, Refusal)] == ["NETTING_EXISTS"] * 4
    assert await office.counts("netting", "payment") == [1, 3]


async def test_the_same_request_sent_twice_at_once_nets_once(office: Office) -> None:
    await office.owe(the_twelve())
    await office.close(1)
    one, other = await asyncio.gather(*(office.propose(request_id="once") for _ in range(2)))
    assert one == other
    assert await office.counts("netting") == [1]


async def test_an_open_period_is_not_netted(office: Office) -> None:
    await office.owe(the_twelve())
    with pytest.raises(Refusal, match="PERIOD_NOT_CLOSED"):
        await office.propose()
    assert await office.counts("netting", "number_series", "request_key") == [0, 0, 0]


async def test_a_period_in_which_nothing_was_owed_has_nothing_to_net(office: Office) -> None:
    await office.close(1)
    with pytest.raises(Refusal, match="NOTHING_TO_NET"):
        await office.propose()


async def test_a_period_that_was_not_netted_is_netted_with_the_next(office: Office) -> None:
    await office.owe([Owed("A", "B", 70), Owed("A", "B", 5, sequence=2)])
    await office.close(1, 2)
    answer = await office.propose(2)
    assert [line.line_id for line in answer.document.lines] == ["2026-10/A/B/USD/N", "2026-11/A/B/USD/N"]
    with pytest.raises(Refusal, match="NETTING_EXISTS"):
        await office.propose(1)


async def test_a_period_after_the_one_asked_for_waits(office: Office) -> None:
    await office.owe([Owed("A", "B", 70), Owed("A", "B", 5, sequence=2)])
    await office.close(1, 2)
    assert [payment.amount.minor_units for payment in (await office.propose(1)).payments] == [70]
    assert [payment.amount.minor_units for payment in (await office.propose(2)).payments] == [5]


async def test_a_voucher_that_makes_one_owe_another_is_a_line_of_its_own(office: Office) -> None:
    entries = (
        entry_of("A", "USD", [(Account.SETTLEMENT_GAIN_LOSS, "", 25), (Account.DUE_TO, "B", -25)]),
        entry_of("B", "USD", [(Account.DUE_FROM, "A", 25), (Account.REDEMPTION_EXPENSE, "A", -25)]),
    )
    voucher = Voucher(
        office.program,
        "vch_1",
        VoucherKind.MONTH_END,
        "shared",
        "treasury",
        "Ann",
        "2026-10",
        "{}",
        NOON,
        tuple(filter(None, entries)),
    )
    await office.owe([Owed("A", "B", 70)])
    async with open_database(SecretStr(office.database.url), application_name="test", pool_size=1) as pool:
        await pool.in_transaction(lambda connection: book_voucher(connection, voucher))
    await office.close(1)
    answer = await office.propose()
    assert {line.line_id: line.amount.minor_units for line in answer.document.lines} == {
        "2026-10/A/B/USD/N": 70,
        "2026-10/A/B/USD/voucher#MONTH_END-000001": 25,
    }
    await office.close(2)
    assert await office.lines(2) == []
    assert not any("due_" in name for name in await office.balances())


async def test_what_was_undone_beyond_what_was_owed_is_owed_back(office: Office) -> None:
    await office.owe([Owed("A", "B", -30)])
    await office.close(1)
    answer = await office.propose()
    [payment] = answer.payments
    assert (payment.debtor_entity_id, payment.creditor_entity_id, payment.amount.minor_units) == ("B", "A", 30)
    assert await office.balances() == {"A netting_clearing USD": 30, "B netting_clearing USD": -30}


async def test_lines_that_cancel_out_are_netted_without_payment(office: Office) -> None:
    await office.owe([Owed("A", "B", 30), Owed("A", "B", -30, brand="M")])
    await office.close(1)
    answer = await office.propose()
    assert (len(answer.payments), answer.document.voucher_number) == (0, "")
    assert await office.lines() == []
    assert await office.counts("invoice") == [0]


async def test_each_currency_is_settled_by_itself_unless_the_program_names_one(office: Office) -> None:
    await office.owe([Owed("A", "B", 100), Owed("B", "A", 90, "CAD")])
    await office.close(1)
    assert [each.amount.currency_code for each in (await office.propose()).payments] == ["CAD", "USD"]


def converting(office: Office) -> None:
    rates = (
        ExchangeRate("cad-10", "CAD", "USD", Ratio(7, 10), date(2026, 10, 1), date(2026, 11, 1)),
        ExchangeRate("cad-11", "CAD", "USD", Ratio(4, 5), date(2026, 11, 1), None),
    )
    office.settle_by(SettlementTerms(settlement_currency="USD"), replace(FACTS, exchange_rates=rates))


async def test_a_leg_is_converted_by_the_rate_of_the_periods_last_day(office: Office) -> None:
    converting(office)
    await office.owe([Owed("A", "B", 15, "CAD"), Owed("B", "A", 4)])
    await office.close(1)
    answer = await office.propose()
    cad = next(leg for leg in answer.document.legs if leg.amount.currency_code == "CAD")
    assert (cad.settled.minor_units, cad.rate_id, answer.document.rate_date) == (11, "cad-10", "2026-10-31")
    assert (cad.rounding_numerator, cad.rounding_denominator) == (1, 2)
    assert [each.amount.minor_units for each in answer.payments] == [7]
    assert await office.balances() == {
        "A fx_clearing CAD": -15,
        "A fx_clearing USD": 11,
        "A netting_clearing USD": -7,
        "B fx_clearing CAD": 15,
        "B fx_clearing USD": -11,
        "B netting_clearing USD": 7,
    }


async def test_a_pair_without_a_rate_is_named_with_its_day(office: Office) -> None:
    converting(office)
    await office.owe([Owed("A", "B", 15, "JPY")])
    await office.close(1)
    with pytest.raises(Refusal, match="NO_EXCHANGE_RATE") as told:
        await office.propose()
    assert told.value.metadata["date"] == "2026-10-31"
    assert (told.value.metadata["from_currency_code"], told.value.metadata["to_currency_code"]) == ("JPY", "USD")
    assert await office.counts("netting", "number_series") == [0, 0]


async def test_a_code_without_minor_units_is_refused_and_may_be_put_aside(office: Office) -> None:
    await office.owe([Owed("A", "B", 15, "XXX"), Owed("A", "B", 1)])
    await office.close(1)
    with pytest.raises(Refusal, match="CURRENCY_UNKNOWN") as told:
        await office.propose()
    assert [violation.field for violation in told.value.violations] == ["lines[2026-10/A/B/XXX/N]"]
    await office.dispute("2026-10/A/B/XXX/N")
    assert [each.amount.minor_units for each in (await office.propose()).payments] == [1]


async def test_an_entity_that_owes_itself_is_named(office: Office) -> None:
    await office.owe([Owed("A", "A", 15)])
    await office.close(1)
    with pytest.raises(Refusal, match="LINES_NOT_NETTABLE") as told:
        await office.propose()
    assert [violation.description for violation in told.value.violations] == ["LINE_MALFORMED: A owes itself"]


async def test_each_leg_has_an_invoice_numbered_by_its_issuer_without_gaps(office: Office) -> None:
    answer = await netted(office)
    async with office.stub() as stub:
        request = messages.ListInvoicesRequest(program_id=office.program, entity_id="A", page_size=2)
        found: list[netting_pb2.Invoice] = []
        while True:
            page = await stub.ListInvoices(request)
            found += page.invoices
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
    assert [each.invoice_number for each in found] == [
        "A-000001",
        "A-000002",
        "A-000003",
        "B-000001",
        "C-000001",
        "D-000001",
    ]
    assert {leg.invoice_number for leg in answer.document.legs} >= {each.invoice_number for each in found}
    [line] = found[0].lines
    assert (found[0].issuer.legal_name, found[0].recipient.entity_id, line.minor_units) == ("A Inc.", "B", 300)


async def test_an_invoice_says_the_tax_in_its_total(office: Office) -> None:
    office.settle_by(SettlementTerms(invoice_tax=InvoiceTax("S", 2_000, "standard rate")))
    await office.owe([Owed("A", "B", 1_000), Owed("B", "A", -7)])
    await office.close(1)
    answer = await office.propose()
    async with office.stub() as stub:
        invoice = (
            await stub.GetInvoice(messages.GetInvoiceRequest(program_id=office.program, invoice_number="B-000001"))
        ).invoice
    assert [line.minor_units for line in invoice.lines] == [1_000, 7]
    assert invoice.total_minor_units == 1_007
    assert (invoice.tax.net_minor_units, invoice.tax.tax_minor_units) == (839, 168)
    assert invoice.netting_id == answer.netting.netting_id


async def test_what_is_not_there_is_not_found(office: Office) -> None:
    async with office.stub() as stub:
        with pytest.raises(Refusal, match="NETTING_NOT_FOUND"):
            await stub.GetNetting(messages.GetNettingRequest(program_id=office.program, netting_id="NET-9"))
        with pytest.raises(Refusal, match="INVOICE_NOT_FOUND"):
            await stub.GetInvoice(messages.GetInvoiceRequest(program_id=office.program, invoice_number="A-9"))
        with pytest.raises(Refusal, match="NETTING_NOT_FOUND"):
            await stub.ListPayments(messages.ListPaymentsRequest(program_id=office.program, netting_id="NET-9"))
        with pytest.raises(Refusal, match="PROGRAM_NOT_FOUND"):
            await stub.GetNetting(messages.GetNettingRequest(program_id="another", netting_id="NET-9"))


async def test_malformed_requests_name_every_field(office: Office) -> None:
    async with office.stub() as stub:
        with pytest.raises(Refusal, match="MALFORMED") as told:
            await stub.ProposeNetting(messages.ProposeNettingRequest(period="2026-13"))
    assert [violation.field for violation in told.value.violations] == [
        "program_id",
        "request_id",
        "signed_name",
        "period",
    ]


async def test_a_token_without_the_role_of_finance_nets_nothing(office: Office) -> None:
    async with office.stub(role="ANALYST") as stub:
        with pytest.raises(Refusal, match="ROLE_NOT_ALLOWED"):
            await stub.ListNettings(messages.ListNettingsRequest(program_id=office.program))
