"""What a command changes of the days of members: each sale it touched, as it counted before and as it counts now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.apply.reading import Reading
from ledger_service.domain.changes import ActivityChange, ActivityKey, MixedKey
from ledger_service.domain.order import PostedOrder, is_anonymous
from ledger_service.domain.slice import NeedMore, NeedsSale
from ledger_service.domain.standing.activity import BrandActivity, DayActivity, changed
from ledger_service.domain.standing.sale import activity_of

_NOTHING = ActivityChange(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class SaleChange:
    """A sale of a home, as it counted before a command and as it counts after it."""

    program: str
    home: str
    currency: str
    before: DayActivity
    after: DayActivity


def sale_changes(draft: Reading) -> list[SaleChange]:
    """The sales whose worth a command changes, by id. What nobody bought counts for nobody, and a sale of which no
    local date is kept for nothing: it is older than the days of members."""
    changes = (_change(draft, order_id) for order_id in _touched(draft))
    return [change for change in changes if change is not None and change.before != change.after]


def _touched(draft: Reading) -> list[str]:
    """The sales of which a document, a return or an accrual may have changed what they count for."""
    sales = draft.changed_sales()
    for accrual, before in draft.changed_accruals():
        if accrual.origin_id or not accrual.line_number:
            # What was given away counts for whoever earned it, and an adjustment is no line of a sale.
            continue
        if before is None or _given(before) != _given(accrual):
            if not draft.looked_for_sale(accrual.order_id):
                raise NeedMore(NeedsSale(draft.wallet.key, accrual.home, accrual.order_id))
            sales.add(accrual.order_id)
    return sorted(sales)


def _given(accrual: Accrual) -> tuple[int, int, int, int]:
    return accrual.granted, accrual.corrected, accrual.reversed, accrual.shift


def _change(draft: Reading, order_id: str) -> SaleChange | None:
    now = draft.order(order_id)
    if now is None or is_anonymous(now.home) or now.local_day == date.min:
        return None
    was = draft.order_before(order_id)
    bought = was is not None and not is_anonymous(was.home)
    before = _worth(draft.before(), was) if was is not None and bought else DayActivity(now.local_day)
    return SaleChange(now.program, now.home, now.document.currency, before, _worth(draft, now))


def _worth(reading: Reading, order: PostedOrder) -> DayActivity:
    keys = ((order.program, order.order_id, line.line_number) for line in order.document.lines)
    back = [line for line in map(reading.returned, keys) if line is not None]
    return activity_of(order.document, order.local_day, reading.order_accruals(order.order_id), back)


def differences(changes: Iterable[SaleChange]) -> tuple[dict[ActivityKey, ActivityChange], dict[MixedKey, int]]:
    """What is added to the days of homes, and to their orders over several brands; what comes to nothing is left
    out."""
    activity: dict[ActivityKey, ActivityChange] = {}
    mixed: Counter[MixedKey] = Counter()
    for change in changes:
        day = change.before.day
        for side, sign in ((change.before, -1), (change.after, 1)):
            for brand, one in side.brands.items():
                key = ActivityKey(change.program, change.home, day, brand, change.currency)
                activity[key] = _plus(activity.get(key, _NOTHING), one, sign)
            for brands, orders in side.mixed.items():
                mixed[MixedKey(change.program, change.home, day, brands)] += sign * orders
    return {key: one for key, one in activity.items() if any(one)}, {key: one for key, one in mixed.items() if one}


def _plus(known: ActivityChange, one: BrandActivity, sign: int) -> ActivityChange:
    return ActivityChange(
        known.spend + sign * sum(one.spend.values()),
        known.base_points + sign * one.base_points,
        known.all_points + sign * one.all_points,
        known.orders + sign * one.orders,
    )


def changed_days(days: Mapping[date, DayActivity], changes: Iterable[SaleChange]) -> dict[date, DayActivity]:
    """Days of a member as they are from now on, those that change."""
    fresh: dict[date, DayActivity] = {}
    for change in changes:
        day = change.before.day
        row = fresh.get(day) or days.get(day) or DayActivity(day)
        fresh[day] = changed(row, change.before, change.after)
    return fresh
