"""Events of the domain as the ledger would send them."""

from loyalty.ledger.v1 import accrual_pb2, events_pb2, movement_pb2
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1.log_position_pb2 import LogPosition
from loyalty.type.v1.money_pb2 import Money as MoneyMessage
from loyalty.type.v1.money_pb2 import Ratio as RatioMessage
from loyalty.type.v1.points_pb2 import Funder, PointRate

from chassis.values.money import Money
from settlement_service.domain.event import Accrual, Event, Movement


def event_message(event: Event, traceparent: str = "") -> events_pb2.Event:
    """The event as a message."""
    message = events_pb2.Event(
        program_id=event.program,
        position=LogPosition(partition=event.partition, position=event.position),
        event_type=events_pb2.EventType.Value(f"EVENT_TYPE_{event.event_type}"),
        subject_id=event.subject_id,
        revision=event.revision,
        location_id=event.location_id,
        operator_entity_id=event.operator,
        region=event.region,
        channel=event.channel,
        brand_id=event.brand,
        redeemer_entity_id=event.redeemer,
        movements=[_movement(movement) for movement in event.movements],
        traceparent=traceparent,
        hash=event.hash,
        sold_lines=[
            events_pb2.SoldLine(line_number=line.line_number, brand_id=line.brand, paid=_money(line.paid))
            for line in event.sold_lines
        ],
    )
    message.occur_time.FromDatetime(event.occur_time)
    message.post_time.FromDatetime(event.post_time)
    return message


def _movement(movement: Movement) -> movement_pb2.Movement:
    assert movement.cause is not None
    return movement_pb2.Movement(
        home_member_id=movement.home,
        sequence=movement.sequence,
        accrual_id=movement.accrual.accrual_id,
        kind=movement_pb2.MovementKind.Value(f"MOVEMENT_KIND_{movement.kind.value}"),
        points=movement.points,
        remaining_after=movement.outstanding_after,
        cause=movement_pb2.MovementCause.Value(f"MOVEMENT_CAUSE_{movement.cause.value}"),
        cause_id=movement.cause_id,
        price=_money(movement.price) if movement.price else None,
        obligations=[
            movement_pb2.Obligation(
                debtor_entity_id=owed.debtor,
                creditor_entity_id=owed.creditor,
                amount=_money(owed.amount),
                agreement_id=owed.agreement_id,
            )
            for owed in movement.obligations
        ],
        carrying=[
            movement_pb2.CarryingChange(
                entity_id=change.entity,
                currency_code=change.currency,
                liability_minor_units=change.liability,
                receivable_minor_units=change.receivable,
            )
            for change in movement.carrying
        ],
        accrual=_accrual(movement.accrual),
        place_entity_id=movement.place_entity,
        place_brand_id=movement.place_brand,
        value=_money(movement.value) if movement.value else None,
        line_number=movement.line,
    )


def _accrual(accrual: Accrual) -> accrual_pb2.Accrual:
    message = accrual_pb2.Accrual(
        accrual_id=accrual.accrual_id,
        order_id=accrual.order_id,
        line_number=accrual.line_number,
        brand_id=accrual.brand,
        issuer_entity_id=accrual.issuer,
        rule_id=accrual.rule_id,
        rule_version=accrual.rule_version,
        revision=accrual.revision,
        offer_id=accrual.offer_id,
        funders=[Funder(entity_id=entity, share_basis_points=share) for entity, share in accrual.funders],
        location_id=accrual.location,
        operator_entity_id=accrual.operator,
        region=accrual.region,
        liability=PointRate(
            currency_code=accrual.currency,
            minor_units_per_point=RatioMessage(numerator=accrual.rate.numerator, denominator=accrual.rate.denominator),
        ),
        settlement_policy=program_pb2.SettlementPolicy.Value(f"SETTLEMENT_POLICY_{accrual.policy.value}"),
        reserve_entity_id=accrual.reserve_entity,
    )
    message.earn_time.FromDatetime(accrual.earn_time)
    return message


def _money(money: Money) -> MoneyMessage:
    return MoneyMessage(currency_code=money.currency_code, minor_units=money.minor_units)
