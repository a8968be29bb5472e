"""What imports come to, as messages."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.identity.v1 import import_pb2

from identity_service.domain.imports import Fault, Import, ImportState, Totals, Verdict
from identity_service.use_cases.import_ports import JudgedLine

_STATES = {
    ImportState.STAGED: import_pb2.IMPORT_STATE_STAGED,
    ImportState.CLAIMING: import_pb2.IMPORT_STATE_CLAIMING,
    # What was claimed is being given back: nothing is visible, and the next commit ends that first.
    ImportState.RELEASING: import_pb2.IMPORT_STATE_CLAIMING,
    ImportState.SETTLING: import_pb2.IMPORT_STATE_SETTLING,
    ImportState.COMMITTED: import_pb2.IMPORT_STATE_COMMITTED,
    ImportState.ABANDONING: import_pb2.IMPORT_STATE_CLAIMING,
    ImportState.ABANDONED: import_pb2.IMPORT_STATE_ABANDONED,
}

FAULTS = {
    import_pb2.IMPORT_FAULT_MALFORMED: Fault.MALFORMED,
    import_pb2.IMPORT_FAULT_EXTERNAL_ID_REPEATED: Fault.EXTERNAL_ID_REPEATED,
    import_pb2.IMPORT_FAULT_SEVERAL_MEMBERS: Fault.SEVERAL_MEMBERS,
    import_pb2.IMPORT_FAULT_PERSON_ERASED: Fault.PERSON_ERASED,
}

_NUMBERS = {fault: number for number, fault in FAULTS.items()} | {Fault.NONE: import_pb2.IMPORT_FAULT_UNSPECIFIED}

_RULES = {
    (Verdict.NEW, Fault.NONE): "no verified identifier of the line is anybody's yet",
    (Verdict.JOINED_LIVE, Fault.NONE): "the same verified identifier is a member's",
    (Verdict.JOINED_LINE, Fault.NONE): "the same verified identifier is an earlier line's",
    (Verdict.JOINED_IMPORT, Fault.NONE): "the same verified identifier is a line's of another import",
    (Verdict.REFUSED, Fault.MALFORMED): "the field is malformed",
    (Verdict.REFUSED, Fault.EXTERNAL_ID_REPEATED): "an earlier line has the same external id",
    (Verdict.REFUSED, Fault.SEVERAL_MEMBERS): "verified identifiers of the line are different persons'",
    (Verdict.REFUSED, Fault.PERSON_ERASED): "whom the line is about has been erased since it was staged",
}


def import_message(found: Import) -> import_pb2.Import:
    """An import."""
    return import_pb2.Import(
        program_id=found.header.program_id,
        import_id=found.header.import_id,
        source_program_id=found.header.source_program_id,
        dry_run=found.header.dry_run,
        state=_STATES[found.state],
        last_line_number=found.last_line,
        totals=totals_message(found.totals),
        begin_time=_stamp(found.begin_time),
        switch_time=None if found.switch_time is None else _stamp(found.switch_time),
    )


def totals_message(totals: Totals) -> import_pb2.ImportTotals:
    """What an import comes to."""
    return import_pb2.ImportTotals(
        lines=totals.lines,
        new_members=totals.new_members,
        joined_live=totals.joined_live,
        joined_lines=totals.joined_lines,
        joined_imports=totals.joined_imports,
        refused=[
            import_pb2.RefusedCount(fault=_NUMBERS[fault], lines=totals.refused[fault])
            for fault in FAULTS.values()
            if totals.refused.get(fault)
        ],
        look_alikes=totals.look_alikes,
    )


def line_message(line: JudgedLine) -> import_pb2.ImportLine:
    """What became of a line."""
    judged = line.judged
    return import_pb2.ImportLine(
        line_number=line.number,
        verdict=import_pb2.ImportVerdict.Value(f"IMPORT_VERDICT_{judged.verdict.name}"),
        fault=_NUMBERS[judged.fault],
        field=judged.field,
        rule=_RULES[judged.verdict, judged.fault],
        member_id=judged.member_id,
        same_as_line_number=judged.same_line,
        same_as_import_id=judged.same_import,
        look_alike_fields=judged.look_alikes,
    )


def _stamp(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
