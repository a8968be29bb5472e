"""Duplicates and merge rules on the wire."""

from collections.abc import Sequence

from loyalty.identity.v1 import duplicate_pb2
from loyalty.identity.v1 import duplicate_service_pb2 as messages

from identity_service.domain.duplicates import Clause, Condition, Duplicate, MergeRule, State
from identity_service.domain.likeness import Signal
from identity_service.domain.members import MemberRef
from identity_service.use_cases.decide_duplicate import Decided, Verdict
from identity_service.use_cases.find_duplicates import Findings
from identity_service.use_cases.list_duplicates import DuplicateQuestion, Place
from identity_service.wire.merges import MergeReader, change_message
from identity_service.wire.tokens import sealed, unsealed

MOST_CLAUSES = 16
MOST_CONDITIONS = 8
MOST_SCORE = 100
MOST_FOUND = 200
MOST_VERSION = 2**31 - 2

_SPEAKING = {signal.value: signal for signal in Signal if not signal.name.endswith("_DIFFERS")}
_STATES = {state.value: state for state in State}


class _RuleReader(MergeReader):
    """Reads merge rules besides."""

    def clauses(self, rule: duplicate_pb2.MergeRule) -> tuple[Clause, ...]:
        """The clauses of a rule, as far as they are right."""
        self.count("rule.clauses", len(rule.clauses), MOST_CLAUSES, least=0)
        return tuple(
            self._clause(f"rule.clauses[{index}]", clause) for index, clause in enumerate(rule.clauses[:MOST_CLAUSES])
        )

    def _clause(self, field: str, clause: duplicate_pb2.MergeClause) -> Clause:
        self.count(f"{field}.conditions", len(clause.conditions), MOST_CONDITIONS)
        conditions = [
            self._condition(f"{field}.conditions[{index}]", condition)
            for index, condition in enumerate(clause.conditions[:MOST_CONDITIONS])
        ]
        if conditions and not any(one.signal is Signal.EMAIL_SAME_MAILBOX and one.verified for one in conditions):
            # All else can be brought about for a stranger by who enrolls a member of his own, and types what he likes.
            self.fault(f"{field}.conditions", "must ask for EMAIL_SAME_MAILBOX, verified, beside whatever else")
        least = self.within(f"{field}.least_score", clause.least_score, 0, MOST_SCORE)
        return Clause(tuple(conditions), least)

    def _condition(self, field: str, condition: duplicate_pb2.MergeCondition) -> Condition:
        signal = _SPEAKING.get(condition.signal)
        if signal is None:
            self.fault(f"{field}.signal", "must be a signal that speaks for a duplicate")
            signal = Signal.NAME_ALIKE
        least = self.within(f"{field}.least_likeness", condition.least_likeness, 0, MOST_SCORE)
        return Condition(signal, least, condition.verified)


def search_of(request: messages.FindDuplicatesRequest) -> MemberRef:
    """Whose duplicates are looked for. Raises MALFORMED."""
    reader = MergeReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    member = reader.member("member", request.member)
    reader.finish()
    return MemberRef(program_id, member)


def findings_message(findings: Findings) -> messages.FindDuplicatesResponse:
    """What was found."""
    signals = sorted(signal.value for signal in findings.too_common)
    return messages.FindDuplicatesResponse(
        member_id=findings.member.member_id,
        duplicates=[duplicate_message(duplicate) for duplicate in findings.duplicates[:MOST_FOUND]],
        too_common=[duplicate_pb2.DuplicateSignal.ValueType(signal) for signal in signals],
        left_out=findings.left_out,
    )


def question_of(request: messages.ListDuplicatesRequest) -> DuplicateQuestion:
    """Which are to be listed. Raises MALFORMED or CURSOR_INVALID."""
    reader = MergeReader()
    program_id = reader.id("program_id", request.program_id)
    state = _STATES.get(request.state or State.PROPOSED.value)
    if state is None:
        reader.fault("state", "must be a state of duplicates")
    member = reader.member("member", request.member) if request.HasField("member") else None
    least_score = reader.within("least_score", request.least_score, 0, MOST_SCORE)
    most = reader.page_size(request.page_size)
    reader.finish()
    place = unsealed(request.page_token, 2, _question(request))
    return DuplicateQuestion(
        program_id,
        state or State.PROPOSED,
        None if member is None else MemberRef(program_id, member),
        least_score,
        None if place is None else (int(place[0]), str(place[1])),
        most,
    )


