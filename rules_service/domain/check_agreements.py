"""What must be true of agreements between entities: never two at once, and none missing where points can be spent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.values.calendar import Interval
from rules_service.domain.check_dates import BEGINNING, interval_faults, overlaps
from rules_service.domain.content import instant_text
from rules_service.domain.fault import Fault, KnownIds, Path, unknown
from rules_service.domain.meetings import Meeting, meetings
from rules_service.domain.policies import AgreementGaps
from rules_service.domain.program import Agreement, Program

MOST_SHARE_OF_FACE = 2
MOST_GAPS = 500
"""So many gaps are told at most: every one of them is of the same kind."""

END = datetime.max.replace(tzinfo=UTC)


def agreement_faults(program: Program, known: KnownIds) -> Iterator[Fault]:
    """Faults of agreements one by one, and of those that are in force at once."""
    for agreement in program.agreements:
        yield from _one(agreement, known)
    of_pair: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
    for agreement in program.agreements:
        of_pair[agreement.issuer_entity_id, agreement.redeemer_entity_id].append(agreement)
    for agreements in of_pair.values():
        for later, earlier in overlaps([agreement.interval for agreement in agreements]):
            reason = f"in force at once with {agreements[earlier].agreement_id}, for the same entities"
            yield Fault(("agreements", agreements[later].agreement_id), reason)


def gap_faults(program: Program, now: datetime) -> Iterator[Fault]:
    """One fault for each issuer and redeemer who can meet from `now` on while no agreement is in force for them.

    A program on a replay clock may be at any time, so all times count. Asks that every agreement could be read.
    """
    if program.policies.redemption.agreement_gaps is AgreementGaps.ALLOWED:
        return
    terms = _Terms.of(program.agreements)
    since = BEGINNING if program.replay_clock else now
    if terms.gap("", "", since, END) is None:
        return
    told = 0
    for meeting in meetings(program):
        gap = terms.gap(meeting.issuer, meeting.redeemer, max(since, _start(meeting.interval)), _end(meeting.interval))
        if gap is not None:
            yield Fault(_place(terms, meeting, gap), _reason(meeting, gap, since))
            told += 1
        if told == MOST_GAPS:
            return


def _one(agreement: Agreement, known: KnownIds) -> Iterator[Fault]:
    path: Path = ("agreements", agreement.agreement_id)
    issuer, redeemer = agreement.issuer_entity_id, agreement.redeemer_entity_id
    if issuer:
        yield from unknown((*path, "issuer"), "entity", issuer, known.entities)
    if redeemer:
        yield from unknown((*path, "redeemer"), "entity", redeemer, known.entities)
    if issuer and issuer == redeemer:
        yield Fault((*path, "redeemer"), "one's own points owe nobody; leave the agreement out")
    if agreement.share_of_face.fraction() > MOST_SHARE_OF_FACE:
        yield Fault((*path, "share_of_face"), f"must be at most {MOST_SHARE_OF_FACE * 100}%")
    yield from interval_faults(path, agreement.interval)


Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _Terms:
    """Agreements by the issuer and redeemer they name."""

    by_pair: dict[tuple[str, str], list[Agreement]]

    @classmethod
    def of(cls, agreements: Iterable[Agreement]) -> "_Terms":
        by_pair: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
        for agreement in agreements:
            by_pair[agreement.issuer_entity_id, agreement.redeemer_entity_id].append(agreement)
        return cls(dict(by_pair))

    def between(self, issuer: str, redeemer: str) -> Sequence[Agreement]:
        """All that say something about the two."""
        pairs = dict.fromkeys(((issuer, redeemer), (issuer, ""), ("", redeemer), ("", "")))
        return [agreement for pair in pairs for agreement in self.by_pair.get(pair, ())]

    def gap(self, issuer: str, redeemer: str, start: datetime, end: datetime) -> Span | None:
        """The first part of [start, end) in which none is in force."""
        for agreement in sorted(self.between(issuer, redeemer), key=lambda agreement: _start(agreement.interval)):
            if _start(agreement.interval) > start:
                break
            start = max(start, _end(agreement.interval))
        if start >= end:
            return None
        starts = (_start(agreement.interval) for agreement in self.between(issuer, redeemer))
        return start, min((begins for begins in starts if begins > start), default=end)


def _place(terms: _Terms, meeting: Meeting, gap: Span) -> Path:
    """The agreement that ends where the gap begins, or else the point value that lets points be spent."""
    for agreement in terms.between(meeting.issuer, meeting.redeemer):
        if agreement.interval.end == gap[0]:
            return "agreements", agreement.agreement_id, "until"
    return "brands", meeting.brand_id, "point_values", meeting.value_index


def _reason(meeting: Meeting, gap: Span, since: datetime) -> str:
    times = f" from {instant_text(gap[0])}" if gap[0] > since else ""
    times += f" until {instant_text(gap[1])}" if gap[1] < _end(meeting.interval) else ""
    return (
        f"no agreement says what {meeting.issuer} owes {meeting.redeemer} when its points are spent at "
        f"{meeting.brand_id}{times}; `redemption: {{agreement_gaps: allowed}}` would refuse such redemptions instead"
    )


def _start(interval: Interval) -> datetime:
    return interval.start or BEGINNING


def _end(interval: Interval) -> datetime:
    return interval.end or END
