"""The tiers that rules are told of a member: those of the local day of a sale, by all that is known now.

The same for who asks before a sale is judged and for who looks whether it is still so when the sale is posted.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from ledger_service.domain.standing.following import UNFOLLOWED, asked_from, mark_of, track_on
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import of_ladder
from ledger_service.domain.standing.standing import shown_tier
from ledger_service.domain.standing.wallet import WalletStanding
from ledger_service.domain.standing.window import FOREVER


def tier_on(ladder: Ladder, standing: WalletStanding, homes: Iterable[str], day: date) -> str:
    """The tier on a ladder on a day; empty: none. `standing` has the days of activity from `days_needed` on."""
    kept = standing.tracks.get(ladder.ladder_id, UNFOLLOWED)
    rows = [standing.days[one] for one in sorted(standing.days) if not standing.days[one].is_empty]
    track, _ = track_on(ladder, kept, mark_of(ladder, homes), rows, day)
    manual = tuple(tier.manual for _, tier in sorted(standing.manual.items()))
    return shown_tier(ladder, track.turn.tier, of_ladder(ladder, manual), day)


def days_needed(ladders: Sequence[Ladder], standing: WalletStanding, homes: Sequence[str], day: date) -> date:
    """The first day whose activity tells the tiers of a day."""
    kept = ((ladder, standing.tracks.get(ladder.ladder_id, UNFOLLOWED)) for ladder in ladders)
    return min((asked_from(ladder, one, mark_of(ladder, homes), day) for ladder, one in kept), default=FOREVER)
