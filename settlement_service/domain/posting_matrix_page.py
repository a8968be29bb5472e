"""Renders docs/reference/posting_matrix.md: `python -m settlement_service.domain.posting_matrix_page > <file>`."""

from settlement_service.domain.accounts import MEANING, POINT_MEANING, Account
from settlement_service.domain.posting_matrix import (
    BASIS,
    BEARING,
    MATRIX,
    POINT_CONTRA,
    RESERVE_CELLS,
    Cell,
    Role,
    Side,
    Symbol,
)

_SYMBOLS = {Symbol.POINTS: "*points*", Symbol.DIFFERENCE: "*difference*"}

_HEAD = """\
# Posting matrix

Generated from `settlement_service/domain/posting_matrix.py`; a test proves it fresh. Do not edit.

Which account is debited and which is credited for each movement, by the role an entity has in it. Settlement books
the amounts that movements carry and never prices. What undoes a movement carries the opposite amounts and is booked by
the same cells with the sides swapped. Within an entry the postings on one account and counterparty are netted and
zeros are left out, so of carrying value and price only their difference stays on `settlement_gain_loss`. Movements of
kind held, unheld and rescheduled change neither points nor carrying value and book nothing.

- *points*: `points_liability` for the part of the carrying value above zero, `member_receivable` for the part below.
- *difference*: `settlement_gain_loss`, or `fx_clearing` where a movement is priced in another currency than it is
  carried in.

| movement | role | debit | credit | amount |
| --- | --- | --- | --- | --- |
"""

_REPAYMENTS = """
## Repayments

The payer's movement (redeemed, cause repayment) carries the obligations; the debt's movement (repaid) carries the same
price. Each obligation is booked twice: as `due_to` in the debtor's books with the payer's movement, and as `due_from`
in the creditor's books with the debt's. Both are written from the payer's obligation in one event, so they cannot
differ. Where one entity funds both accruals it owes nobody; its share of the price passes through its own
`repayment_clearing`, which stands at zero after each event.

## Policies

The policy is frozen on each accrual. What stands above is REIMBURSE, and holds under the others too, with this:

**RESERVE.** Each funder pays what its points stand for into the reserve, and gets back what they no longer stand for,
with every movement and whatever its kind. Prices pass through the reserve: the debtor owes the reserve, the reserve
owes the creditor, so `due_to` and `due_from` of the cells above name the reserve instead of each other. The redeemer's
own share goes the same way and comes back. Of a redemption the funder thus owes only price less carrying value: the
true-up. Where the reserve is itself debtor or creditor, it stands between nobody; as a funder it pays nothing to
itself. What is kept of a refund is owed directly; the price of a repayment passes the payer's reserve. At any moment
`reserve_held` per funder is the liability part of the funder's accruals under RESERVE, `due_to` from a funder to the
reserve is that plus the prices of its points, and `due_to` from the reserve to a redeemer is those prices.

**NONE.** The ledger prices nothing: there are no obligations. The funder's carrying value goes to *difference*
(always `settlement_gain_loss`), and the redeemer bears the value to the shopper by funder. The voucher at the end of a
period may share it.

| policy | role | debit | credit | amount |
| --- | --- | --- | --- | --- |
"""

_POINTS = """
## Points

In the issuer's books, once for each movement that changes remaining + held: beside the entry in which its points are
carried, else in an entry of points alone. The part above zero stands on `points_outstanding`, the part below on
`points_owed`; an opposite change swaps the sides.

| movement | debit | credit | amount |
| --- | --- | --- | --- |
"""

_ACCOUNTS = """
## Accounts

| account | what it is |
| --- | --- |
"""

_POINT_BASIS = "change of remaining + held"


def page() -> str:
    """The page as Markdown."""
    cells = "".join(_row(treatment.value, role, cell) for (treatment, role), cell in MATRIX.items())
    policies = "".join(_row("RESERVE, any movement", role, cell) for role, cell in RESERVE_CELLS.items())
    policies += "".join(_row(f"NONE, {treatment.value}", Role.BEARER, cell) for treatment, cell in BEARING.items())
    points = "".join(
        f"| {kind.value.lower()} | `{contra.value}` | `points_outstanding` or `points_owed` | {_POINT_BASIS} |\n"
        for kind, contra in POINT_CONTRA.items()
    )
    meanings = [*MEANING.items(), *POINT_MEANING.items()]
    accounts = "".join(f"| `{account.value}` | {meaning} |\n" for account, meaning in meanings)
    return _HEAD + cells + _REPAYMENTS + policies + _POINTS + points + _ACCOUNTS + accounts


def _row(what: str, role: Role, cell: Cell) -> str:
    return f"| {what} | {role.value} | {_name(cell.debit)} | {_name(cell.credit)} | {BASIS[role]} |\n"


def _name(side: Side) -> str:
    return f"`{side.value}`" if isinstance(side, Account) else _SYMBOLS[side]


if __name__ == "__main__":
    print(page(), end="")
