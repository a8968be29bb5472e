"""How program files write exchange rates, and what that means."""

from pydantic import Field, model_validator

from chassis.values.rounding import Ratio
from rules_service.domain.exchange_rates import ExchangeRate
from rules_service.wire.file_section import Section
from rules_service.wire.file_types import Amount, Day, Worth


class ExchangeRateSection(Section):
    """What money of one currency is worth in another."""

    amount: Amount
    """So much of the one, e.g. 1.00 EUR,"""
    worth: Worth
    """is worth so much of the other, of any precision, e.g. 1.0834 USD."""
    start: Day | None = Field(default=None, alias="from")
    """First day, by the local date of sales. Default: always was."""
    until: Day | None = None
    """First day on which it is no longer in force, which is the first of the next. Default: until further notice."""

    @model_validator(mode="after")
    def _is_a_rate(self) -> "ExchangeRateSection":
        if self.amount.minor_units == 0:
            raise ValueError("amount should be above 0")
        if self.amount.currency_code == self.worth.currency_code:
            raise ValueError(f"{self.amount.currency_code} needs no rate to itself")
        return self


def exchange_rate(rate_id: str, section: ExchangeRateSection) -> ExchangeRate:
    """An exchange rate."""
    return ExchangeRate(
        rate_id=rate_id,
        from_currency=section.amount.currency_code,
        to_currency=section.worth.currency_code,
        ratio=Ratio.of(section.worth.minor_units_per_point.fraction() / section.amount.minor_units),
        start=section.start,
        end=section.until,
    )
