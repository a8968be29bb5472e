"""Requests → what the use cases take. All faults of a message are collected into one MALFORMED refusal."""

from loyalty.rules.v1 import rules_service_pb2 as pb

from chassis.runtime.fields import FieldReader
from rules_service.domain.change import ChangeRequest
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.redemption_terms import TermsQuestion


def change_request(request: pb.ApplyProgramRequest) -> ChangeRequest:
    """Faults of the files themselves are found when they are read, by file and line."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    if request.request_id or not request.dry_run:
        reader.id("request_id", request.request_id)
    reader.optional_id("expected_revision", request.expected_revision)
    reader.finish()
    return ChangeRequest(
        program_id=request.program_id,
        request_id=request.request_id,
        files=tuple(ProgramFile(file.path, file.content) for file in request.files),
        expected_revision=request.expected_revision,
        dry_run=request.dry_run,
    )


def program_lookup(request: pb.GetProgramRequest) -> tuple[str, str]:
    """Program and revision (may be empty)."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.optional_id("revision", request.revision)
    reader.finish()
    return request.program_id, request.revision


def followed_programs(request: pb.StreamProgramRevisionsRequest) -> frozenset[str]:
    """The programs that are named; empty: all."""
    reader = FieldReader()
    for index, program_id in enumerate(request.program_ids):
        reader.id(f"program_ids[{index}]", program_id)
    reader.finish()
    return frozenset(request.program_ids)


def terms_question(request: pb.QuoteRedemptionRequest) -> TermsQuestion:
    """What is asked about a redemption."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    question = TermsQuestion(
        location_id=reader.id("location_id", request.location_id),
        brand_id=reader.id("brand_id", request.brand_id),
        currency_code=reader.currency("currency_code", request.currency_code),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return question
