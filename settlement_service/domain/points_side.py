"""The points of an entry: what a movement does to its accrual's outstanding points, in the issuer's books."""

from settlement_service.domain.accounts import PointAccount
from settlement_service.domain.entry import PointPosting
from settlement_service.domain.event import Movement
from settlement_service.domain.posting_matrix import POINT_CONTRA


def points_of(movement: Movement) -> tuple[PointPosting, ...]:
    """Balanced postings, debits positive; none if remaining + held stays as it is.

    What is above zero stands on `points_outstanding` (credit), what is below on `points_owed` (debit).
    """
    change = movement.outstanding_change
    if change == 0:
        return ()
    contra = POINT_CONTRA[movement.kind]
    owed = movement.debt_change
    spendable = change + owed
    if owed == 0:
        return PointPosting(contra, change), PointPosting(PointAccount.OUTSTANDING, -change)
    if spendable == 0:
        return PointPosting(contra, change), PointPosting(PointAccount.OWED, owed)
    return (
        PointPosting(contra, change),
        PointPosting(PointAccount.OUTSTANDING, -spendable),
        PointPosting(PointAccount.OWED, owed),
    )
