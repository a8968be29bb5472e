"""Chapter: one person behind a card and a web account, who spends where nobody has met her and proves herself."""

from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from loyalty.identity.v1 import duplicate_pb2, merge_pb2, person_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_pb2
from loyalty.type.v1 import member_pb2, order_pb2, proof_pb2

from chassis.values.refusal import Refusal
from deploy.local.demo.desk import CLERK, Desk
from deploy.local.demo.office import Office
from deploy.local.demo.sample import order_of
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.till import Till
from deploy.local.demo.words import amount, moment, money

CARD = "TWO-NAMES-1"
SPENT_BRAND, SPENT_LOCATION = "PANTRY", "L-90001"
_ACCOUNT = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_WEB_ACCOUNT, value="care-shop:imoreau")
_AT_FRESH, _AT_CARE = "L-00292", "L-00330"
_BORN = person_pb2.Birthday(month=2, day=29, year=1984)
_SIGNALS = 3
"""One mailbox, one name, one day of birth."""
_CURRENCY = "CAD"
_POINTS = 2_000
_SPENT = datetime(2018, 1, 24, 17, tzinfo=UTC)
_PIN, _GUESS = "72940", "72950"


@dataclass(frozen=True, slots=True)
class Met:
    """Two members, and what each bought."""

    at_fresh: str
    at_care: str
    fruit: ledger.PostOrderResponse
    lipsticks: ledger.PostOrderResponse


@dataclass(frozen=True, slots=True)
class Known:
    """One person: why, and what she spent. `refusals` are the reasons of the tries without her PIN."""

    met: Met
    duplicate: duplicate_pb2.Duplicate
    merge: merge_pb2.LinkChange
    refusals: Sequence[str]
    spent: ledger.RedeemPointsResponse


async def meet(till: Till, desk: Desk) -> Met:
    """Fresh gives her a card, Care's web shop an account; neither knows of the other."""
    at_fresh = await till.register("at-fresh", [_card(), email("ines.moreau@example.com")], _AT_FRESH)
    at_care = await till.register("at-care", [_ACCOUNT, email("ines.moreau+care@example.com")])
    await desk.describe(at_fresh, "Ines", "Moreau", _BORN)
    await desk.describe(at_care, "Inès", "Moreau", _BORN)
    await desk.agree(at_fresh, [consent("FRESH", granted=False)])
    await desk.agree(at_care, [consent("CARE", granted=True)])
    fruit = await till.sell(CARD, _order("TWO-1", _AT_FRESH, datetime(2017, 7, 8, 14, tzinfo=UTC), "produce", 42_000))
    lipsticks = await till.sell(
        member_pb2.MemberRef(identifier=_ACCOUNT),
        _order("TWO-2", _AT_CARE, datetime(2017, 11, 10, 19, tzinfo=UTC), "cosmetics", 64_000, brand="CARE"),
    )
    return Met(at_fresh, at_care, fruit, lipsticks)


async def join(till: Till, desk: Desk, met: Met) -> Known:
    """A person merges the two; she spends at a third brand, without and with her PIN."""
    found = await desk.duplicate(met.at_care, _SIGNALS)
    decided = await desk.merge(found.duplicate_id, met.at_fresh, "one mailbox; she showed both at the desk")
    await desk.set_pin(met.at_fresh, _PIN, "asked for it at the desk")

    async def spend(name: str, pin: str) -> ledger.RedeemPointsResponse:
        return await till.redeem(
            CARD,
            _POINTS,
            SPENT_LOCATION,
            SPENT_BRAND,
            _SPENT,
            request_id=f"redeem-{CARD}{name}",
            currency=_CURRENCY,
            proof=proof_pb2.MemberProof(method=proof_pb2.PROOF_METHOD_PIN, value=pin) if pin else None,
        )

    refusals = [await reason_of(spend("-without", "")), await reason_of(spend("-guessed", _GUESS))]
    return Known(met, decided.duplicate, decided.change, refusals, await spend("", _PIN))


async def tell(screen: Screen, till: Till, desk: Desk, office: Office, known: Known) -> None:
    """How two became one, what she has, how she proved herself, and who may write to her."""
    screen.chapter(
        "One person, two names",
        f"""Ines Moreau has a card of Fresh and an account in Care's web shop, and each brand took her for somebody
        new. Identity compares what members have told and lists who may be the same; it merges nobody by itself.
        {CLERK} at headquarters looked at it and decided.""",
    )
    rows = table("what speaks for it", "how alike", left=1)
    for evidence in known.duplicate.evidence:
        rows.add_row(evidence.explanation, f"{evidence.likeness}%")
    screen.show(rows)
    await _tell_lineage(screen, desk, known)
    await _tell_balance(screen, till, known)
    await _tell_proof(screen, office, known)
    await _tell_consents(screen, desk, known)


