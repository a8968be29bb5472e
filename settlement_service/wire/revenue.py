"""Reports on points given: questions and answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from loyalty.settlement.v1 import revenue_pb2 as pb
from loyalty.settlement.v1 import revenue_service_pb2 as messages
from loyalty.type.v1.log_position_pb2 import LogPosition
from loyalty.type.v1.money_pb2 import Ratio as RatioMessage

from chassis.runtime.fields import FieldReader
from chassis.values.integers import checked
from chassis.values.rounding import ZERO, Ratio
from settlement_service.domain.books import Vector
from settlement_service.domain.breakage.cohort import Cohort
from settlement_service.domain.breakage.remeasurement import Remeasured
from settlement_service.domain.breakage.reports import CohortRevenue, PointsLiability
from settlement_service.domain.breakage.roll_forward import DeferredRollForward, PointsRollForward, in_all
from settlement_service.wire.as_of import read_optional_month
from settlement_service.wire.money import ratio_message
from settlement_service.wire.positions import vector_of
from settlement_service.wire.requests import read_positions

_MOST_VALUES = 1_000

NewValues = dict[tuple[str, str], Ratio]


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """A report on a program's points at the end of `period` (empty: now), of books that have reached `at_least`."""

    program: str
    period: str
    at_least: Vector


def question_of(
    request: messages.GetDeferredRevenueRequest | messages.GetPointsLiabilityRequest,
) -> ReportQuestion:
    """The question. Raises MALFORMED."""
    reader = FieldReader()
    question = _question(reader, request.program_id, request.period, request.at_least)
    reader.finish()
    return question


def remeasurement_of(request: messages.GetRemeasurementRequest) -> tuple[ReportQuestion, NewValues]:
    """The question and the new values by brand and currency. Raises MALFORMED."""
    reader = FieldReader()
    question = _question(reader, request.program_id, request.period, request.at_least)
    reader.count("values", len(request.values), _MOST_VALUES, least=0)
    values: NewValues = {}
    for index, value in enumerate(request.values):
        field = f"values[{index}]"
        key = (
            reader.id(f"{field}.brand_id", value.brand_id),
            reader.currency(f"{field}.rate.currency_code", value.rate.currency_code),
        )
        if key in values:
            reader.fault(field, "names a brand and currency for the second time")
        values[key] = _read_ratio(reader, f"{field}.rate.minor_units_per_point", value.rate.minor_units_per_point)
    reader.finish()
    return question, values


def _question(reader: FieldReader, program: str, period: str, at_least: Sequence[LogPosition]) -> ReportQuestion:
    reader.id("program_id", program)
    read_optional_month(reader, "period", period)
    read_positions(reader, at_least)
    return ReportQuestion(program, period, vector_of(at_least))


def _read_ratio(reader: FieldReader, field: str, message: RatioMessage) -> Ratio:
    try:
        return Ratio(message.numerator, message.denominator)
    except ValueError:
        reader.fault(field, "must be a ratio in lowest terms, numerator at least 0, denominator at least 1")
        return ZERO


def brand_messages(rows: Iterable[CohortRevenue]) -> list[pb.DeferredRevenue]:
    """All cohorts of a brand and currency together; they share the brand's estimate."""
    groups: dict[tuple[str, str], list[CohortRevenue]] = defaultdict(list)
    for row in rows:
        groups[row.cohort.brand, row.cohort.currency].append(row)
    return [
        cohort_message(
            replace(
                group[0],
                cohort=Cohort(brand, "", currency),
                roll=in_all(row.roll for row in group),
                disproved=any(row.disproved for row in group),
            )
        )
        for (brand, currency), group in sorted(groups.items())
    ]


def cohort_message(row: CohortRevenue) -> pb.DeferredRevenue:
    """One cohort's period. Refuses AMOUNT_OUT_OF_RANGE where a figure does not fit the wire."""
    name = f"cohort.{row.cohort.brand}.{row.cohort.month or 'all'}.{row.cohort.currency}"
    return pb.DeferredRevenue(
        cohort=_cohort(row.cohort),
        points=_points(row.roll.points, name),
        money=_money(row.roll.money, name),
        expected=ratio_message(row.expected),
        disproved=row.disproved,
    )


def liability_message(row: PointsLiability) -> pb.PointsLiability:
    """What a brand's points stand for. Refuses AMOUNT_OUT_OF_RANGE."""
    name = f"brand.{row.brand}.{row.currency}"
    return pb.PointsLiability(
        brand_id=row.brand,
        currency_code=row.currency,
        outstanding_points=checked(row.outstanding, f"{name}.outstanding"),
        carried_minor_units=checked(row.carried, f"{name}.carried"),
        expected_minor_units=checked(row.expected, f"{name}.expected"),
        receivable_points=checked(row.debt, f"{name}.debt"),
        receivable_minor_units=checked(row.receivable, f"{name}.receivable"),
        expected=ratio_message(row.share),
    )


def remeasured_message(row: Remeasured) -> pb.Remeasurement:
    """A row of the remeasurement. Refuses AMOUNT_OUT_OF_RANGE."""
    carried = row.carried
    name = f"cohort.{carried.cohort.brand}.{carried.cohort.month}.{carried.cohort.currency}"
    return pb.Remeasurement(
        cohort=_cohort(carried.cohort),
        rate=ratio_message(carried.rate),
        new_rate=ratio_message(row.new_rate),
        points=checked(carried.points, f"{name}.points"),
        carried_minor_units=checked(carried.minor_units, f"{name}.carried"),
        remeasured_minor_units=row.remeasured,
        by_rounding_minor_units=checked(row.by_rounding, f"{name}.by_rounding"),
        by_value_minor_units=checked(row.by_value, f"{name}.by_value"),
    )


def _points(points: PointsRollForward, name: str) -> pb.PointsRollForward:
    return pb.PointsRollForward(
        opening_points=checked(points.opening, f"{name}.opening_points"),
        given_points=checked(points.given, f"{name}.given_points"),
        taken_back_points=checked(points.taken_back, f"{name}.taken_back_points"),
        redeemed_points=checked(points.redeemed, f"{name}.redeemed_points"),
        expired_points=checked(points.expired, f"{name}.expired_points"),
        closing_points=checked(points.closing, f"{name}.closing_points"),
    )


def _money(money: DeferredRollForward, name: str) -> pb.DeferredRollForward:
    return pb.DeferredRollForward(
        opening=checked(money.opening, f"{name}.opening"),
        deferred=checked(money.deferred, f"{name}.deferred"),
        undone=checked(money.undone, f"{name}.undone"),
        redemption=checked(money.redemption, f"{name}.redemption"),
        breakage=checked(money.breakage, f"{name}.breakage"),
        change_of_estimate=checked(money.change_of_estimate, f"{name}.change_of_estimate"),
        closing=checked(money.closing, f"{name}.closing"),
        revenue=checked(money.revenue, f"{name}.revenue"),
    )


def _cohort(cohort: Cohort) -> pb.Cohort:
    return pb.Cohort(brand_id=cohort.brand, month=cohort.month, currency_code=cohort.currency)
