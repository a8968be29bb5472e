"""Payments as an ISO 20022 customer credit transfer initiation, pain.001.001.09.

One payment information for each debtor and currency, in the order of the first payment of each; a payment's number is
its instruction and end-to-end id. Amounts have the digits of their currency. A debtor without a bank identifier has an
agent `NOTPROVIDED`, as the usage guidelines of SEPA have it. Texts are cut to the lengths of the schema.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC
from decimal import Decimal
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from chassis.values.integers import AMOUNT_OUT_OF_RANGE
from chassis.values.money import DIGITS, Money
from chassis.values.refusal import refuse
from settlement_service.domain.netting.payment_file import PaymentFile, Transfer
from settlement_service.domain.program_facts import EntityFacts

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

_LONGEST_NAME, _LONGEST_ADDRESS, _MOST_ADDRESSES = 140, 70, 7
_MOST_DIGITS = 18
"""Of an amount of the schema (totalDigits)."""


def pain_001(file: PaymentFile) -> bytes:
    """The document, UTF-8. Refuses AMOUNT_OUT_OF_RANGE for an amount of more than 18 digits."""
    document = Element("Document", xmlns=NAMESPACE)
    initiation = SubElement(document, "CstmrCdtTrfInitn")
    header = SubElement(initiation, "GrpHdr")
    _text(header, "MsgId", file.message_id)
    _text(header, "CreDtTm", file.create_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _count(header, file.transfers)
    _text(SubElement(header, "InitgPty"), "Nm", file.initiator[:_LONGEST_NAME])
    by_payer = sorted(file.transfers, key=_payer)
    for number, (_, group) in enumerate(groupby(by_payer, key=_payer), 1):
        _payments_of(initiation, f"{file.message_id}-{number}", file.day.isoformat(), list(group))
    indent(document)
    encoded: bytes = tostring(document, encoding="utf-8", xml_declaration=True)
    return encoded + b"\n"


def decimal_text(amount: Money) -> str:
    """`12.30` for 1,230 cents: exactly, with the digits of the currency."""
    digits = DIGITS[amount.currency_code]
    return f"{Decimal(amount.minor_units).scaleb(-digits):.{digits}f}"


def _payer(transfer: Transfer) -> tuple[str, str]:
    return transfer.payment.debtor, transfer.payment.amount.currency_code


def _payments_of(parent: Element, information_id: str, day: str, transfers: Sequence[Transfer]) -> None:
    debtor, currency = transfers[0].debtor, transfers[0].payment.amount.currency_code
    information = SubElement(parent, "PmtInf")
    _text(information, "PmtInfId", information_id)
    _text(information, "PmtMtd", "TRF")
    _count(information, transfers)
    _text(SubElement(information, "ReqdExctnDt"), "Dt", day)
    _party(information, "Dbtr", debtor)
    _text(_account(information, "DbtrAcct", debtor), "Ccy", currency)
    _agent(information, "DbtrAgt", debtor.bic or "")
    for transfer in transfers:
        _transfer(information, transfer)


def _transfer(parent: Element, transfer: Transfer) -> None:
    payment = transfer.payment
    order = SubElement(parent, "CdtTrfTxInf")
    ids = SubElement(order, "PmtId")
    _text(ids, "InstrId", payment.payment_id)
    _text(ids, "EndToEndId", payment.payment_id)
    amount = SubElement(SubElement(order, "Amt"), "InstdAmt", Ccy=payment.amount.currency_code)
    amount.text = _fitting(decimal_text(payment.amount))
    if transfer.creditor.bic:
        _agent(order, "CdtrAgt", transfer.creditor.bic)
    _party(order, "Cdtr", transfer.creditor)
    _account(order, "CdtrAcct", transfer.creditor)
    _text(SubElement(order, "RmtInf"), "Ustrd", f"Netting {payment.netting_id}, payment {payment.payment_id}")


def _count(parent: Element, transfers: Sequence[Transfer]) -> None:
    _text(parent, "NbOfTxs", str(len(transfers)))
    _text(parent, "CtrlSum", control_sum(transfer.payment.amount for transfer in transfers))


def control_sum(amounts: Iterable[Money]) -> str:
    """The sum of all amounts as numbers, whatever their currencies, as the standard has it."""
    whole = sum(amount.minor_units * 10 ** (4 - DIGITS[amount.currency_code]) for amount in amounts)
    text = f"{whole // 10**4}.{whole % 10**4:04}"
    return _fitting(text.rstrip("0").rstrip("."))


def _fitting(number: str) -> str:
    if sum(character.isdigit() for character in number) > _MOST_DIGITS:
        what = f"an amount or sum of more than {_MOST_DIGITS} digits"
        raise refuse(AMOUNT_OUT_OF_RANGE, f"pain.001 holds no {what[3:]}", {"what": what})
    return number


def _party(parent: Element, tag: str, entity: EntityFacts) -> None:
    party = SubElement(parent, tag)
    _text(party, "Nm", (entity.legal_name or entity.name)[:_LONGEST_NAME])
    if entity.country or entity.address:
        address = SubElement(party, "PstlAdr")
        if entity.country:
            _text(address, "Ctry", entity.country)
        for line in entity.address[:_MOST_ADDRESSES]:
            _text(address, "AdrLine", line[:_LONGEST_ADDRESS])


def _account(parent: Element, tag: str, entity: EntityFacts) -> Element:
    account = SubElement(parent, tag)
    identification = SubElement(account, "Id")
    if entity.iban:
        _text(identification, "IBAN", entity.iban)
    else:
        _text(SubElement(identification, "Othr"), "Id", entity.account_number)
    return account


def _agent(parent: Element, tag: str, bic: str) -> None:
    institution = SubElement(SubElement(parent, tag), "FinInstnId")
    if bic:
        _text(institution, "BICFI", bic)
    else:
        _text(SubElement(institution, "Othr"), "Id", "NOTPROVIDED")


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = "".join(character if _in_xml(character) else "?" for character in text)


def _in_xml(character: str) -> bool:
    """XML 1.0 §2.2: what a document may hold at all, but for tabs and line ends, which no text of ours has."""
    return " " <= character <= "\ud7ff" or "\ue000" <= character <= "\ufffd" or character >= "\U00010000"
