"""What was booked for points spent, against the agreements priced again."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from chassis.values.calendar import local_date
from settlement_service.domain.booked_lines import BookedLine
from settlement_service.domain.figure_names import joined
from settlement_service.domain.pricing import NoTermsError, Spent, earlier_terms, face_parts, prices_of
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.reconciliation_run import MOST_LINES, FoundDifference, Line, LineFault, found

Amounts = dict[str, tuple[int, str]]
"""Minor units and agreement by figure."""


@dataclass(slots=True)
class _Sum:
    expected: int = 0
    booked: int = 0
    lines: list[Line] = field(default_factory=list)


class PriceCheck:
    """Takes redeemed movements one by one and keeps what does not agree. `checked` counts them, `unknown` those from
    before the books kept what pricing needs."""

    def __init__(self) -> None:
        self.checked = 0
        self.unknown = 0
        self._sums: dict[str, _Sum] = defaultdict(_Sum)

    def take(self, line: BookedLine, facts: ProgramFacts) -> None:
        """Holds one redeemed movement against the revision that decided it."""
        if not line.known:
            self.unknown += 1
            return
        self.checked += 1
        booked = _booked(line)
        try:
            expected = self._expected(line, facts, booked)
        except NoTermsError:
            for figure, amount in booked.items():
                self._add(figure, line, amount, amount, LineFault.NO_TERMS, "")
            return
        for figure in sorted(expected.keys() | booked.keys()):
            amount, agreement = expected.get(figure, (0, ""))
            self._add(figure, line, amount, booked.get(figure, 0), LineFault.DIFFERS, agreement)

    def differences(self) -> tuple[FoundDifference, ...]:
        """Every figure with a line that does not agree, by name; sums over all lines of the figure."""
        return tuple(
            found(figure, each.expected, each.booked, each.lines)
            for figure, each in sorted(self._sums.items())
            if each.lines
        )

    def _expected(self, line: BookedLine, facts: ProgramFacts, booked: dict[str, int]) -> Amounts:
        """By the terms of the time; if these do not give what was booked, by those an authorization may have fixed."""
        if line.policy == "NONE":
            return _borne(line)
        spent = spent_of(line, facts)
        failure: NoTermsError | None = None
        expected: Amounts | None = None
        for moment in (spent.occur_time, *earlier_terms(facts.agreements, spent.occur_time)):
            try:
                priced = _priced(line, replace(spent, occur_time=moment), facts)
            except NoTermsError as error:
                failure = failure or error
                continue
            if {figure: amount for figure, (amount, _) in priced.items()} == booked:
                return priced
            expected = expected or priced
        if expected is None:
            raise failure or NoTermsError("no terms")
        return expected

    def _add(self, figure: str, line: BookedLine, expected: int, booked: int, fault: LineFault, agreement: str) -> None:
        total = self._sums[figure]
        total.expected += expected
        total.booked += booked
        if (expected != booked or fault is LineFault.NO_TERMS) and len(total.lines) <= MOST_LINES:
            total.lines.append(_line(line, fault, expected, booked, agreement))


def spent_of(line: BookedLine, facts: ProgramFacts) -> Spent:
    """A redeemed movement, or what a restored one gives back, as pricing takes it."""
    place = facts.places.get(line.location_id)
    tz = ZoneInfo(place.time_zone) if place and place.time_zone else facts.settlement.time_zone
    return Spent(
        points=line.points,
        funders=line.funders,
        rate=line.rate,
        carried_in=line.carried_in,
        redeemer=line.redeemer,
        value=abs(line.value),
        currency=line.currency,
        occur_time=line.occur_time,
        local_day=local_date(line.occur_time, tz),
    )


def _priced(line: BookedLine, spent: Spent, facts: ProgramFacts) -> Amounts:
    priced = prices_of(spent, facts.agreements, facts.exchange_rates)
    amounts: Amounts = {
        _figure("prices", entity, line): (each.minor_units, each.agreement_id) for entity, each in priced.items()
    }
    own = face_parts(line.value, line.funders).get(line.redeemer, 0)
    if own:
        amounts[_figure("prices", line.redeemer, line)] = (own, "")
    return amounts


def _borne(line: BookedLine) -> Amounts:
    """Under NONE nobody owes anything, and the redeemer bears every funder's part of the face value."""
    parts = face_parts(line.value, line.funders)
    return {_figure("borne", entity, line): (part, "") for entity, part in parts.items() if part}


def _booked(line: BookedLine) -> dict[str, int]:
    amounts = {_figure("prices", entity, line): amount for (entity, _), amount in line.owed.items()}
    own = line.price - sum(line.owed.values())
    if own:
        amounts[_figure("prices", line.redeemer, line)] = own
    borne: dict[str, int] = defaultdict(int)
    for posting in line.postings:
        if posting.account == "redemption_expense":
            borne[_figure("borne", posting.counterparty, line)] += posting.amount
    return amounts | borne


def _figure(kind: str, funder: str, line: BookedLine) -> str:
    return joined((kind, funder, line.redeemer, line.currency))


def _line(line: BookedLine, fault: LineFault, expected: int, booked: int, agreement: str) -> Line:
    return Line(
        fault,
        "price",
        expected,
        booked,
        line.home,
        line.sequence,
        line.accrual_id,
        line.order_id,
        line.line_number,
        agreement_id=agreement,
    )
