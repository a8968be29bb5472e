"""What entities settle by, and what is known of them, in normal form, and the way back. What is at its default is
absent (see `content`)."""

from collections.abc import Mapping
from typing import Any

from chassis.values.canonical import Plain
from chassis.values.rounding import ZERO, Ratio
from rules_service.domain.entity_details import EntityDetails
from rules_service.domain.numbers import ratio_text
from rules_service.domain.program import (
    AgreedPrice,
    Agreement,
    LegalEntity,
    PointRate,
    PricePerPoint,
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

OTHERS = "default"
"""Key of the breakage of every brand that is not named; no brand's id."""

PlainMap = dict[str, Plain]


def entity_content(entity: LegalEntity) -> PlainMap:
    """The normal form of an entity without its id."""
    known = entity.details
    return _present(
        name=entity.name,
        legal_name=known.legal_name,
        tax_id=known.tax_id,
        country=known.country,
        address=list(known.address),
        iban=known.iban,
        account_number=known.account_number,
        bic=known.bic,
    )


def read_entity(entity_id: str, noun: Mapping[str, Any]) -> LegalEntity:
    """The entity of a stored content."""
    details = EntityDetails(
        legal_name=noun.get("legal_name", ""),
        tax_id=noun.get("tax_id", ""),
        country=noun.get("country", ""),
        address=tuple(noun.get("address", ())),
        iban=noun.get("iban", ""),
        account_number=noun.get("account_number", ""),
        bic=noun.get("bic", ""),
    )
    return LegalEntity(entity_id, noun["name"], details)


def price_content(agreement: Agreement) -> PlainMap:
    """The fields of an agreement that say what is paid."""
    price, cap = agreement.price, agreement.cap_of_face
    by_point = price.rates if isinstance(price, PricePerPoint) else ()
    return _present(
        share_of_face=ratio_text(price.share) if isinstance(price, ShareOfFace) else None,
        share_of_liability=ratio_text(price.share) if isinstance(price, ShareOfLiability) else None,
        price_minor_units_per_point={rate.currency_code: ratio_text(rate.minor_units_per_point) for rate in by_point},
        fee=ratio_text(agreement.fee) if agreement.fee != ZERO else None,
        cap_of_face=ratio_text(cap) if cap is not None else None,
    )


def read_price(noun: Mapping[str, Any]) -> AgreedPrice:
    """The price of a stored agreement."""
    if "share_of_face" in noun:
        return ShareOfFace(Ratio.of(noun["share_of_face"]))
    if "share_of_liability" in noun:
        return ShareOfLiability(Ratio.of(noun["share_of_liability"]))
    by_currency = sorted(noun["price_minor_units_per_point"].items())
    return PricePerPoint(tuple(PointRate(currency, Ratio.of(rate)) for currency, rate in by_currency))


def settlement_content(settlement: Settlement) -> PlainMap:
    """The normal form of a settlement; empty if it says nothing."""
    voucher, tax = settlement.voucher_share_of_face, settlement.invoice_tax
    return _present(
        policy=settlement.policy.value if settlement.policy is not NOTHING_SAID.policy else None,
        reserve_entity_id=settlement.reserve_entity_id,
        voucher_share_of_face=ratio_text(voucher) if voucher is not None else None,
        netting=settlement.netting.value if settlement.netting is not NOTHING_SAID.netting else None,
        settlement_currency=settlement.settlement_currency,
        time_zone=settlement.time_zone if settlement.time_zone != NOTHING_SAID.time_zone else None,
        breakage={part.brand_id or OTHERS: ratio_text(part.share) for part in settlement.breakage},
        accounts={name.account: _present(code=name.code, name=name.name) for name in settlement.accounts},
        invoice_tax=_tax(tax) if tax is not None else None,
    )


def read_settlement(stored: Mapping[str, Any]) -> Settlement:
    """The settlement of a stored content, what it lists by brand and account in order."""
    parts = sorted(("" if key == OTHERS else key, share) for key, share in stored.get("breakage", {}).items())
    voucher, tax = stored.get("voucher_share_of_face"), stored.get("invoice_tax")
    return Settlement(
        policy=SettlementPolicy(stored.get("policy", NOTHING_SAID.policy.value)),
        reserve_entity_id=stored.get("reserve_entity_id", ""),
        voucher_share_of_face=Ratio.of(voucher) if voucher is not None else None,
        netting=NettingMethod(stored.get("netting", NOTHING_SAID.netting.value)),
        settlement_currency=stored.get("settlement_currency", ""),
        time_zone=stored.get("time_zone", NOTHING_SAID.time_zone),
        breakage=tuple(Breakage(brand_id, Ratio.of(share)) for brand_id, share in parts),
        accounts=tuple(
            AccountName(account, name["code"], name.get("name", ""))
            for account, name in sorted(stored.get("accounts", {}).items())
        ),
        invoice_tax=_read_tax(tax) if tax is not None else None,
    )


def _tax(tax: InvoiceTax) -> PlainMap:
    return _present(code=tax.code, rate_basis_points=tax.rate_basis_points or None, reason=tax.reason)


def _read_tax(stored: Mapping[str, Any]) -> InvoiceTax:
    return InvoiceTax(stored["code"], stored.get("rate_basis_points", 0), stored.get("reason", ""))


def _present(**fields: Plain) -> PlainMap:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value not in ("", None, [], {})}
