"""Requests → what the use cases take. All faults of a message are collected into one MALFORMED refusal."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import rules_service_pb2 as pb

from chassis.runtime.reasons import malformed
from chassis.values.ids import is_id
from chassis.values.money import is_currency
from chassis.values.refusal import Violation
from rules_service.domain.change import ChangeRequest
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.redemption_terms import TermsQuestion

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Times are within these; orders of whole centuries elsewhere are typing errors, and expiry has room beyond."""


class Faults:
    """Collects the faults of one message."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []

    def add(self, field: str, description: str) -> None:
        """Note a fault."""
        self.violations.append(Violation(field, description))

    def id(self, field: str, value: str, *, optional: bool = False) -> str:
        """An id; empty only if optional."""
        if not (is_id(value) or (optional and not value)):
            self.add(field, "is required" if not value else "is not an id")
        return value

    def currency(self, field: str, value: str) -> str:
        """An ISO 4217 code."""
        if not is_currency(value):
            self.add(field, "is not a currency of ISO 4217")
        return value

    def time(self, field: str, present: bool, value: Timestamp) -> datetime:
        """An instant, required."""
        if not present:
            self.add(field, "is required")
            return EARLIEST
        try:
            instant = value.ToDatetime(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.add(field, "is not a time")
            return EARLIEST
        if not EARLIEST <= instant < LATEST:
            self.add(field, f"is not between {EARLIEST.year} and {LATEST.year}")
            return EARLIEST
        return instant

    def refuse_if_any(self) -> None:
        """Raise MALFORMED with all faults, if there are any."""
        if self.violations:
            raise malformed(*self.violations)


def change_request(request: pb.ApplyProgramRequest) -> ChangeRequest:
    """Faults of the files themselves are found when they are read, by file and line."""
    faults = Faults()
    faults.id("program_id", request.program_id)
    faults.id("request_id", request.request_id, optional=request.dry_run)
    faults.id("expected_revision", request.expected_revision, optional=True)
    faults.refuse_if_any()
    return ChangeRequest(
        program_id=request.program_id,
        request_id=request.request_id,
        files=tuple(ProgramFile(file.path, file.content) for file in request.files),
        expected_revision=request.expected_revision,
        dry_run=request.dry_run,
    )


def program_lookup(request: pb.GetProgramRequest) -> tuple[str, str]:
    """Program and revision (may be empty)."""
    faults = Faults()
    faults.id("program_id", request.program_id)
    faults.id("revision", request.revision, optional=True)
    faults.refuse_if_any()
    return request.program_id, request.revision


def followed_programs(request: pb.StreamProgramRevisionsRequest) -> frozenset[str]:
    """The programs that are named; empty: all."""
    faults = Faults()
    for index, program_id in enumerate(request.program_ids):
        faults.id(f"program_ids[{index}]", program_id)
    faults.refuse_if_any()
    return frozenset(request.program_ids)


def terms_question(request: pb.QuoteRedemptionRequest) -> TermsQuestion:
    """What is asked about a redemption."""
    faults = Faults()
    faults.id("program_id", request.program_id)
    question = TermsQuestion(
        location_id=faults.id("location_id", request.location_id),
        brand_id=faults.id("brand_id", request.brand_id),
        currency_code=faults.currency("currency_code", request.currency_code),
        occur_time=faults.time("occur_time", request.HasField("occur_time"), request.occur_time),
    )
    faults.refuse_if_any()
    return question
