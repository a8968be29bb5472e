"""Renders docs/reference/roll_ups.md: `python -m settlement_service.domain.roll_ups.page > <file>`."""

from collections.abc import Iterable

from settlement_service.domain.event import Kind
from settlement_service.domain.roll_ups.definitions import MEASURES, Amount, At, Measure, Nature, Unit

_HEAD = """\
# Roll-ups: what every measure is

Generated from `settlement_service/domain/roll_ups/definitions.py`; a test proves it fresh. Do not edit.

`GetRollUp` gives measures by brand, period and place: network, region, operator or location. The location of a
movement is either where its accrual was **earned**, or where the event **took place**; the brand is the accrual's, or
that of the goods that were paid. Levels sum exactly: a region is the sum of its operators, these of their locations. A
**flow** is what happened in a period, a **stock** what stood at its end. Amounts are whole points, or minor units of a
currency; measures by funder are told apart by `party_entity_id`. What happens nowhere (no location told) has an empty
place.

Callers see the brands, regions and locations that their tokens cover, and sums over these alone.

| measure | what it is | unit | nature | place | movements |
| --- | --- | --- | --- | --- | --- |
"""

_UNITS = {Unit.POINTS: "points", Unit.MONEY: "money"}
_NATURES = {Nature.FLOW: "flow", Nature.CLOSING: "stock"}
_PLACES = {At.EARNED: "earned", At.TOOK_PLACE: "took place"}
_AMOUNTS = {
    Amount.POINTS: "points",
    Amount.CHANGE: "change of remaining + held",
    Amount.DEBT: "change of the part below zero",
    Amount.LIABILITY: "change of carrying value above zero",
    Amount.RECEIVABLE: "change of carrying value below zero",
    Amount.CARRYING: "change of carrying value, by funder",
    Amount.VALUE: "worth to the shopper",
}


def page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(_row(measure) for measure in MEASURES)


def _row(measure: Measure) -> str:
    cells = (
        f"`{measure.measure_id}`",
        f"**{measure.name}.** {measure.meaning}",
        _UNITS[measure.unit],
        _NATURES[measure.nature],
        _PLACES[measure.at],
        _movements(measure),
    )
    return f"| {' | '.join(cells)} |\n"


def _movements(measure: Measure) -> str:
    taken = [kind for kind, sign in measure.signs.items() if sign < 0]
    kinds = _kinds(kind for kind, sign in measure.signs.items() if sign > 0)
    text = f"{_AMOUNTS[measure.amount]} of {kinds}"
    if taken:
        text += f", less {_kinds(taken)}"
    if measure.spent_at:
        text += f" ({measure.spent_at.lower()})"
    return text + (", repayments left out" if measure.without_repayments else "")


def _kinds(kinds: Iterable[Kind]) -> str:
    return ", ".join(kind.value.lower() for kind in kinds)


if __name__ == "__main__":
    print(page(), end="")
