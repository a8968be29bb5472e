"""A ladder under attack: as the program's files state it, and as the ledger follows it."""

from ledger_service.domain.standing.ladder import Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import Scope, Spend
from ledger_service.domain.standing.window import Rolling
from ledger_service.peers.rules_ladders import ALWAYS

FILES = {
    "funders: {peak: 100%}\n": """funders: {peak: 100%}
ladders:
  status:
    name: Status
    counts: spend
    window: {rolling_months: 12}
    tiers:
      silver: {name: Silver, from: 50.00 USD}
      gold: {name: Gold, from: 100.00 USD}
"""
}
TIERS = (Tier("silver", 50_00, name="Silver"), Tier("gold", 100_00, name="Gold"))
LADDER = Ladder("status", (LadderVersion(ALWAYS, Scope(), Spend("USD"), Rolling(12), TIERS),), "Status")
