"""Rows of documents and of what belongs to them (sales, returns, redemptions, burns, holds, adjustments, transfers) as
values, and values as rows."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.runtime.postgres import Row
from chassis.values.money import Money
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.facts import KeptFacts
from ledger_service.domain.hold import HeldPart, Hold, HoldKind, HoldState, Spending
from ledger_service.domain.movement import MovementRef
from ledger_service.domain.order import (
    DocumentRef,
    OrderState,
    PostedOrder,
    PostedReturn,
    RestoredPoints,
    ReturnBasis,
    ReturnDocument,
    ReturnedLine,
    ReturnState,
    ReversedPoints,
    TrimmedGrant,
)
from ledger_service.domain.policies import ReturnPolicy
from ledger_service.domain.proof import Proof, ProofMethod
from ledger_service.domain.redemption import Burn, Redemption, RedemptionPiece
from ledger_service.domain.transfer import Transfer
from ledger_service.store import codec
from ledger_service.store.rows import Values, bucket


@dataclass(frozen=True, slots=True)
class HoldDetails:
    """What of a hold is kept as JSON."""

    parts: tuple[HeldPart, ...]
    spending: Spending | None
    announced: ReturnDocument | None


@dataclass(frozen=True, slots=True)
class ReturnDetails:
    """What of a return is kept as JSON."""

    awaited: tuple[DocumentRef, ...] = ()
    reason: str = ""
    resolved_by: str = ""
    policy: ReturnPolicy | None = None
    place_entity: str = ""
    reversed: tuple[ReversedPoints, ...] = ()
    restored: tuple[RestoredPoints, ...] = ()


_HOLDS = codec.JsonOf(HoldDetails)
_RETURNS = codec.JsonOf(ReturnDetails)
_FACTS = codec.JsonOf(KeptFacts)
_TRIMMED: codec.JsonOf[tuple[TrimmedGrant, ...]] = codec.JsonOf(tuple[TrimmedGrant, ...])
_PIECES: codec.JsonOf[tuple[RedemptionPiece, ...]] = codec.JsonOf(tuple[RedemptionPiece, ...])
_ADJUSTMENTS = codec.JsonOf(Adjustment)
_TRANSFERS = codec.JsonOf(Transfer)


def burn_of(row: Row) -> Burn:
    """A burn from its row."""
    pays = None if row["pays_home"] is None else MovementRef(row["pays_home"], row["pays_sequence"])
    return Burn(
        program=row["program"],
        movement=MovementRef(row["home"], row["sequence"]),
        accrual_id=row["accrual_id"],
        points=row["points"],
        price=Money(row["currency"], row["price"]),
        borne=tuple(map(int, row["borne"].split(","))),
        repaid_points=row["repaid_points"],
        repaid_price=row["repaid_price"],
        post_time=row["post_time"],
        restored_points=row["restored_points"],
        restored_price=row["restored_price"],
        pays=pays,
        debtor=row["debtor"],
        waived=row["waived"],
    )


def burn_values(burn: Burn) -> Values:
    """A burn as its row."""
    return (
        bucket(burn.program, burn.movement.home),
        burn.program,
        burn.accrual_id,
        *burn.movement,
        burn.points,
        burn.price.currency_code,
        burn.price.minor_units,
        ",".join(map(str, burn.borne)),
        burn.post_time,
        burn.pays.home if burn.pays else None,
        burn.pays.sequence if burn.pays else None,
        burn.debtor,
        burn.repaid_points,
        burn.repaid_price,
        burn.restored_points,
        burn.restored_price,
        burn.waived,
    )


def order_of(row: Row) -> PostedOrder:
    """A sale from its row."""
    return PostedOrder(
        program=row["program"],
        order_id=row["order_id"],
        home=row["home"],
        state=OrderState(row["state"]),
        revision=row["revision"],
        document=codec.decode_order(row["document"]),
        post_time=row["post_time"],
        redemptions=tuple(row["redemptions"]),
        returns=tuple(row["returns"]),
        corrections=tuple(row["corrections"]),
        local_day=row["local_day"] or date.min,
        facts=None if row["facts"] is None else _FACTS.decode(row["facts"]),
        trimmed=_TRIMMED.decode(row["trimmed"].encode()) if row["trimmed"] else (),
    )


def order_values(order: PostedOrder) -> Values:
    """A new sale as its row; lists of ids as text, ids hold no comma."""
    return (
        bucket(order.program, order.home),
        order.program,
        order.order_id,
        order.home,
        order.state.value,
        order.revision,
        codec.encode(order.document),
        order.post_time,
        ",".join(order.redemptions),
        ",".join(order.returns),
        ",".join(order.corrections),
        order.document.occur_time,
        order.document.location_id,
        order.local_day,
        None if order.facts is None else _FACTS.encode(order.facts),
        _TRIMMED.encode(order.trimmed).decode() if order.trimmed else "",
    )


def order_changes(order: PostedOrder) -> Values:
    """What may change of a sale, under its key."""
    return (
        bucket(order.program, order.home),
        order.program,
        order.order_id,
        order.state.value,
        order.revision,
        codec.encode(order.document),
        ",".join(order.redemptions),
        ",".join(order.returns),
        ",".join(order.corrections),
    )


def return_of(row: Row) -> PostedReturn:
    """A return from its row."""
    details = ReturnDetails() if row["details"] is None else _RETURNS.decode(row["details"])
    return PostedReturn(
        program=row["program"],
        return_id=row["return_id"],
        home=row["home"],
        document=codec.decode_return(row["document"]),
        post_time=row["post_time"],
        state=ReturnState(row["state"]),
        awaited=details.awaited,
        reason=details.reason,
        resolved_by=details.resolved_by,
        park_time=row["park_time"],
        policy=details.policy,
        place_entity=details.place_entity,
        reversed=details.reversed,
        restored=details.restored,
    )


def return_values(posted: PostedReturn) -> Values:
    """A return as its row."""
    details = ReturnDetails(
        awaited=posted.awaited,
        reason=posted.reason,
        resolved_by=posted.resolved_by,
        policy=posted.policy,
        place_entity=posted.place_entity,
        reversed=posted.reversed,
        restored=posted.restored,
    )
    return (
        bucket(posted.program, posted.home),
        posted.program,
        posted.return_id,
        posted.home,
        codec.encode(posted.document),
        posted.post_time,
        posted.state.value,
        posted.document.location_id,
        posted.park_time,
        _RETURNS.encode(details),
    )


def returned_line_of(row: Row) -> ReturnedLine:
    """What of a line has come back, from its row."""
    return ReturnedLine(
        program=row["program"],
        home=row["home"],
        order_id=row["order_id"],
        line_number=row["line_number"],
        basis=ReturnBasis(row["basis"]),
        returned=row["returned"],
        sold=row["sold"],
    )


def returned_line_values(line: ReturnedLine) -> Values:
    """What of a line has come back, as its row."""
    return (
        bucket(line.program, line.home),
        line.program,
        line.order_id,
        line.line_number,
        line.home,
        line.basis.value,
        line.returned,
        line.sold,
    )


def redemption_of(row: Row) -> Redemption:
    """A redemption from its row."""
    return Redemption(
        program=row["program"],
        redemption_id=row["redemption_id"],
        root=row["root"],
        brand=row["brand"],
        redeemer=row["redeemer"],
        location_id=row["location_id"],
        points=row["points"],
        value=Money(row["currency"], row["value"]),
        rate=PointRate(row["currency"], Ratio(row["rate_numerator"], row["rate_denominator"])),
        revision=row["revision"],
        occur_time=row["occur_time"],
        post_time=row["post_time"],
        authorization_id=row["authorization_id"],
        order_id=row["order_id"],
        pieces=_PIECES.decode(row["pieces"]),
        proof=None if row["proof_id"] is None else Proof(ProofMethod(row["method"]), row["proof_id"]),
    )


def redemption_values(redemption: Redemption) -> Values:
    """A new redemption as its row."""
    rate = redemption.rate.per_point
    return (
        bucket(redemption.program, redemption.root),
        redemption.program,
        redemption.redemption_id,
        redemption.root,
        redemption.brand,
        redemption.redeemer,
        redemption.location_id,
        redemption.points,
        redemption.value.currency_code,
        redemption.value.minor_units,
        rate.numerator,
        rate.denominator,
        redemption.revision,
        redemption.occur_time,
        redemption.post_time,
        redemption.authorization_id,
        redemption.order_id,
        _PIECES.encode(redemption.pieces),
    )


def proof_values(redemption: Redemption, proof: Proof) -> Values:
    """The proof behind a new redemption, as its row."""
    place = (bucket(redemption.program, redemption.root), redemption.program, redemption.redemption_id)
    return (*place, proof.method.value, proof.proof_id)


def redemption_changes(redemption: Redemption) -> Values:
    """What may change of a redemption, under its key."""
    return (
        bucket(redemption.program, redemption.root),
        redemption.program,
        redemption.redemption_id,
        redemption.order_id,
        _PIECES.encode(redemption.pieces),
    )


def hold_of(row: Row) -> Hold:
    """A hold from its row."""
    details = _HOLDS.decode(row["details"])
    return Hold(
        program=row["program"],
        hold_id=row["hold_id"],
        root=row["root"],
        kind=HoldKind(row["kind"]),
        state=HoldState(row["state"]),
        time_out=row["time_out"],
        parts=details.parts,
        spending=details.spending,
        announced=details.announced,
    )


def hold_values(hold: Hold) -> Values:
    """A hold as its row."""
    return (
        bucket(hold.program, hold.root),
        hold.program,
        hold.hold_id,
        hold.root,
        hold.kind.value,
        hold.state.value,
        hold.time_out,
        hold.points,
        _HOLDS.encode(HoldDetails(hold.parts, hold.spending, hold.announced)),
    )


def adjustment_of(row: Row) -> Adjustment:
    """An adjustment from its row."""
    return _ADJUSTMENTS.decode(row["details"])


def adjustment_values(adjustment: Adjustment) -> Values:
    """An adjustment as its row."""
    return _kept(
        adjustment.program,
        adjustment.home,
        adjustment.adjustment_id,
        adjustment.state.value,
        adjustment.post_time,
        _ADJUSTMENTS.encode(adjustment),
    )


def transfer_of(row: Row) -> Transfer:
    """A transfer from its row."""
    return _TRANSFERS.decode(row["details"])


def transfer_values(transfer: Transfer) -> Values:
    """A transfer as its row."""
    return _kept(
        transfer.program,
        transfer.root,
        transfer.transfer_id,
        transfer.state.value,
        transfer.post_time,
        _TRANSFERS.encode(transfer),
    )


def _kept(program: str, member: str, subject_id: str, state: str, post_time: datetime, details: bytes) -> Values:
    return bucket(program, member), program, subject_id, member, state, post_time, details
