"""Comparisons of configurations over recorded sales: requests and what is told of them."""

from collections.abc import Sequence

from loyalty.ledger.v1 import correction_requests_pb2 as messages
from loyalty.rules.v1 import rules_service_pb2
from loyalty.type.v1 import refusal_pb2

from chassis.runtime.fields import FieldReader
from chassis.runtime.item_refusal import refusal_fields
from ledger_service.domain.comparison import ComparedBrand, ComparedSale, Comparison
from ledger_service.use_cases.compare_revisions import CompareRequest, ProgramFiles
from ledger_service.wire import people_answers, people_requests, values

MOST_FILES = 500
MOST_BYTES = 3 * 1024 * 1024
"""Of all files together."""


def compare_request(request: messages.CompareRevisionsRequest) -> CompareRequest:
    """What is to be compared with what."""
    reader = FieldReader()
    if bool(request.revision) == bool(request.draft):
        reader.fault("revision", "must be given, or else a draft, and not both")
    asked = CompareRequest(
        program=reader.id("program_id", request.program_id),
        scope=people_requests.scope_of(reader, request.scope),
        base_revision=reader.optional_id("base_revision", request.base_revision),
        revision=reader.optional_id("revision", request.revision),
        draft=_files(reader, request.draft),
        summary_only=request.summary_only,
    )
    reader.finish()
    return asked


def _files(reader: FieldReader, files: Sequence[rules_service_pb2.ProgramFile]) -> ProgramFiles:
    """As they are; what they say is for rules to judge."""
    reader.count("draft", len(files), MOST_FILES, least=0)
    size = sum(file.ByteSize() for file in files)
    if size > MOST_BYTES:
        reader.fault("draft", f"has {size} bytes; {MOST_BYTES} are taken")
    return tuple((file.path, file.content) for file in files)


def comparison_part(part: ComparedSale | Comparison) -> messages.CompareRevisionsResponse:
    """A sale, or the sums."""
    if isinstance(part, Comparison):
        return messages.CompareRevisionsResponse(summary=_summary(part))
    return messages.CompareRevisionsResponse(sale=_sale(part))


def _sale(sale: ComparedSale) -> messages.ComparedSale:
    refusal = None if sale.refusal is None else refusal_pb2.Refusal(**refusal_fields(sale.refusal))
    return messages.ComparedSale(
        order_id=sale.order_id,
        member_id=sale.home,
        occur_time=values.timestamp(sale.occur_time),
        brands=[_brand(brand) for brand in sale.brands],
        refusal=refusal,
    )


def _brand(brand: ComparedBrand) -> messages.ComparedBrand:
    return messages.ComparedBrand(
        brand_id=brand.brand,
        base_points=brand.base_points,
        points=brand.points,
        liability=values.money_messages(brand.liability),
    )


def _summary(sums: Comparison) -> messages.ComparisonSummary:
    return messages.ComparisonSummary(
        orders=sums.orders,
        changed_orders=sums.changed_orders,
        refused_orders=sums.refused_orders,
        effects=[people_answers.effect_message(effect) for effect in sums.effects],
    )
