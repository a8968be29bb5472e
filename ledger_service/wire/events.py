"""Movements, events and what checkers find, as messages."""

from collections.abc import Iterator, Sequence

from loyalty.ledger.v1 import events_pb2, integrity_pb2, movement_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as messages

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.event import Event, EventType, RecordedMovement
from ledger_service.domain.integrity import IntegrityCheck, LedgerTotals
from ledger_service.domain.movement import CarryingChange, Cause, Movement, MovementKind, MovementRef, Obligation
from ledger_service.use_cases.log_ports import StoredEvent
from ledger_service.use_cases.stream_events import Progress
from ledger_service.wire import limits, proofs, standing, values
from ledger_service.wire.event_digest import digest_of

# The contracts name every kind, cause and type as the domain does.
KINDS = {kind: movement_pb2.MovementKind.Value(f"MOVEMENT_KIND_{kind.name}") for kind in MovementKind}
CAUSES = {cause: movement_pb2.MovementCause.Value(f"MOVEMENT_CAUSE_{cause.name}") for cause in Cause}
_TYPES = {kind: events_pb2.EventType.Value(f"EVENT_TYPE_{kind.name}") for kind in EventType}


def movement_message(movement: Movement, accrual: Accrual) -> movement_pb2.Movement:
    """A movement with its accrual."""
    settlement = movement.settlement
    return movement_pb2.Movement(
        home_member_id=movement.home,
        sequence=movement.sequence,
        accrual_id=movement.accrual_id,
        kind=KINDS[movement.kind],
        points=movement.points,
        remaining_after=movement.remaining_after,
        held_after=movement.held_after,
        cause=CAUSES[movement.cause],
        cause_id=movement.cause_id,
        line_number=movement.line_number,
        value=values.money_message(settlement.value),
        price=values.money_message(settlement.price),
        pays=_ref(settlement.pays),
        obligations=[_obligation(owed) for owed in settlement.obligations],
        carrying=[_carrying(change) for change in movement.carrying],
        accrual=values.accrual_message(accrual),
        post_time=values.timestamp(movement.post_time),
        occur_time=values.timestamp(movement.occur_time),
        available_time=values.timestamp(movement.available_time),
        expire_time=values.timestamp(movement.expire_time),
        hash=movement.hash,
        place_entity_id=settlement.place_entity,
        place_brand_id=settlement.place_brand,
    )


def _ref(ref: MovementRef | None) -> movement_pb2.MovementRef | None:
    return None if ref is None else movement_pb2.MovementRef(home_member_id=ref.home, sequence=ref.sequence)


def _obligation(owed: Obligation) -> movement_pb2.Obligation:
    return movement_pb2.Obligation(
        debtor_entity_id=owed.debtor,
        creditor_entity_id=owed.creditor,
        amount=values.money_message(owed.amount),
        agreement_id=owed.agreement_id,
        rate_id=owed.rate_id,
    )


def _carrying(change: CarryingChange) -> movement_pb2.CarryingChange:
    return movement_pb2.CarryingChange(
        entity_id=change.entity,
        currency_code=change.currency,
        liability_minor_units=change.liability,
        receivable_minor_units=change.receivable,
    )


def stream_messages(item: StoredEvent | Progress, most_movements: int) -> Iterator[messages.StreamEventsResponse]:
    """How far the stream has come, or an event: after the movements that it has beyond `most_movements` (0: none)."""
    if isinstance(item, Progress):
        positions = values.positions_message(item.positions)
        yield messages.StreamEventsResponse(progress=messages.Progress(positions=positions))
        return
    moves, start = item.event.movements, 0
    while 0 < most_movements < len(moves) - start:
        ahead = messages.MovementsAhead(
            position=values.position_message(item.event.position),
            movements=movement_messages(moves[start : start + most_movements]),
        )
        start += most_movements
        yield messages.StreamEventsResponse(ahead=ahead)
    yield messages.StreamEventsResponse(event=_event(item.event, item.hash, moves[start:]))


