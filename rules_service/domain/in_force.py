"""Which agreement is in force between two entities, and when: that which names the most of them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from chassis.values.calendar import Interval
from rules_service.domain.check_dates import BEGINNING
from rules_service.domain.program import Agreement

END = datetime.max.replace(tzinfo=UTC)

Span = tuple[datetime, datetime]
"""From, until (excluded); `BEGINNING` and `END` where there is no bound."""


@dataclass(frozen=True, slots=True)
class Agreements:
    """Agreements by the issuer and redeemer they name, each list by start."""

    by_pair: dict[tuple[str, str], list[Agreement]]
    issuers: frozenset[str]
    redeemers: frozenset[str]

    @classmethod
    def of(cls, agreements: Iterable[Agreement]) -> "Agreements":
        """Agreements as they are listed."""
        by_pair: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
        for agreement in sorted(agreements, key=_start):
            by_pair[agreement.issuer_entity_id, agreement.redeemer_entity_id].append(agreement)
        return cls(dict(by_pair), frozenset(pair[0] for pair in by_pair), frozenset(pair[1] for pair in by_pair))

    def named(self, issuer: str, redeemer: str) -> tuple[str, str]:
        """The two, each as "" if no agreement names it."""
        return issuer if issuer in self.issuers else "", redeemer if redeemer in self.redeemers else ""

    def between(self, issuer: str, redeemer: str) -> Sequence[Agreement]:
        """All that say something about the two."""
        return [agreement for pair in _pairs(issuer, redeemer) for agreement in self.by_pair.get(pair, ())]

    def gap(self, issuer: str, redeemer: str, start: datetime, end: datetime) -> Span | None:
        """The first part of [start, end) in which none is in force."""
        for agreement in sorted(self.between(issuer, redeemer), key=_start):
            if _start(agreement) > start:
                break
            start = max(start, end_of(agreement.interval))
        if start >= end:
            return None
        starts = (_start(agreement) for agreement in self.between(issuer, redeemer))
        return start, min((begins for begins in starts if begins > start), default=end)

    def spans(self, issuer: str, redeemer: str, start: datetime, end: datetime) -> Iterator[tuple[Agreement, Span]]:
        """The agreement that decides in each part of [start, end), where there is one; neighbours may be the same."""
        if start >= end:
            return
        bounds = {start, end}
        for agreement in self.between(issuer, redeemer):
            bounds |= {bound for bound in (_start(agreement), end_of(agreement.interval)) if start < bound < end}
        for begins, ends in pairwise(sorted(bounds)):
            if (deciding := self._at(issuer, redeemer, begins)) is not None:
                yield deciding, (begins, ends)

    def _at(self, issuer: str, redeemer: str, instant: datetime) -> Agreement | None:
        """The one that names the most of those in force, of which each pair has at most one."""
        for pair in _pairs(issuer, redeemer):
            in_order = self.by_pair.get(pair, ())
            latest = bisect_right(in_order, instant, key=_start) - 1
            if latest >= 0 and instant < end_of(in_order[latest].interval):
                return in_order[latest]
        return None


def start_of(interval: Interval) -> datetime:
    """When it begins."""
    return interval.start or BEGINNING


def end_of(interval: Interval) -> datetime:
    """When it ends."""
    return interval.end or END


def _start(agreement: Agreement) -> datetime:
    return start_of(agreement.interval)


def _pairs(issuer: str, redeemer: str) -> Iterable[tuple[str, str]]:
    return dict.fromkeys(((issuer, redeemer), (issuer, ""), ("", redeemer), ("", "")))
