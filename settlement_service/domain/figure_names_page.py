"""Renders docs/reference/figures.md: `python -m settlement_service.domain.figure_names_page > <file>`."""

from settlement_service.domain.figure_names import BRAND_LINES, FAMILIES

_HEAD = """\
# Figures and what stands behind them

Generated from `settlement_service/domain/figure_names.py`; a test proves it fresh. Do not edit.

Every figure that statements, books, positions and roll-ups show has a name that stays. `ExplainFigure` takes it, with
what it is asked over, and gives the movements and vouchers behind it page by page. Their amounts sum to the figure
exactly: the figure comes from running totals, the lines from the journal and the movements.

Parts are joined by `.`; a `.` inside an id is written `%2E`, a part that is empty `-`, and `*` stands for all places
of a level. No id holds any of these, so a name is read in one way only.

- A **flow** (earned, claims, a change) is asked over a `period`.
- A **balance** (an account's opening and closing, `closing`, `receivable`, `liability`, a position) is asked `as_of` a
  period or a date; the opening of a period is the balance as of the period before. Unset: now.
- Figures of places are kept by period, not by day.

| name | what it is | example |
| --- | --- | --- |
"""

_LINES = """
## Lines of a brand's roll-forward

`opening + earned + restored + repaid + adjusted − redeemed_own − redeemed_cross − redeemed_repayment − reversed −
expired = closing`; each line is the number of points itself, also where the sum subtracts it. The opening is `closing`
as of the period before.

| line | how it reads |
| --- | --- |
"""

_RUNS = """
## Figures of reconciliations alone

Runs of kind PRICES and TILLS name their figures in the same way. `ExplainFigure` does not know these: the lines behind
one come with the run.

| name | what it is |
| --- | --- |
| `prices.<entity>.<redeemer>.<currency>` | What a funder's points cost at a redeemer, own prices included. |
| `borne.<entity>.<redeemer>.<currency>` | What a redeemer bore of a funder's points under the policy NONE. |
| `tills.<source>.<location>.<date>.sales.<currency>` | Money of a till's sales of a day; `returns` likewise. |
| `tills.<source>.<location>.<date>.sales_count.<currency>` | How many sales; `returns_count` likewise. |
| `tills.<source>.<location>.<date>.documents` | Documents that either side has, and how many agree. |
"""


def page() -> str:
    """The page as Markdown."""
    families = "".join(f"| `{family.pattern}` | {family.meaning} | `{family.example}` |\n" for family in FAMILIES)
    lines = "".join(f"| `{line}` | {title} |\n" for line, title in BRAND_LINES.items())
    return _HEAD + families + _LINES + lines + _RUNS


if __name__ == "__main__":
    print(page(), end="")
