"""Chapter: who may not see what, a person who is erased, and the logs that tell who looked."""

from dataclasses import dataclass
from datetime import UTC, datetime

from loyalty.identity.v1 import person_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import audit_pb2, member_pb2, order_pb2

from deploy.local.demo.chapters import person
from deploy.local.demo.desk import Desk
from deploy.local.demo.place import Place
from deploy.local.demo.sample import order_of
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.till import Till, card
from deploy.local.services import SERVICES

MANAGER = "niagara-manager"
CARD = "SHORT-STAY-1"
_GIVEN, _FAMILY = "Paul", "Bergstrom"
_ADDRESS = "paul.bergstrom@example.net"
_TIME = datetime(2017, 9, 2, 11, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who will not stay, and what he bought."""

    member_id: str
    bought: ledger.PostOrderResponse

    @property
    def ref(self) -> member_pb2.MemberRef:
        """All that leads to him after his erasure."""
        return member_pb2.MemberRef(member_id=self.member_id)


@dataclass(frozen=True, slots=True)
class Manager:
    """Somebody who runs one brand at one shop, as identity and as the ledger hear him."""

    desk: Desk
    till: Till


def manager_token(place: Place, program: str) -> str:
    """A token for one brand at one location, for who runs it."""
    return place.secrets.mint_token(
        MANAGER,
        programs=(program,),
        roles=("LOCATION_MANAGER",),
        brands=(person.SPENT_BRAND,),
        locations=(person.SPENT_LOCATION,),
    )


async def meet(till: Till, desk: Desk) -> Guest:
    """A card, a name, a full tank."""
    member = await till.register("guest", [card(CARD).identifier, person.email(_ADDRESS)])
    await desk.describe(member, _GIVEN, _FAMILY, person_pb2.Birthday(month=5, day=4, year=1971))
    await desk.agree(member, [person.consent("FUEL", granted=True)])
    line = order_pb2.OrderLine(
        line_number=1, brand_id="FUEL", sku="TANK", category_ids=["fuel"], quantity=1, net_minor_units=9_600
    )
    guest = member_pb2.MemberRef(member_id=member)
    return Guest(member, await till.sell(guest, order_of("SHORT-1", "L-00381", _TIME, [line])))


async def tell(screen: Screen, till: Till, desk: Desk, manager: Manager, she: person.Known, guest: Guest) -> None:
    """What the manager hears, what is left of the guest, and whether the logs are whole."""
    screen.chapter(
        "What is nobody else's business",
        """Who runs Pantry at Niagara took her points; what she does at other brands is not his to know or to change.
        And a guest wanted to be forgotten: his points stay, for the books are Fuel's, but nothing tells any more
        whose they were.""",
    )
    await _tell_manager(screen, manager, she)
    await _tell_erasure(screen, till, desk, guest)
    await _tell_audit(screen, desk, she, guest)


async def _tell_manager(screen: Screen, manager: Manager, she: person.Known) -> None:
    seen = await manager.desk.person(she.met.at_fresh)
    heard = {
        "see how she earned at Fresh": await person.reason_of(
            manager.till.explain(she.met.at_fresh, she.met.fruit.earned[0].accrual_id)
        ),
        "change what she told Fresh": await person.reason_of(
            manager.desk.agree(she.met.at_fresh, [person.consent("FRESH", granted=True)])
        ),
        "know which members she was": await person.reason_of(manager.desk.lineage(she.met.at_fresh)),
    }
    rows = table("he would like to", "he hears", wrap=(1,))
    birthday = "her birthday" if seen.profile.HasField("birthday") else "no birthday"
    rows.add_row("know who she is", f"{seen.profile.given_name} {seen.profile.family_name}, {birthday}")
    for wish, reason in heard.items():
        rows.add_row(wish, f"refused ({reason or 'not refused'})")
    screen.show(rows)
    screen.figure(
        birthday == "no birthday"
        and list(heard.values()) == ["ACCRUAL_NOT_FOUND", "DIVISION_NOT_ALLOWED", "ROLE_NOT_ALLOWED"],
        "he is told what his shop needs, and not even whether there is more",
    )


async def _tell_erasure(screen: Screen, till: Till, desk: Desk, guest: Guest) -> None:
    left = await desk.person(guest.member_id)
    export = (await desk.export(guest.member_id)).casefold()
    gone = [word for word in (CARD, _GIVEN, _FAMILY, _ADDRESS) if word.casefold() not in export]
    screen.figure(
        left.HasField("erase_time")
        and not left.identifiers
        and left.profile == person_pb2.Profile()
        and not await desk.consents(guest.member_id)
        and not await desk.knows(card(CARD).identifier)
        and len(gone) == 4,
        "of the guest no card, address, name, birthday or consent is left, and his card leads to nobody",
    )
    wallet = (await till.wallet(guest.ref)).wallet
    screen.figure(
        wallet.balance == guest.bought.earned_points > 0,
        f"his {wallet.balance} points stay in the books until they lapse",
    )


async def _tell_audit(screen: Screen, desk: Desk, she: person.Known, guest: Guest) -> None:
    refused = [
        record for record in await desk.records("identity", she.met.at_fresh) if record.result.endswith("NOT_ALLOWED")
    ]
    erased = [
        record
        for record in await desk.records("identity", guest.member_id)
        if record.method.endswith("/EraseMember") and record.phase == audit_pb2.AUDIT_PHASE_OUTCOME
    ]
    screen.figure(
        {record.caller for record in refused} == {MANAGER} and bool(erased) and erased[-1].result == "OK",
        "identity's audit log has what the manager was refused, and who erased the guest",
    )
    findings = {service: await desk.audit_finding(service) for service in SERVICES}
    screen.figure(not any(findings.values()), f"the audit logs are whole, from the first record: {', '.join(findings)}")
    for service, finding in findings.items():
        if finding:
            screen.note(f"      {service}: {finding}")
