"""Movements with what was posted for each (port `BookedLines`)."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from fractions import Fraction

from chassis.runtime.postgres import Database, Row
from settlement_service.domain.booked_lines import BookedLine, BookedPosting
from settlement_service.store.statements import SQL

_OF_PERIOD = SQL.read_lines_of_period
_NAMED = SQL.read_lines_named
_NAMES_OF_EVENT = SQL.read_names_of_event
_ENDS_OF_HOMES = SQL.read_ends_of_homes

_PAGE = 1_000
_HOMES = 10_000


class BookedLinesStore:
    """Booked movements in PostgreSQL, a page at a time: history never changes, so pages belong together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_period(self, program: str, sequence: int, kinds: Sequence[str] | None) -> AsyncIterator[BookedLine]:
        """As the port says."""
        home, last = "", 0
        while True:
            rows = await self._database.fetch(_OF_PERIOD, program, sequence, home, last, kinds, _PAGE)
            for row in rows:
                yield _line(row)
            if len(rows) < _PAGE:
                return
            home, last = rows[-1]["home_member_id"], rows[-1]["sequence"]

    async def named(
        self, program: str, names: Iterable[tuple[str, int]], up_to: Mapping[int, int]
    ) -> dict[tuple[str, int], BookedLine]:
        """As the port says."""
        asked = sorted(set(names))
        homes, sequences = [home for home, _ in asked], [sequence for _, sequence in asked]
        rows = await self._database.fetch(_NAMED, program, homes, sequences, list(up_to), list(up_to.values()))
        return {(row["home_member_id"], row["sequence"]): _line(row) for row in rows}

    async def names_of_event(self, partition: int, position: int) -> list[tuple[str, int]]:
        """As the port says."""
        rows = await self._database.fetch(_NAMES_OF_EVENT, partition, position)
        return [(row["home_member_id"], row["sequence"]) for row in rows]

    async def ends_of_homes(self, program: str, up_to: Mapping[int, int]) -> AsyncIterator[tuple[str, int]]:
        """As the port says."""
        after = ""
        cut = (list(up_to), list(up_to.values()))
        while True:
            rows = await self._database.fetch(_ENDS_OF_HOMES, program, after, *cut, _HOMES)
            for row in rows:
                yield row["home_member_id"], row["sequence"]
            if len(rows) < _HOMES:
                return
            after = rows[-1]["home_member_id"]


def _line(row: Row) -> BookedLine:
    return BookedLine(
        home=row["home_member_id"],
        sequence=row["sequence"],
        kind=row["kind"],
        cause=row["cause"],
        points=row["points"],
        outstanding_after=row["outstanding_after"],
        accrual_id=row["accrual_id"],
        brand=row["brand_id"],
        order_id=row["order_id"],
        line_number=row["line_number"],
        policy=row["settlement_policy"],
        reserve=row["reserve_entity_id"],
        redeemer=row["redeemer_entity_id"],
        funders=_funders(row["funders"]),
        carried_in=row["currency_code"],
        rate=Fraction(row["rate_numerator"], row["rate_denominator"]),
        currency=row["value_currency"] or row["price_currency"],
        value=row["value"],
        price=row["price"],
        known=row["known"],
        event_type=row["event_type"],
        revision=row["revision"],
        location_id=row["location_id"],
        occur_time=row["occur_time"],
        postings=_postings(row),
    )


def _funders(text: str) -> tuple[tuple[str, int], ...]:
    pairs = (each.rpartition("=") for each in text.split(",") if each)
    return tuple((entity, int(share)) for entity, _, share in pairs)


def _postings(row: Row) -> tuple[BookedPosting, ...]:
    columns = [row[name] or [] for name in ("entities", "currencies", "accounts", "counterparties", "amounts")]
    return tuple(BookedPosting(*posting) for posting in zip(*columns, strict=True))
