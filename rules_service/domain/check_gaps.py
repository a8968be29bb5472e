"""Wherever points can be spent, what their issuer owes can be told: an agreement is in force, it has a price in the
currency, and the rates it needs are stated. Judged from a time on; asks that every agreement could be read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice

from chassis.values.calendar import local_date, zone
from rules_service.domain.check_dates import BEGINNING
from rules_service.domain.content import instant_text
from rules_service.domain.fault import Fault, Path
from rules_service.domain.in_force import END, Agreements, Span, end_of, start_of
from rules_service.domain.meetings import Meeting, Told, meetings
from rules_service.domain.paying import rules_by_currency
from rules_service.domain.policies import AgreementGaps
from rules_service.domain.program import Agreement, PricePerPoint, Program, ShareOfLiability
from rules_service.domain.settlement import SettlementPolicy
from rules_service.domain.settlement_terms import price_in

MOST_GAPS = 500
"""So many gaps are told at most: every one of them is of the same kind."""
DATE_LINE = timedelta(hours=14)
"""A rate begins with its day, which begins so much earlier somewhere; an agreement from the same day on has no gap."""


def gap_faults(program: Program, now: datetime) -> Iterator[Fault]:
    """One fault for each issuer and redeemer who can meet from `now` on without saying what is owed.

    A program on a replay clock may be at any time, so all times count. Under policy NONE nothing is owed.
    """
    if program.settlement.policy is SettlementPolicy.NONE:
        return
    if program.policies.redemption.agreement_gaps is AgreementGaps.ALLOWED:
        return
    terms = Agreements.of(program.agreements)
    since = BEGINNING if program.replay_clock else now
    found = chain(_missing(program, terms, since), _unpriced(program, terms, since), _unrated(program, terms, since))
    yield from islice(found, MOST_GAPS)


def settlement_rate_faults(program: Program, now: datetime) -> Iterator[Fault]:
    """One fault for each currency in use that cannot be paid in the currency everything is settled in.

    A rate that is still to come is none; on a replay clock any counts, since the day of a netting is not known.
    """
    into = program.settlement.settlement_currency
    if not into:
        return
    today = None if program.replay_clock else local_date(now, zone(program.settlement.time_zone))
    rated = {
        rate.from_currency
        for rate in program.exchange_rates
        if rate.to_currency == into and (today is None or rate.start is None or rate.start <= today)
    }
    used = {location.currency_code for location in program.locations}
    for currency in sorted(used - rated - {into}):
        reason = f"no exchange rate says what {currency} is in {into}, so what is owed in {currency} could not be paid"
        yield Fault(("settlement", "currency"), reason)


def _missing(program: Program, terms: Agreements, since: datetime) -> Iterator[Fault]:
    """No agreement is in force."""
    if terms.gap("", "", since, END) is None:
        return
    for meeting in meetings(program):
        gap = terms.gap(meeting.issuer, meeting.redeemer, *_span(meeting, since))
        if gap is not None:
            yield Fault(_place(terms, meeting, gap), _reason(meeting, gap, since))


def _unpriced(program: Program, terms: Agreements, since: datetime) -> Iterator[Fault]:
    """An agreement prices points, but not in the currency; told once for each of the two."""
    if not any(isinstance(agreement.price, PricePerPoint) for agreement in program.agreements):
        return
    told: set[tuple[str, str]] = set()
    for use in _uses(program, terms, since):
        case = use.agreement.agreement_id, use.currency
        lacking = isinstance(use.agreement.price, PricePerPoint) and price_in(use.agreement.price, use.currency) is None
        if lacking and case not in told:
            told.add(case)
            reason = f"has no price in {use.currency}, in which points of {use.issuer} can be spent at {use.brand_id}"
            yield Fault(("agreements", use.agreement.agreement_id, "price_per_point"), reason)


def _unrated(program: Program, terms: Agreements, since: datetime) -> Iterator[Fault]:
    """An agreement prices what points stand for, and no rate turns that into the currency; told once for each."""
    if not any(isinstance(agreement.price, ShareOfLiability) for agreement in program.agreements):
        return
    told: set[tuple[str, str, str]] = set()
    for carried, rules in rules_by_currency(program).items():
        for use in _uses(replace(program, earn_rules=rules), terms, since):
            case = use.agreement.agreement_id, carried, use.currency
            by_liability = isinstance(use.agreement.price, ShareOfLiability) and carried != use.currency
            if by_liability and case not in told and not _rated(program, carried, use.currency, use.start):
                told.add(case)
                path: Path = ("agreements", use.agreement.agreement_id, "share_of_liability")
                times = f" from {instant_text(use.start)} on" if use.start > since else ""
                yield Fault(
                    path,
                    f"needs an exchange rate from {carried} to {use.currency}{times}: points of {use.issuer} that "
                    f"stand for {carried} can be spent at {use.brand_id}",
                )


@dataclass(frozen=True, slots=True)
class _Use:
    """An agreement decides what `issuer` owes when its points are spent at a brand in a currency, from `start` on."""

    agreement: Agreement
    issuer: str
    brand_id: str
    currency: str
    start: datetime


def _uses(program: Program, terms: Agreements, since: datetime) -> Iterator[_Use]:
    currencies = _currencies(program)
    for meeting in _distinct(program, terms):
        currency = currencies[meeting.brand_id, meeting.value_index]
        for agreement, (start, _) in terms.spans(meeting.issuer, meeting.redeemer, *_span(meeting, since)):
            yield _Use(agreement, meeting.issuer, meeting.brand_id, currency, start)


def _currencies(program: Program) -> dict[tuple[str, int], str]:
    """By brand and index, the currencies of point values."""
    return {
        (brand.brand_id, index): value.rate.currency_code
        for brand in program.brands
        for index, value in enumerate(brand.point_values)
    }


def _distinct(program: Program, terms: Agreements) -> Iterator[Meeting]:
    """The meetings, one of all that the same agreements are for at the same point value."""
    seen: set[tuple[str, str, str, int]] = set()
    for meeting in meetings(program, Told(terms.issuers, terms.redeemers)):
        alike = (*terms.named(meeting.issuer, meeting.redeemer), meeting.brand_id, meeting.value_index)
        if alike not in seen:
            seen.add(alike)
            yield meeting


def _rated(program: Program, source: str, target: str, since: datetime) -> bool:
    """Whether there are rates from then on: they follow each other without gap, and the last does not end."""
    starts = [
        rate.start for rate in program.exchange_rates if (rate.from_currency, rate.to_currency) == (source, target)
    ]
    if not starts or None in starts:
        return bool(starts)
    if since == BEGINNING:
        return False
    first = min(start for start in starts if start is not None)
    return first <= (since + DATE_LINE).date()


def _span(meeting: Meeting, since: datetime) -> Span:
    return max(since, start_of(meeting.interval)), end_of(meeting.interval)


def _place(terms: Agreements, meeting: Meeting, gap: Span) -> Path:
    """The agreement that ends where the gap begins, or else the point value that lets points be spent."""
    for agreement in terms.between(meeting.issuer, meeting.redeemer):
        if agreement.interval.end == gap[0]:
            return "agreements", agreement.agreement_id, "until"
    return "brands", meeting.brand_id, "point_values", meeting.value_index


def _reason(meeting: Meeting, gap: Span, since: datetime) -> str:
    times = f" from {instant_text(gap[0])}" if gap[0] > since else ""
    times += f" until {instant_text(gap[1])}" if gap[1] < end_of(meeting.interval) else ""
    return (
        f"no agreement says what {meeting.issuer} owes {meeting.redeemer} when its points are spent at "
        f"{meeting.brand_id}{times}; `redemption: {{agreement_gaps: allowed}}` would refuse such redemptions instead"
    )
