"""What a program thinks of its points now: their worth, and how many of them will be redeemed."""

from datetime import date, timedelta

from chassis.values.calendar import start_of_day, start_of_next_month
from chassis.values.rounding import ONE, ZERO, Ratio
from settlement_service.domain.breakage.cohort import Cohort
from settlement_service.domain.breakage.history import Estimates
from settlement_service.domain.program_facts import ProgramFacts

_LAST_INSTANT = timedelta(microseconds=1)


def estimates_of(facts: ProgramFacts) -> Estimates:
    """The estimates of a revision. A point is worth what its issuing brand gives for it in the cohort's currency at
    the end of the cohort's month, by the program's calendar; nothing where the brand gives nothing for it."""

    def face(cohort: Cohort) -> Ratio:
        brand = facts.brands.get(cohort.brand)
        first = date.fromisoformat(f"{cohort.month}-01")
        at = start_of_day(start_of_next_month(first), facts.settlement.time_zone) - _LAST_INSTANT
        values = brand.point_values if brand else ()
        return next(
            (value.rate for value in values if value.currency == cohort.currency and value.interval.contains(at)), ZERO
        )

    def expected(brand: str) -> Ratio:
        return Ratio.of(ONE.fraction() - facts.settlement.breakage_of(brand).fraction())

    return Estimates(face, expected)
