"""A wallet as it is once what is due has been booked, for those who read it before anybody has booked it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.hold import HeldPart
from ledger_service.domain.wallet import Wallet, WalletView, view_of


@dataclass(frozen=True, slots=True)
class Figures:
    """What is pending at a moment, has lapsed by then and was not booked, and lapses before a later one (`soon`)."""

    pending: int = 0
    lapsed: int = 0
    expiring_soon: int = 0
    next_expire_time: datetime | None = None


def seen(
    wallet: Wallet,
    figures: Figures,
    as_of: datetime,
    soon: datetime | None = None,
    timed_out: Iterable[HeldPart] = (),
    accruals: Mapping[str, Accrual] | None = None,
) -> WalletView:
    """The wallet at `as_of`. `timed_out`: what holds whose time is over still hold, of `accruals` by id; `figures` are
    without it. `soon` is None where nobody asked for what lapses soon."""
    freed: Counter[str] = Counter()
    for part in timed_out:
        freed[part.accrual_id] += part.points
    for accrual_id, points in freed.items():
        wallet, figures = _freed(wallet, figures, (accruals or {})[accrual_id], points, as_of, soon)
    view = view_of(wallet, figures.pending, figures.lapsed, as_of)
    return replace(view, expiring_soon=figures.expiring_soon, next_expire_time=figures.next_expire_time)


def _freed(
    wallet: Wallet, figures: Figures, accrual: Accrual, points: int, as_of: datetime, soon: datetime | None
) -> tuple[Wallet, Figures]:
    """Both once `points` of an accrual are not held any more."""
    more = max(0, accrual.remaining + points) - max(0, accrual.remaining)
    wallet = replace(wallet, held=wallet.held - points, positive=wallet.positive + more)
    activity = wallet.last_activity_time
    if accrual.has_lapsed(as_of, activity):
        return wallet, replace(figures, lapsed=figures.lapsed + more)
    if accrual.waits(as_of):
        figures = replace(figures, pending=figures.pending + more)
    lapse_time = accrual.lapse_time(activity)
    if soon is None or lapse_time is None or more == 0:
        return wallet, figures
    known = figures.next_expire_time
    return wallet, replace(
        figures,
        expiring_soon=figures.expiring_soon + (more if lapse_time < soon else 0),
        next_expire_time=lapse_time if known is None else min(known, lapse_time),
    )
