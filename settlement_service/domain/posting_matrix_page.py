"""Renders docs/reference/posting_matrix.md: `python -m settlement_service.domain.posting_matrix_page > <file>`."""

from settlement_service.domain.accounts import MEANING, Account
from settlement_service.domain.posting_matrix import BASIS, MATRIX, Side, Symbol

_SYMBOLS = {Symbol.POINTS: "*points*", Symbol.DIFFERENCE: "*difference*"}

_HEAD = """\
# Posting matrix

Generated from `settlement_service/domain/posting_matrix.py`; a test proves it fresh. Do not edit.

Which account is debited and which is credited for each movement, by the role an entity has in it. Settlement books
the amounts that movements carry and never prices. What undoes a movement carries the opposite amounts and is booked by
the same cells with the sides swapped. Within an entry the postings on one account and counterparty are netted and
zeros are left out, so of carrying value and price only their difference stays on `settlement_gain_loss`. Movements of
kind held, unheld and rescheduled change no carrying value and book nothing.

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

## Accounts

| account | what it is |
| --- | --- |
"""


def page() -> str:
    """The page as Markdown."""
    cells = "".join(
        f"| {treatment.value} | {role.value} | {_name(cell.debit)} | {_name(cell.credit)} | {BASIS[role]} |\n"
        for (treatment, role), cell in MATRIX.items()
    )
    accounts = "".join(f"| `{account.value}` | {meaning} |\n" for account, meaning in MEANING.items())
    return _HEAD + cells + _REPAYMENTS + accounts


def _name(side: Side) -> str:
    return f"`{side.value}`" if isinstance(side, Account) else _SYMBOLS[side]


if __name__ == "__main__":
    print(page(), end="")
