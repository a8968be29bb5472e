"""Invoices between entities: one for each leg of a netting, from who is owed to who owes.

An obligation is what is paid, so an invoice's total is the leg and tax is in it, not beside it. What the books of an
entity make of that tax is for its own tax accounts; here it is said and not posted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chassis.values.canonical import Plain
from chassis.values.rounding import round_half_up
from settlement_service.domain.netting.conversion import SettledLeg
from settlement_service.domain.netting.open_lines import OpenLine
from settlement_service.domain.netting.proposal import Proposal
from settlement_service.domain.program_facts import EntityFacts, InvoiceTax, ProgramFacts

_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class InvoiceContext:
    """What the invoices of a netting have in common; `lines` are by id."""

    netting_id: str
    issue_day: date
    facts: ProgramFacts
    period: str
    lines: Mapping[str, OpenLine]

    @classmethod
    def of(cls, netting_id: str, issue_day: date, facts: ProgramFacts, proposal: Proposal) -> "InvoiceContext":
        """Of a proposal."""
        return cls(netting_id, issue_day, facts, proposal.period, {each.line.line_id: each for each in proposal.lines})


def invoice_number(issuer: str, count: int) -> str:
    """The number of an entity's `count`-th invoice."""
    return f"{issuer}-{count:06}"


def invoice_document(context: InvoiceContext, settled: SettledLeg, number: str) -> dict[str, Plain]:
    """The invoice of a leg above zero, as its message has it."""
    leg = settled.leg
    document: dict[str, Plain] = {
        "invoice_number": number,
        "netting_id": context.netting_id,
        "issuer": _party(context.facts, leg.creditor),
        "recipient": _party(context.facts, leg.debtor),
        "currency_code": leg.currency,
        "total_minor_units": leg.minor_units,
        "lines": [_line(context.lines[line_id], leg.debtor) for line_id in leg.line_ids],
        "issue_date": context.issue_day.isoformat(),
        "period": context.period,
        "settled": {"currency_code": settled.currency, "minor_units": settled.minor_units},
        "rate_id": settled.rate_id,
        "terms": f"Settled by netting {context.netting_id}; the payments that clear it are instructed by the program.",
    }
    if (tax := context.facts.settlement.invoice_tax) is not None:
        document["tax"] = tax_of(leg.minor_units, tax)
    return document


def tax_of(total: int, tax: InvoiceTax) -> dict[str, Plain]:
    """The tax in a total: total · rate ÷ (1 + rate), half up; the rest is the net."""
    rate = tax.rate_basis_points
    inside = round_half_up(total * rate, _WHOLE + rate)
    return {
        "code": tax.code,
        "rate_basis_points": rate,
        "reason": tax.reason,
        "net_minor_units": total - inside,
        "tax_minor_units": inside,
    }


def _line(each: OpenLine, debtor: str) -> Mapping[str, Plain]:
    sign = 1 if each.line.debtor == debtor else -1
    return {
        "line_id": each.line.line_id,
        "description": _description(each),
        "period": each.source.period,
        "minor_units": sign * each.line.minor_units,
    }


def _description(each: OpenLine) -> str:
    source = each.source
    if source.payment:
        return f"Payment {source.payment}, withdrawn"
    if source.voucher:
        return f"Journal voucher {source.voucher}"
    if source.home:
        return f"Points of {source.brand}, {source.period}: movement {source.movement} of {source.home}"
    return f"Points of {source.brand}, {source.period}"


def _party(facts: ProgramFacts, entity: str) -> dict[str, Plain]:
    """An entity that left the program since is known by its id alone."""
    known = facts.entities.get(entity, EntityFacts(entity, entity))
    return {
        "entity_id": entity,
        "legal_name": known.legal_name or known.name,
        "tax_id": known.tax_id,
        "country": known.country,
        "address": list(known.address),
    }