def list_message(
    request: messages.ListDuplicatesRequest, duplicates: Sequence[Duplicate], last: Place | None
) -> messages.ListDuplicatesResponse:
    """A page."""
    return messages.ListDuplicatesResponse(
        duplicates=[duplicate_message(duplicate) for duplicate in duplicates],
        next_page_token="" if last is None else sealed(last, _question(request)),
    )


def verdict_of(request: messages.DecideDuplicateRequest) -> Verdict:
    """What is said. Raises MALFORMED."""
    reader = MergeReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    duplicate_id = reader.id("duplicate_id", request.duplicate_id)
    version = reader.within("evidence_version", request.evidence_version, 0, MOST_VERSION)
    one_person = request.verdict == messages.DUPLICATE_VERDICT_MERGE
    if not one_person and request.verdict != messages.DUPLICATE_VERDICT_DISTINCT:
        reader.fault("verdict", "must be to merge, or that they are distinct")
    survivor = reader.optional_id("survivor_member_id", request.survivor_member_id)
    if survivor and not one_person:
        reader.fault("survivor_member_id", "must be empty where nobody is merged")
    decision = reader.decision(request.reason, request.decided_by)
    reader.finish()
    return Verdict(program_id, duplicate_id, version, one_person, survivor, decision)


def decided_message(decided: Decided) -> messages.DecideDuplicateResponse:
    """What has become of it."""
    change = None if decided.change is None else change_message(decided.change)
    return messages.DecideDuplicateResponse(duplicate=duplicate_message(decided.duplicate), change=change)


def rule_of(request: messages.SetMergeRuleRequest) -> tuple[str, MergeRule]:
    """The program and its next rule. Raises MALFORMED."""
    reader = _RuleReader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    clauses = reader.clauses(request.rule)
    version = reader.within("replaced_version", request.replaced_version, 0, MOST_VERSION) + 1
    decision = reader.decision(request.reason, request.decided_by)
    reader.finish()
    return program_id, MergeRule(version, clauses, decision.reason, decision.decided_by)


def rule_question_of(request: messages.GetMergeRuleRequest) -> tuple[str, int]:
    """The program and the version. Raises MALFORMED."""
    reader = MergeReader()
    program_id = reader.id("program_id", request.program_id)
    version = reader.within("version", request.version, 0, MOST_VERSION)
    reader.finish()
    return program_id, version


def rule_message(rule: MergeRule) -> messages.GetMergeRuleResponse:
    """A program's rule."""
    message = messages.GetMergeRuleResponse(
        rule=duplicate_pb2.MergeRule(clauses=[_clause_message(clause) for clause in rule.clauses]),
        version=rule.version,
        reason=rule.reason,
        decided_by=rule.decided_by,
    )
    if rule.set_time is not None:
        message.set_time.FromDatetime(rule.set_time)
    return message


def duplicate_message(duplicate: Duplicate) -> duplicate_pb2.Duplicate:
    """A pair."""
    message = duplicate_pb2.Duplicate(
        program_id=duplicate.program_id,
        duplicate_id=duplicate.duplicate_id,
        member_ids=[duplicate.low, duplicate.high],
        score=duplicate.score,
        evidence=[
            duplicate_pb2.DuplicateEvidence(
                signal=duplicate_pb2.DuplicateSignal.ValueType(each.signal.value),
                likeness=each.likeness,
                verified=each.verified,
                weight=each.weight,
                explanation=each.explanation,
            )
            for each in duplicate.evidence
        ],
        evidence_version=duplicate.evidence_version,
        state=duplicate_pb2.DuplicateState.ValueType(duplicate.state.value),
        reason=duplicate.reason,
        decided_by=duplicate.decided_by,
        merge_rule_version=duplicate.rule_version,
    )
    message.find_time.FromDatetime(duplicate.find_time)
    message.change_time.FromDatetime(duplicate.change_time)
    return message


def _clause_message(clause: Clause) -> duplicate_pb2.MergeClause:
    return duplicate_pb2.MergeClause(
        conditions=[
            duplicate_pb2.MergeCondition(
                signal=duplicate_pb2.DuplicateSignal.ValueType(condition.signal.value),
                least_likeness=condition.least_likeness,
                verified=condition.verified,
            )
            for condition in clause.conditions
        ],
        least_score=clause.least_score,
    )


def _question(request: messages.ListDuplicatesRequest) -> bytes:
    """What a page token is bound to: the question without its page."""
    asked = messages.ListDuplicatesRequest()
    asked.CopyFrom(request)
    asked.ClearField("page_size")
    asked.ClearField("page_token")
    return asked.SerializeToString(deterministic=True)