def movement_messages(recorded: Sequence[RecordedMovement]) -> list[movement_pb2.Movement]:
    """Movements of an event."""
    return [movement_message(one.movement, one.accrual) for one in recorded]


def _event(event: Event, link: bytes, movements: Sequence[RecordedMovement]) -> events_pb2.Event:
    return events_pb2.Event(
        program_id=event.program,
        position=values.position_message(event.position),
        event_type=_TYPES[event.type],
        root_member_id=event.root,
        wallet_version=event.wallet_version,
        caller=event.caller,
        request_id=event.request_id,
        subject_id=event.subject_id,
        revision=event.revision,
        location_id=event.location_id,
        operator_entity_id=event.operator,
        region=event.region,
        channel=event.channel,
        brand_id=event.brand,
        redeemer_entity_id=event.redeemer,
        influenced_by_offer_id=event.influenced_by_offer_id,
        offer_owner=event.offer_owner,
        member_home_location_id=event.member_home_location_id,
        occur_time=values.timestamp(event.occur_time),
        post_time=values.timestamp(event.post_time),
        movements=movement_messages(movements),
        chain_heads=[
            events_pb2.ChainHead(home_member_id=head.home, length=head.link.length, hash=head.link.hash)
            for head in event.chain_heads
        ],
        traceparent=event.traceparent,
        settled_return_ids=event.settled_returns,
        limits_reached=map(limits.reached_message, event.limits_reached),
        tier_changes=map(standing.change_message, event.tier_changes),
        sold_lines=[
            events_pb2.SoldLine(line_number=line.line_number, brand_id=line.brand, paid=values.money_message(line.paid))
            for line in event.sold_lines
        ],
        digest=digest_of(event),
        proof_method=proofs.method_number(event.proof),
        proof_id=proofs.proof_id(event.proof),
        hash=link,
    )


def check_message(check: IntegrityCheck) -> messages.VerifyIntegrityResponse:
    """What one checker found."""
    return messages.VerifyIntegrityResponse(
        check=integrity_pb2.IntegrityCheck(
            invariant=check.invariant,
            description=check.description,
            checked=check.checked,
            violations=check.violations,
            findings=check.findings,
        )
    )


def totals_message(totals: LedgerTotals) -> messages.GetLedgerTotalsResponse:
    """Totals up to a cursor."""
    return messages.GetLedgerTotalsResponse(
        up_to=values.positions_message(totals.up_to),
        brands=[
            integrity_pb2.BrandTotals(
                brand_id=brand.brand,
                totals=[integrity_pb2.KindTotal(kind=kind.upper(), points=points) for kind, points in brand.by_kind],
                closing_points=brand.closing,
                receivable_points=brand.receivable,
            )
            for brand in totals.brands
        ],
        obligations=[
            integrity_pb2.ObligationTotal(
                debtor_entity_id=owed.debtor,
                creditor_entity_id=owed.creditor,
                currency_code=owed.currency,
                minor_units=owed.amount,
                settlement_policy=values.POLICIES[owed.policy],
                reserve_entity_id=owed.reserve_entity,
            )
            for owed in totals.obligations
        ],
        carrying=[
            integrity_pb2.CarryingTotal(
                entity_id=carried.entity,
                currency_code=carried.currency,
                liability_minor_units=carried.liability,
                receivable_minor_units=carried.receivable,
                settlement_policy=values.POLICIES[carried.policy],
                reserve_entity_id=carried.reserve_entity,
            )
            for carried in totals.carrying
        ],
        own_prices=[
            integrity_pb2.OwnPriceTotal(
                entity_id=own.entity,
                currency_code=own.currency,
                minor_units=own.amount,
                reserve_entity_id=own.reserve_entity,
            )
            for own in totals.own_prices
        ],
    )
