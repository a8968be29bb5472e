"""Standing: the tier of a member on each ladder (docs/DOMAIN.md §8, ADR 0038). Pure; dates are local dates.

`sale` says what a sale counts for and `activity` keeps that by day; `ladder` (with `window`, `hold`, `metric`) is what
the revision states; `timeline` follows a ladder over the days; `manual` are tiers set by hand; `standing` and
`progress` (together: `view`) are what is shown, `history` what was known when. `following` keeps up with a ladder from
look to look; `wallet` is what is at hand of one member, and what a command changes of it.
"""
