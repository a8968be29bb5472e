"""Recomputes the hash chains: movements per home, events per partition, and the anchors between them."""

from dataclasses import dataclass, field

from chassis.runtime.postgres import Database, Row
from chassis.values.canonical import GENESIS
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.integrity import IntegrityCheck
from ledger_service.domain.movement import CHAIN_START, Link, Movement, movement_hash
from ledger_service.store import codec
from ledger_service.store.event_hash import is_linked
from ledger_service.store.movement_rows import links_of
from ledger_service.store.statements import SQL

PAGE = 1_000
MOST_FINDINGS = 20


@dataclass(slots=True)
class _Findings:
    checked: int = 0
    violations: int = 0
    named: list[str] = field(default_factory=list)

    def found(self, what: str) -> None:
        self.violations += 1
        if len(self.named) < MOST_FINDINGS:
            self.named.append(what)

    def outcome(self, description: str) -> IntegrityCheck:
        return IntegrityCheck("I7", description, self.checked, self.violations, tuple(self.named))


async def check_movement_chains(database: Database, program: str) -> IntegrityCheck:
    """Every movement is what its hash says, every chain is whole and passes through what the log last anchored."""
    findings = _Findings()
    anchors = _Anchors(database, program, findings)
    await anchors.read_on()
    ends: dict[str, Link] = {}
    bucket, member = -1, ""
    while page := await database.fetch(SQL.list_homes, program, bucket, member, PAGE):
        for row in page:
            bucket, member = row["bucket"], row["member"]
            ends[member] = Link(row["length"], row["hash"])
            await _check_chain(database, MemberKey(program, member), ends[member], anchors.of.get(member), findings)
    for lost in anchors.of.keys() - ends.keys():
        findings.found(f"home {lost}: the log knows its movements, it is gone")
    # Homes may have moved on since the log was read; what they have beyond it must be in the log by now.
    await anchors.read_on()
    for member, end in ends.items():
        known = anchors.of.get(member, CHAIN_START).length
        if known < end.length:
            findings.found(f"home {member}: the log knows {known} movements, {end.length} are there")
    return findings.outcome("movements are chained without gap, hash by hash, to what the log anchored")


async def _check_chain(
    database: Database, home: MemberKey, end: Link, anchor: Link | None, findings: _Findings
) -> None:
    link = CHAIN_START
    try:
        while page := await _page(database, home, link) if link.length < end.length else ():
            for movement, born in page:
                findings.checked += 1
                if movement.sequence != link.length + 1:
                    findings.found(f"home {home.member}: movement {link.length + 1} is missing")
                    return
                if movement_hash(link.hash, home.program, movement, born) != movement.hash:
                    findings.found(f"home {home.member}: movement {movement.sequence} is not what its hash says")
                link = Link(movement.sequence, movement.hash)
                if anchor is not None and anchor.length == link.length and anchor != link:
                    findings.found(f"home {home.member}: the log anchored another hash at movement {anchor.length}")
    except (LookupError, Refusal, ValueError) as error:
        findings.found(f"home {home.member}: what follows movement {link.length} cannot be read: {error}")
        return
    if link != end:
        findings.found(f"home {home.member}: the chain ends at {link.length}, it should at {end.length}")
    if anchor is not None and anchor.length > end.length:
        findings.found(f"home {home.member}: the log knows {anchor.length} movements, {end.length} are there")


async def _page(database: Database, home: MemberKey, link: Link) -> list[tuple[Movement, Accrual | None]]:
    async with database.acquire() as connection:
        return await links_of(connection, home, link.length, PAGE)


@dataclass(slots=True)
class _Anchors:
    """The last end of each home's chain that the log knows, as far as it was read."""

    database: Database
    program: str
    findings: _Findings
    of: dict[str, Link] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)

    async def read_on(self) -> None:
        """Reads from where it stopped to where the log stands now."""
        for head in await self.database.fetch(SQL.read_heads):
            partition, up_to = head["partition"], head["position"]
            after = self.read.get(partition, 0)
            while page := await self.database.fetch(SQL.read_events, partition, after, up_to, [self.program], PAGE):
                after = page[-1]["position"]
                for row in page:
                    self._take(partition, row)
            self.read[partition] = up_to

    def _take(self, partition: int, row: Row) -> None:
        try:
            heads = codec.decode_chain_heads(row["payload"])
        except codec.UnreadableError as error:
            self.findings.found(f"partition {partition}: event {row['position']} cannot be read: {error}")
            return
        for end in heads:
            # The longest: a home may have anchors in several partitions.
            if end.link.length > self.of.get(end.home, CHAIN_START).length:
                self.of[end.home] = end.link


async def check_event_chains(database: Database) -> IntegrityCheck:
    """The log of every partition is whole, hash by hash, up to its head.

    Events of all programs are looked at, whichever is asked about: a link proves an event only together with every link
    after it up to the head, and in between lie other programs' events. Whoever changed one event and its hash would be
    found at the next event, which may be anybody's.
    """
    findings = _Findings()
    for head in await database.fetch(SQL.read_head_hashes):
        await _check_log(database, head["partition"], head["position"], head["hash"], findings)
    return findings.outcome("events are chained without gap, hash by hash, up to the head of their partition")


async def _check_log(database: Database, partition: int, end: int, end_hash: bytes, findings: _Findings) -> None:
    position, last = 0, GENESIS
    while position < end:
        page = await database.fetch(SQL.read_payloads, partition, position, min(PAGE, end - position))
        for row in page:
            findings.checked += 1
            if row["position"] != position + 1:
                findings.found(f"partition {partition}: event {position + 1} is missing")
                return
            if not is_linked(last, row["payload"], row["answer"], row["hash"]):
                findings.found(f"partition {partition}: event {row['position']} is not what its hash says")
            position, last = row["position"], row["hash"]
        if not page:
            break
    if (position, last) != (end, end_hash):
        findings.found(f"partition {partition}: the log ends at {position}, it should at {end}")
