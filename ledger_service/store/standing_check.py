"""Follows ladders once more from the first day of each member, and holds what is kept against it."""

from collections.abc import Iterator, Sequence
from datetime import date

from chassis.runtime.postgres import Connection, Database
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.integrity import IntegrityCheck
from ledger_service.domain.standing.following import KeptTrack, known_of, known_tier, mark_of
from ledger_service.domain.standing.history import RecordedTier
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.standing import standing_of
from ledger_service.domain.standing.timeline import START, advance
from ledger_service.domain.standing.wallet import WalletStanding
from ledger_service.store import rows
from ledger_service.store.standings import read_days, read_standings, record_of
from ledger_service.store.statements import SQL

PAGE = 200
MOST_FINDINGS = 20
DESCRIPTION = "where members of one home stand is what their days and what was set by hand come to, and is recorded"

Records = dict[tuple[MemberKey, str], list[RecordedTier]]


async def check_standings(database: Database, program: str, ladders: Sequence[Ladder]) -> IntegrityCheck:
    """Every member who was followed on a ladder as it is now, page by page. What was followed for several homes, or on
    a ladder that read otherwise, is not looked at: whoever touches it follows it anew."""
    checked, findings = 0, list[str]()
    place = (-1, "")
    while ladders:
        async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
            page = await connection.fetch(SQL.list_tracks, program, *place, PAGE)
            if not page:
                break
            place = (page[-1]["bucket"], page[-1]["root"])
            wallets = [MemberKey(program, row["root"]) for row in page]
            standings, records = await _read(connection, wallets, ladders)
        for wallet in wallets:
            for ladder, kept in _followed(wallet, standings[wallet], ladders):
                checked += 1
                findings += _found(wallet, ladder, kept, standings[wallet], records.get((wallet, ladder.ladder_id), []))
    return IntegrityCheck("I1", DESCRIPTION, checked, len(findings), tuple(findings[:MOST_FINDINGS]))


async def _read(
    connection: Connection, wallets: Sequence[MemberKey], ladders: Sequence[Ladder]
) -> tuple[dict[MemberKey, WalletStanding], Records]:
    homes = {wallet: (wallet.member,) for wallet in wallets}
    standings = await read_standings(connection, homes, {})
    standings = await read_days(connection, standings, homes, dict.fromkeys(wallets, date.min))
    keys = ((rows.bucket(*wallet), *wallet, ladder.ladder_id) for wallet in wallets for ladder in ladders)
    records: Records = {}
    for row in await connection.fetch(SQL.read_tier_records, *rows.columns(keys, 4)):
        place = MemberKey(row["program"], row["home"]), row["ladder_id"]
        records.setdefault(place, []).append(record_of(row))
    return standings, records


def _followed(
    wallet: MemberKey, known: WalletStanding, ladders: Sequence[Ladder]
) -> Iterator[tuple[Ladder, KeptTrack]]:
    for ladder in ladders:
        kept = known.tracks.get(ladder.ladder_id)
        if kept is not None and kept.mark == mark_of(ladder, (wallet.member,)):
            yield ladder, kept


def _found(
    wallet: MemberKey, ladder: Ladder, kept: KeptTrack, known: WalletStanding, records: Sequence[RecordedTier]
) -> Iterator[str]:
    """What is wrong with a track, in words."""
    who = f"member {wallet.member} on {ladder.ladder_id}"
    activity = [known.days[day] for day in sorted(known.days)]
    manual = [tier.manual for _, tier in sorted(known.manual.items())]
    track = advance(ladder, START, activity, kept.track.through)
    standing = standing_of(ladder, track, activity, manual)
    if (kept.track.total, kept.track.turn) != (track.total, track.turn) or kept.changes != standing.changes:
        yield f"{who}: its days come to {track.turn.tier!r} ({track.total}), kept is otherwise"
    if known_of(records) != kept.known:
        yield f"{who}: what is kept of its records is not what was recorded"
    if known_tier(kept, standing.day) != standing.tier:
        yield f"{who}: {standing.tier!r} on {standing.day} is not what is recorded"
