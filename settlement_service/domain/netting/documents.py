"""Nettings, payments and lines as canonical documents: what is stored and hashed, in the words of the contract
(protos/loyalty/settlement/v1/netting.proto)."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.values.canonical import Plain, chained_json_hash, encode
from chassis.values.rounding import Ratio
from settlement_service.domain.netting.conversion import Rate, SettledLeg
from settlement_service.domain.netting.legs import Line
from settlement_service.domain.netting.nets import Flow, Nets, Position
from settlement_service.domain.netting.netting import Terms
from settlement_service.domain.netting.open_lines import OpenLine, Source
from settlement_service.domain.netting.payments import Clearing, Instruction, Method, Payment
from settlement_service.domain.netting.proposal import Proposal

NETTING_TAG = "netting/1"
"""What the hash of a netting's document is tagged with."""

Document = dict[str, Plain]


def text_of(document: Mapping[str, Plain]) -> str:
    """Canonical JSON (chassis/values/canonical.py), as it is stored."""
    return encode("", document)[1:].decode()


def netting_hash(text: str) -> bytes:
    """SHA-256 of `netting/1`, a zero byte and the document's canonical JSON."""
    return chained_json_hash(b"", NETTING_TAG, text.encode())


def line_document(each: OpenLine) -> Document:
    """A line with its source."""
    line, source = each.line, each.source
    return {
        "line_id": line.line_id,
        "debtor_entity_id": line.debtor,
        "creditor_entity_id": line.creditor,
        "amount": _money(line.currency, line.minor_units),
        "period": source.period,
        "brand_id": source.brand,
        "home_member_id": source.home,
        "movement_sequence": source.movement,
        "voucher_number": source.voucher,
        "payment_number": source.payment,
        "disputed": line.disputed,
    }


def line_from(document: Mapping[str, Any], sequence: int) -> OpenLine:
    """The line that a document was made from."""
    amount = document["amount"]
    line = Line(
        document["line_id"],
        document["debtor_entity_id"],
        document["creditor_entity_id"],
        amount["currency_code"],
        amount["minor_units"],
        document["disputed"],
    )
    source = Source(
        document["period"],
        document["brand_id"],
        document["home_member_id"],
        document["movement_sequence"],
        document["voucher_number"],
        document["payment_number"],
    )
    return OpenLine(line, source, sequence)


def netting_document(
    proposal: Proposal,
    netting_id: str,
    voucher_number: str,
    invoices: Mapping[SettledLeg, str],
    payments: Sequence[tuple[str, Instruction]],
) -> Document:
    """A netting step by step. `invoices` are numbers by leg, `payments` have theirs."""
    return {
        "netting_id": netting_id,
        "period": proposal.period,
        "method": proposal.terms.method.value,
        "settlement_currency": proposal.terms.settlement_currency,
        "revision": proposal.revision,
        "rate_date": proposal.rate_day.isoformat(),
        "rates": [_rate(rate) for rate in proposal.terms.rates],
        "lines": [line_document(each) for each in proposal.lines],
        "legs": [_leg(leg, invoices.get(leg, "")) for leg in proposal.legs()],
        "currencies": [
            _currency(currency.nets, [each for each in payments if each[1].payment.currency == currency.nets.currency])
            for currency in proposal.netting.currencies
        ],
        "voucher_number": voucher_number,
    }


def terms_from(document: Mapping[str, Any]) -> Terms:
    """The terms a netting was made by."""
    rates = tuple(
        Rate(
            rate["rate_id"],
            rate["currency_code"],
            Ratio(rate["minor_units"]["numerator"], rate["minor_units"]["denominator"]),
        )
        for rate in document["rates"]
    )
    return Terms(Method(document["method"]), document["settlement_currency"], rates)


def taken_lines_from(document: Mapping[str, Any]) -> tuple[Line, ...]:
    """The lines that were netted."""
    lines = (line_from(each, 0).line for each in document["lines"])
    return tuple(line for line in lines if not line.disputed)


def clearing_document(instruction: Instruction) -> Document:
    """What a payment clears."""
    return {"debtor_net": _clearing(instruction.debtor), "creditor_net": _clearing(instruction.creditor)}


def payment_document(payment_id: str, instruction: Instruction) -> Document:
    """A payment as it was proposed."""
    payment: Payment = instruction.payment
    return {
        "payment_id": payment_id,
        "debtor_entity_id": payment.debtor,
        "creditor_entity_id": payment.creditor,
        "amount": _money(payment.currency, payment.minor_units),
        **clearing_document(instruction),
    }


def _currency(nets: Nets, payments: Sequence[tuple[str, Instruction]]) -> Document:
    return {
        "currency_code": nets.currency,
        "gross_minor_units": nets.gross_total,
        "gross_count": nets.gross_count,
        "bilateral_minor_units": nets.bilateral_total,
        "bilateral_count": len(nets.bilateral),
        "multilateral_minor_units": nets.multilateral_total,
        "flows": [_flow(flow) for flow in nets.flows],
        "nets": [_net(position) for position in nets.positions],
        "payments": [payment_document(*each) for each in payments],
    }


def _rate(rate: Rate) -> Document:
    ratio: Document = {"numerator": rate.ratio.numerator, "denominator": rate.ratio.denominator}
    return {"rate_id": rate.rate_id, "currency_code": rate.currency, "minor_units": ratio}


def _leg(settled: SettledLeg, invoice: str) -> Document:
    leg = settled.leg
    return {
        "debtor_entity_id": leg.debtor,
        "creditor_entity_id": leg.creditor,
        "amount": _money(leg.currency, leg.minor_units),
        "settled": _money(settled.currency, settled.minor_units),
        "rate_id": settled.rate_id,
        "rounding_numerator": settled.rounding.numerator,
        "rounding_denominator": settled.rounding.denominator,
        "line_ids": list(leg.line_ids),
        "invoice_number": invoice,
    }


def _flow(flow: Flow) -> Document:
    return {
        "debtor_entity_id": flow.debtor,
        "creditor_entity_id": flow.creditor,
        "minor_units": flow.minor_units,
    }


def _net(position: Position) -> Document:
    return {
        "entity_id": position.entity,
        "receivable_minor_units": position.receivable,
        "payable_minor_units": position.payable,
        "net_minor_units": position.minor_units,
    }


def _clearing(clearing: Clearing) -> Document:
    return {
        "entity_id": clearing.entity,
        "net_minor_units": clearing.net,
        "before_minor_units": clearing.before,
        "after_minor_units": clearing.after,
    }


def _money(currency: str, minor_units: int) -> Document:
    return {"currency_code": currency, "minor_units": minor_units}
