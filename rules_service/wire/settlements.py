"""How entities settle, what is known of them and what they agreed → protobuf."""

from loyalty.rules.v1 import evaluation_pb2
from loyalty.rules.v1 import program_pb2 as pb

from chassis.values.rounding import ZERO
from rules_service.domain.entity_details import NOTHING_KNOWN
from rules_service.domain.program import Agreement, LegalEntity, PricePerPoint, ShareOfFace, ShareOfLiability
from rules_service.domain.redemption_terms import CurrencyTerm, PointPrice, SettlementTerm
from rules_service.domain.settlement import InvoiceTax, NettingMethod, Settlement, SettlementPolicy
from rules_service.wire.numbers import point_rate, ratio, timestamp

_POLICIES = {
    SettlementPolicy.REIMBURSE: pb.SETTLEMENT_POLICY_REIMBURSE,
    SettlementPolicy.RESERVE: pb.SETTLEMENT_POLICY_RESERVE,
    SettlementPolicy.NONE: pb.SETTLEMENT_POLICY_NONE,
}
_NETTING = {
    NettingMethod.BILATERAL: pb.NETTING_METHOD_BILATERAL,
    NettingMethod.MULTILATERAL: pb.NETTING_METHOD_MULTILATERAL,
}


def settlement_message(settlement: Settlement) -> pb.Settlement:
    """Every term, also those at their default."""
    voucher, tax = settlement.voucher_share_of_face, settlement.invoice_tax
    return pb.Settlement(
        policy=_POLICIES[settlement.policy],
        reserve_entity_id=settlement.reserve_entity_id,
        voucher_share_of_face=ratio(voucher) if voucher is not None else None,
        netting=_NETTING[settlement.netting],
        settlement_currency=settlement.settlement_currency,
        time_zone=settlement.time_zone,
        breakage=[pb.Breakage(brand_id=part.brand_id, share=ratio(part.share)) for part in settlement.breakage],
        accounts=[pb.AccountName(account=name.account, code=name.code, name=name.name) for name in settlement.accounts],
        invoice_tax=_tax(tax) if tax is not None else None,
    )


def entity_message(entity: LegalEntity) -> pb.LegalEntity:
    """An entity; without details if nothing is known of it."""
    known = entity.details
    details = pb.EntityDetails(
        legal_name=known.legal_name,
        tax_id=known.tax_id,
        country=known.country,
        address=known.address,
        iban=known.iban,
        account_number=known.account_number,
        bic=known.bic,
    )
    return pb.LegalEntity(
        entity_id=entity.entity_id, name=entity.name, details=details if known != NOTHING_KNOWN else None
    )


def agreement_message(agreement: Agreement) -> pb.Agreement:
    """An agreement, with its price on the one basis it has."""
    price, cap = agreement.price, agreement.cap_of_face
    return pb.Agreement(
        agreement_id=agreement.agreement_id,
        issuer_entity_id=agreement.issuer_entity_id,
        redeemer_entity_id=agreement.redeemer_entity_id,
        share_of_face=ratio(price.share) if isinstance(price, ShareOfFace) else None,
        start_time=timestamp(agreement.interval.start),
        end_time=timestamp(agreement.interval.end),
        share_of_liability=ratio(price.share) if isinstance(price, ShareOfLiability) else None,
        price_per_point=[point_rate(rate) for rate in price.rates] if isinstance(price, PricePerPoint) else (),
        fee=ratio(agreement.fee) if agreement.fee != ZERO else None,
        cap_of_face=ratio(cap) if cap is not None else None,
    )


def settlement_term(term: SettlementTerm) -> evaluation_pb2.SettlementTerm:
    """What an entity pays."""
    price, cap = term.price, term.cap_of_face
    return evaluation_pb2.SettlementTerm(
        issuer_entity_id=term.issuer_entity_id,
        agreement_id=term.agreement_id,
        share_of_face=ratio(price.share) if isinstance(price, ShareOfFace) else None,
        share_of_liability=ratio(price.share) if isinstance(price, ShareOfLiability) else None,
        minor_units_per_point=ratio(price.minor_units_per_point) if isinstance(price, PointPrice) else None,
        fee=ratio(term.fee) if term.fee != ZERO else None,
        cap_of_face=ratio(cap) if cap is not None else None,
    )


def currency_term(term: CurrencyTerm) -> evaluation_pb2.CurrencyTerm:
    """What another currency is in the redemption's."""
    return evaluation_pb2.CurrencyTerm(
        currency_code=term.currency_code, rate_id=term.rate_id, minor_units=ratio(term.minor_units)
    )


def _tax(tax: InvoiceTax) -> pb.InvoiceTax:
    return pb.InvoiceTax(code=tax.code, rate_basis_points=tax.rate_basis_points, reason=tax.reason)
