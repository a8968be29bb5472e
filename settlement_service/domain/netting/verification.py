"""Do these payments clear these lines? Recomputed from the lines by code that shares no step with the netting.

It takes bare payments, so it judges those of a treasurer or another system as well as our own, and says everything
that is wrong with them. Other payments than ours that clear the same nets are accepted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor

from settlement_service.domain.netting.faults import Fault, FaultKind, in_order
from settlement_service.domain.netting.legs import Line
from settlement_service.domain.netting.netting import Terms
from settlement_service.domain.netting.payments import Method, Payment

_Owed = dict[str, dict[frozenset[str], dict[str, int]]]
"""By currency and pair, what each of the two is owed by the other in all (below zero: owes)."""


def payment_faults(lines: Iterable[Line], terms: Terms, payments: Sequence[Payment]) -> tuple[Fault, ...]:
    """Why `payments` are not a settlement of `lines` under `terms`; empty if they are.

    They must be well formed, in the right currency, one a pair at most, leave every net at exactly zero (of each pair,
    or of each entity), and with multilateral netting be fewer than the entities that have a net, and made by
    entities that owe to entities that are owed.
    """
    faults = [*_malformed(terms, payments)]
    owed, missing = _owed(lines, terms)
    faults += missing
    if faults:
        return in_order(faults)
    by_currency: dict[str, list[Payment]] = defaultdict(list)
    for payment in payments:
        by_currency[payment.currency].append(payment)
    judge = _pairs_not_cleared if terms.method is Method.BILATERAL else _entities_not_cleared
    for currency in owed.keys() | by_currency.keys():
        faults += judge(currency, owed.get(currency, {}), by_currency[currency])
    return in_order(faults)


def _malformed(terms: Terms, payments: Sequence[Payment]) -> Iterator[Fault]:
    for payment in payments:
        if not (payment.debtor and payment.creditor) or payment.debtor == payment.creditor:
            yield Fault(FaultKind.PAYMENT_MALFORMED, _name(payment), "does not go from one entity to another")
        if not 0 < payment.minor_units < 2**63:
            yield Fault(FaultKind.PAYMENT_MALFORMED, _name(payment), f"is of {payment.minor_units} minor units")
        if terms.settlement_currency not in ("", payment.currency):
            reason = f"is in {payment.currency}, settled is in {terms.settlement_currency}"
            yield Fault(FaultKind.PAYMENT_IN_OTHER_CURRENCY, _name(payment), reason)
    pairs = Counter((payment.currency, *sorted((payment.debtor, payment.creditor))) for payment in payments)
    for (currency, one, other), times in pairs.items():
        if times > 1:
            reason = f"{times} payments between the two in {currency}"
            yield Fault(FaultKind.PAYMENT_TWICE, f"{one} and {other}", reason)


def _owed(lines: Iterable[Line], terms: Terms) -> tuple[_Owed, list[Fault]]:
    rates = {rate.currency: Fraction(rate.ratio.numerator, rate.ratio.denominator) for rate in terms.rates}
    billed: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        if not line.disputed:
            billed[line.debtor, line.creditor, line.currency] += line.minor_units
    owed: _Owed = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    faults: list[Fault] = []
    for debtor, creditor, currency in {*billed, *((creditor, debtor, code) for debtor, creditor, code in billed)}:
        # Owed in this direction: what was billed, and what the other direction undid beyond what it billed.
        undone = -min(0, billed.get((creditor, debtor, currency), 0))
        claim = max(0, billed.get((debtor, creditor, currency), 0)) + undone
        target = terms.settlement_currency or currency
        if target != currency and currency not in rates:
            faults.append(Fault(FaultKind.RATE_MISSING, currency, f"has no rate to {target}"))
            continue
        amount = claim if target == currency else floor(claim * rates[currency] + Fraction(1, 2))
        pair = owed[target][frozenset((debtor, creditor))]
        pair[creditor] += amount
        pair[debtor] -= amount
    return owed, list(dict.fromkeys(faults))


def _pairs_not_cleared(
    currency: str, owed: Mapping[frozenset[str], Mapping[str, int]], payments: Iterable[Payment]
) -> Iterator[Fault]:
    left = {pair: dict(amounts) for pair, amounts in owed.items()}
    for payment in payments:
        amounts = left.setdefault(frozenset((payment.debtor, payment.creditor)), {})
        amounts[payment.debtor] = amounts.get(payment.debtor, 0) + payment.minor_units
        amounts[payment.creditor] = amounts.get(payment.creditor, 0) - payment.minor_units
    for amounts in left.values():
        for entity, amount in amounts.items():
            if amount > 0:
                [other] = amounts.keys() - {entity}
                reason = f"{other} still owes {entity} {amount} minor units of {currency}"
                yield Fault(FaultKind.NET_NOT_CLEARED, " and ".join(sorted(amounts)), reason)


def _entities_not_cleared(
    currency: str, owed: Mapping[frozenset[str], Mapping[str, int]], payments: Sequence[Payment]
) -> Iterator[Fault]:
    nets: dict[str, int] = defaultdict(int)
    for amounts in owed.values():
        for entity, amount in amounts.items():
            nets[entity] += amount
    left = dict(nets)
    for payment in payments:
        for entity, sign in ((payment.debtor, 1), (payment.creditor, -1)):
            left[entity] = left.get(entity, 0) + sign * payment.minor_units
            if nets.get(entity, 0) * sign >= 0:
                reason = f"{_name(payment)}, but its net is {nets.get(entity, 0)} minor units of {currency}"
                yield Fault(FaultKind.PAYMENT_WRONG_WAY, entity, reason)
    for entity, amount in left.items():
        if amount != 0:
            reason = f"{'is owed' if amount > 0 else 'owes'} {abs(amount)} minor units of {currency} after all payments"
            yield Fault(FaultKind.NET_NOT_CLEARED, entity, reason)
    most = max(0, sum(amount != 0 for amount in nets.values()) - 1)
    if len(payments) > most:
        yield Fault(FaultKind.TOO_MANY_PAYMENTS, currency, f"{len(payments)} payments where {most} are enough")


def _name(payment: Payment) -> str:
    return f"{payment.debtor} pays {payment.creditor}"
