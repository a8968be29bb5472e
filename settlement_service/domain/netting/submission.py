"""Payments that somebody else made for a netting: are they a settlement, and what does each of them clear?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from settlement_service.domain import netting_refusals
from settlement_service.domain.netting.legs import Line
from settlement_service.domain.netting.netting import Terms, net
from settlement_service.domain.netting.payments import Clearing, Instruction, Method, Payment
from settlement_service.domain.netting.verification import payment_faults


def instructions_from(lines: Sequence[Line], terms: Terms, payments: Sequence[Payment]) -> tuple[Instruction, ...]:
    """The payments with the nets they clear, in the order given. Refuses PAYMENTS_DO_NOT_CLEAR with all that is
    wrong."""
    if faults := payment_faults(lines, terms, payments):
        raise netting_refusals.payments_do_not_clear(faults)
    return tuple(_explained(lines, terms, payments))


_Net = tuple[str, str, str]
"""Currency, entity, and the other party where nets are those of pairs."""


def _explained(lines: Sequence[Line], terms: Terms, payments: Sequence[Payment]) -> Iterator[Instruction]:
    pairwise = terms.method is Method.BILATERAL
    nets = _nets(lines, terms, pairwise)
    left = dict(nets)
    for payment in payments:
        yield Instruction(
            payment,
            _cleared(nets, left, payment, payment.debtor, payment.creditor if pairwise else "", payment.minor_units),
            _cleared(nets, left, payment, payment.creditor, payment.debtor if pairwise else "", -payment.minor_units),
        )


def _cleared(
    nets: dict[_Net, int], left: dict[_Net, int], payment: Payment, entity: str, other: str, change: int
) -> Clearing:
    key = (payment.currency, entity, other)
    before = left[key]
    left[key] = before + change
    return Clearing(entity, nets[key], before, before + change)


def _nets(lines: Sequence[Line], terms: Terms, pairwise: bool) -> dict[_Net, int]:
    nets: dict[_Net, int] = defaultdict(int)
    for currency in net(lines, terms).currencies:
        for flow in currency.nets.flows:
            code = currency.nets.currency
            nets[code, flow.debtor, flow.creditor if pairwise else ""] -= flow.minor_units
            nets[code, flow.creditor, flow.debtor if pairwise else ""] += flow.minor_units
    return nets
