"""Where members stand: tracks, tiers set by hand, records and days of activity, read together for many wallets."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chassis.runtime.postgres import Connection, Row
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.standing.activity import NOTHING, BrandActivity, DayActivity, together
from ledger_service.domain.standing.following import UNFOLLOWED, KeptTrack, known_of
from ledger_service.domain.standing.history import RecordedTier
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.timeline import Track
from ledger_service.domain.standing.turn import Turn
from ledger_service.domain.standing.wallet import HomeTier, StandingChanges, WalletStanding
from ledger_service.store import codec, rows
from ledger_service.store.statements import SQL

Homes = Mapping[MemberKey, Sequence[str]]
"""The homes of wallets."""


@dataclass(frozen=True, slots=True)
class KeptTurns:
    """What of a track is kept as JSON."""

    turns: tuple[Turn, ...]
    known: tuple[RecordedTier, ...]


_TURNS = codec.JsonOf(KeptTurns)


async def read_standings(
    connection: Connection, homes: Homes, ladders: Mapping[str, Sequence[Ladder]]
) -> dict[MemberKey, WalletStanding]:
    """Tracks and tiers set by hand of wallets, without any activity. Two statements at most, however many there
    are."""
    tracks: dict[MemberKey, dict[str, KeptTrack]] = {key: {} for key in homes}
    manual: dict[MemberKey, dict[str, HomeTier]] = {key: {} for key in homes}
    roots = rows.columns(((rows.bucket(*key), *key) for key in homes), 3)
    owners, columns = _everywhere(homes)
    for row in await connection.fetch(SQL.read_standings, *roots, *columns):
        if row["manual_id"] is None:
            tracks[MemberKey(row["program"], row["member"])][row["ladder_id"]] = track_of(row)
        else:
            manual[owners[row["program"], row["member"]]][row["manual_id"]] = home_tier_of(row)
    unread = [
        (key, ladder.ladder_id)
        for key in homes
        for ladder in ladders.get(key.program, ())
        if ladder.ladder_id not in tracks[key]
    ]
    if unread:
        for key, ladder_id, known in await _known(connection, unread):
            tracks[key][ladder_id] = replace(UNFOLLOWED, known=known)
    return {key: WalletStanding(tracks[key], manual[key]) for key in homes}


async def read_days(
    connection: Connection, standings: Mapping[MemberKey, WalletStanding], homes: Homes, since: Mapping[MemberKey, date]
) -> dict[MemberKey, WalletStanding]:
    """The standings with the activity of wallets from a day of each on. One statement. Days that are at hand already
    stay: the batch may have changed them."""
    chosen = {key: homes[key] for key in since}
    owners, columns = _everywhere(chosen)
    firsts = [since[owners[program, home]] for program, home in owners]
    found = await connection.fetch(SQL.read_activity, *columns, firsts)
    by_wallet: dict[MemberKey, list[Row]] = {key: [] for key in since}
    for row in found:
        by_wallet[owners[row["program"], row["home"]]].append(row)
    return {key: standings[key].with_older(days_of(by_wallet[key]), first) for key, first in since.items()}


async def _known(
    connection: Connection, unread: Sequence[tuple[MemberKey, str]]
) -> list[tuple[MemberKey, str, tuple[RecordedTier, ...]]]:
    keys = rows.columns(((rows.bucket(*key), *key, ladder_id) for key, ladder_id in unread), 4)
    records: dict[tuple[MemberKey, str], list[RecordedTier]] = {}
    for row in await connection.fetch(SQL.read_tier_records, *keys):
        place = MemberKey(row["program"], row["home"]), row["ladder_id"]
        records.setdefault(place, []).append(record_of(row))
    return [(key, ladder_id, known_of(some)) for (key, ladder_id), some in records.items()]


def _everywhere(homes: Homes) -> tuple[dict[tuple[str, str], MemberKey], list[Sequence[object]]]:
    """Whose each home is, and all homes as columns of bucket, program and home, in the same order."""
    owners = {(key.program, home): key for key, some in sorted(homes.items()) for home in some}
    return owners, rows.columns(((rows.bucket(*place), *place) for place in owners), 3)


# --- rows


def days_of(found: Iterable[Row]) -> dict[date, DayActivity]:
    """The days of a member, from the rows of all its homes in `activity` and `activity_mixed`."""
    brands: defaultdict[date, dict[str, BrandActivity]] = defaultdict(dict)
    mixed: defaultdict[date, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for _, _, day, brand, currency, spend, base_points, all_points, orders in found:
        if not currency:
            mixed[day][tuple(brand.split(","))] += orders
            continue
        money = {currency: int(spend)} if spend else {}
        one = BrandActivity(money, int(base_points), int(all_points), orders)
        known = brands[day].get(brand)
        brands[day][brand] = one if known is None else together(known, one)
    days = (
        DayActivity(
            day,
            {name: one for name, one in brands[day].items() if one != NOTHING},
            {names: orders for names, orders in mixed[day].items() if orders} if day in mixed else {},
        )
        for day in [*brands, *(day for day in mixed if day not in brands)]
    )
    return {day.day: day for day in days if not day.is_empty}


def track_of(row: Row) -> KeptTrack:
    """A track from its row."""
    kept = _TURNS.decode(row["turns"])
    track = Track(row["through"], int(row["total"]), kept.turns)
    return KeptTrack(row["ladder"], track, row["changes"], kept.known)


def track_values(root: MemberKey, ladder_id: str, kept: KeptTrack) -> rows.Values:
    """A track as its row."""
    turns = _TURNS.encode(KeptTurns(kept.track.turns, kept.known))
    return (
        rows.bucket(*root),
        *root,
        ladder_id,
        kept.mark,
        kept.track.through,
        kept.track.total,
        kept.changes,
        turns,
    )


def record_of(row: Row) -> RecordedTier:
    """A record from its row."""
    return RecordedTier(row["version"], row["day"], row["tier"], row["until"])


def record_values(root: MemberKey, changes: StandingChanges) -> Iterable[rows.Values]:
    """The records of a command as rows."""
    end = (changes.post_time, changes.partition, changes.position)
    return (
        (rows.bucket(*root), *root, ladder_id, one.position, one.day, one.tier, one.until, *end)
        for ladder_id, records in changes.records.items()
        for one in records
    )


def home_tier_of(row: Row) -> HomeTier:
    """A tier set by hand from its row."""
    manual = ManualTier(
        row["manual_id"],
        row["ladder_id"],
        row["tier"],
        row["start_day"],
        row["end_day"],
        row["reason"],
        row["approver"],
    )
    return HomeTier(row["member"], manual)


def home_tier_values(program: str, tier: HomeTier) -> rows.Values:
    """A tier set by hand as its row."""
    one = tier.manual
    return (
        rows.bucket(program, tier.home),
        program,
        one.manual_id,
        tier.home,
        one.ladder_id,
        one.tier,
        one.start,
        one.end,
        one.reason,
        one.approver,
    )
