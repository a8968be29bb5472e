"""What points cost in the books of who gave them: deferred revenue with breakage, and what a new value would change.

IFRS 15 (B39–B47 and Example 52; ASC 606 says the same): points given with a sale are a performance obligation of their
own. The price of the sale is divided between goods and points, and what falls on points becomes revenue as they are
redeemed, in proportion to all that are expected to be. Exact integers and ratios; pure.
"""