async def _tell_lineage(screen: Screen, desk: Desk, known: Known) -> None:
    lineage = await desk.lineage(known.met.at_care)
    entry = lineage.history[0]
    screen.show(f"Merged by {entry.decided_by}, score {known.duplicate.score} of 100: “{entry.reason}”.")
    screen.figure(
        lineage.root_member_id == known.met.at_fresh
        and [link.member_id for link in lineage.links] == [known.met.at_care]
        and (entry.decided_by, entry.merge_rule_version) == (CLERK, 0)
        and entry.duplicate_id == known.duplicate.duplicate_id,
        "the lineage says who decided, why and upon what; it can be parted again",
    )


async def _tell_balance(screen: Screen, till: Till, known: Known) -> None:
    met, spent = known.met, known.spent
    rows = table("", "points")
    rows.add_row("collected with the card, at Fresh", f"{met.fruit.earned_points:,}")
    rows.add_row("collected with the account, at Care", f"{met.lipsticks.earned_points:,}")
    rows.add_row("spent at Pantry", f"−{spent.redemption.points:,}")
    rows.add_row("balance", f"{spent.wallet.balance:,}", style="bold")
    screen.show(rows)
    card = (await till.wallet(CARD)).wallet.balance
    account = (await till.wallet(member_pb2.MemberRef(identifier=_ACCOUNT))).wallet.balance
    screen.figure(
        card
        == account
        == spent.wallet.balance
        == met.fruit.earned_points + met.lipsticks.earned_points - spent.redemption.points,
        f"one balance, by card and by account: {card:,}",
    )


async def _tell_proof(screen: Screen, office: Office, known: Known) -> None:
    redemption = known.spent.redemption
    screen.say(
        f"""She spends at Pantry across the border, where nobody has met her. There the program asks for a proof above
        20.00 CAD, and {redemption.points:,} points are {money(redemption.value)}."""
    )
    rows = table("she tells", "the till hears", wrap=(1,))
    for told, reason in zip(("nothing", "a wrong PIN"), known.refusals, strict=True):
        rows.add_row(told, f"refused ({reason or 'not refused'})")
    rows.add_row("her PIN", f"paid with {redemption.points:,} points")
    screen.show(rows)
    screen.figure(
        list(known.refusals) == ["PROOF_REQUIRED", "PROOF_REFUSED"]
        and redemption.proof_method == proof_pb2.PROOF_METHOD_PIN,
        "nothing was spent without her PIN; the redemption says that it was shown, and not what it is",
    )
    await _tell_owed(screen, office, redemption)


async def _tell_owed(screen: Screen, office: Office, redemption: redemption_pb2.Redemption) -> None:
    names = {entity.entity_id: entity.name for entity in (await office.configuration()).entities}
    points, owed = 0, Counter[str]()
    async for movement in office.movements(CARD):
        if movement.cause_id == redemption.redemption_id:
            points += movement.points
            for debt in movement.obligations:
                owed[names[debt.debtor_entity_id]] += debt.amount.minor_units
    told = ", ".join(f"{name} {amount(cents, _CURRENCY)}" for name, cents in sorted(owed.items()))
    screen.figure(
        points == redemption.points and owed.total() == redemption.value.minor_units,
        f"who gave the points owes Pantry what they bought, to the cent: {told}",
    )


async def _tell_consents(screen: Screen, desk: Desk, known: Known) -> None:
    said = {one.consent.brand_id: one.consent.granted for one in await desk.consents(known.met.at_fresh)}
    told = ", ".join(f"{brand.capitalize()} {'may' if may else 'may not'}" for brand, may in sorted(said.items()))
    screen.show(f"Who may write to her about offers: {told}, Pantry and Fuel have not asked, which means no.")
    screen.figure(said == {"CARE": True, "FRESH": False}, "what she told one brand is not taken for another's")


async def reason_of(call: Awaitable[object]) -> str:
    """The reason a call was refused for; empty if it was not."""
    try:
        await call
    except Refusal as refusal:
        return refusal.reason
    return ""


def _card() -> member_pb2.Identifier:
    return member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=CARD)


def email(address: str) -> member_pb2.Identifier:
    """An address that points to a member."""
    return member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_EMAIL, value=address)


def consent(brand: str, *, granted: bool) -> person_pb2.Consent:
    """That a brand may, or may not, tell of its offers by e-mail."""
    return person_pb2.Consent(
        brand_id=brand,
        channel=person_pb2.CONTACT_CHANNEL_EMAIL,
        purpose=person_pb2.CONSENT_PURPOSE_MARKETING,
        granted=granted,
        wording_version="2017-05",
        source="desk",
        occur_time=moment(datetime(2017, 11, 10, 18, tzinfo=UTC)),
    )


def _order(
    document_id: str, location: str, time: datetime, category: str, net: int, brand: str = "FRESH"
) -> order_pb2.Order:
    line = order_pb2.OrderLine(
        line_number=1, brand_id=brand, sku=document_id, category_ids=[category], quantity=1, net_minor_units=net
    )
    return order_of(document_id, location, time, [line])
