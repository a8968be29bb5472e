"""A netting on a program's terms: which lines, which rates, and what follows from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chassis.values.calendar import plus_days, start_of_next_month
from chassis.values.integers import checked
from settlement_service.domain import netting_refusals
from settlement_service.domain.netting.conversion import Rate, SettledLeg
from settlement_service.domain.netting.faults import FaultKind, NotNettable
from settlement_service.domain.netting.legs import legs_of
from settlement_service.domain.netting.netting import Netting, Terms, net
from settlement_service.domain.netting.open_lines import OpenLine
from settlement_service.domain.netting.payments import Method
from settlement_service.domain.program_facts import ProgramFacts


@dataclass(frozen=True, slots=True)
class Proposal:
    """A netting of lines up to a period. `lines` are by id and hold the disputed ones, of which `netting` has none;
    rates are those of `rate_day`."""

    period: str
    rate_day: date
    revision: str
    lines: tuple[OpenLine, ...]
    terms: Terms
    netting: Netting

    @property
    def taken(self) -> tuple[OpenLine, ...]:
        """The lines that are netted."""
        return tuple(each for each in self.lines if not each.line.disputed)

    def legs(self) -> Iterator[SettledLeg]:
        """The legs, by currency of settlement, debtor and creditor."""
        for currency in self.netting.currencies:
            for flow in currency.nets.flows:
                yield from flow.legs


def propose(lines: Sequence[OpenLine], facts: ProgramFacts, period: str) -> Proposal:
    """The netting of all lines that are not disputed, by the live terms. A disputed line is named and not looked at
    further, so that one that cannot be netted at all can be put aside.

    Refuses NOTHING_TO_NET, CURRENCY_UNKNOWN, LINES_NOT_NETTABLE, NO_EXCHANGE_RATE, AMOUNT_OUT_OF_RANGE.
    """
    taken = [each.line for each in lines if not each.line.disputed]
    if not taken:
        raise netting_refusals.nothing_to_net(period, [each.line.line_id for each in lines])
    for each in lines:
        checked(each.line.minor_units, each.line.line_id)
    day = last_day_of(period)
    try:
        currencies = {leg.currency for leg in legs_of(taken)}
        terms = _terms(facts, currencies, day)
        netting = net(taken, terms)
    except NotNettable as error:
        unknown = [fault for fault in error.faults if fault.kind is FaultKind.CURRENCY_UNKNOWN]
        if len(unknown) == len(error.faults):
            raise netting_refusals.currency_unknown(unknown) from None
        raise netting_refusals.lines_not_nettable(error.faults) from None
    return Proposal(period, day, facts.revision, tuple(lines), terms, netting)


def last_day_of(period: str) -> date:
    """The last local day of a period such as `2026-10`."""
    return plus_days(start_of_next_month(date.fromisoformat(f"{period}-01")), -1)


def _terms(facts: ProgramFacts, currencies: set[str], day: date) -> Terms:
    settlement = facts.settlement
    method = Method.MULTILATERAL if settlement.multilateral else Method.BILATERAL
    target = settlement.settlement_currency
    rates: list[Rate] = []
    for source in sorted(currencies - {target}) if target else ():
        rate = facts.rate_between(source, target, day)
        if rate is None:
            raise netting_refusals.no_exchange_rate(source, target, day)
        rates.append(Rate(rate.rate_id, source, rate.ratio))
    return Terms(method, target, tuple(rates))
