"""Pairs of members that may be one person: what becomes of a pair when it is looked at again; the program's rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from chassis.values.canonical import Plain
from chassis.values.ids import made_id
from identity_service.domain.likeness import LEAST_SCORE, Evidence, Signal, score_of

BY_UNMERGE = "unmerge"
BY_MERGE = "merge"
"""Who decided where a merge or unmerge of the two, or of others they hang by, settled it."""


class State(Enum):
    """What has become of a pair; numbered as on the wire and in the database."""

    PROPOSED = 1
    MERGED = 2
    DISTINCT = 3
    WITHDRAWN = 4


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A pair, `low` and `high` by id. `judged_rule_version` is the merge rule that this evidence was held against, 0:
    none yet. `reason` and `decided_by` are empty where nobody decided."""

    program_id: str
    low: str
    high: str
    score: int
    evidence: tuple[Evidence, ...]
    evidence_version: int
    state: State
    find_time: datetime
    change_time: datetime
    reason: str = ""
    decided_by: str = ""
    rule_version: int = 0
    judged_rule_version: int = 0

    @property
    def duplicate_id(self) -> str:
        """The pair's id, the same whenever it is found again."""
        return made_id("dup", self.program_id, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Sight:
    """A pair as it looks now: what speaks for it, whether merges made it one, and whether it was ever taken apart."""

    program_id: str
    low: str
    high: str
    evidence: tuple[Evidence, ...]
    one_person: bool
    parted: bool


def seen(known: Duplicate | None, sight: Sight, now: datetime) -> Duplicate | None:
    """The pair after a look at it; None if it is not worth keeping, or `known` itself if nothing changed.

    What was decided stays decided, unless something speaks for the pair that did not when it was decided. Two who were
    taken apart were decided upon by that.
    """
    score = score_of(sight.evidence)
    if known is None:
        if score < LEAST_SCORE or sight.one_person:
            return None
        first = Duplicate(sight.program_id, sight.low, sight.high, score, sight.evidence, 1, State.PROPOSED, now, now)
        return replace(first, state=State.DISTINCT, decided_by=BY_UNMERGE) if sight.parted else first
    if sight.one_person:
        return known if known.state is State.MERGED else _settled(known, State.MERGED, BY_MERGE, now)
    if known.state is State.MERGED:
        return _settled(known, State.DISTINCT, BY_UNMERGE, now)
    if score < LEAST_SCORE:
        return known if known.state is not State.PROPOSED else _settled(known, State.WITHDRAWN, "", now)
    if known.state is State.DISTINCT and _speaking(sight.evidence) <= _speaking(known.evidence):
        return known
    if known.state is State.PROPOSED and sight.evidence == known.evidence:
        return known
    return replace(
        known,
        score=score,
        evidence=sight.evidence,
        evidence_version=known.evidence_version + 1,
        state=State.PROPOSED,
        change_time=now,
        reason="",
        decided_by="",
        rule_version=0,
        judged_rule_version=0,
    )


def _settled(known: Duplicate, state: State, decided_by: str, now: datetime) -> Duplicate:
    return replace(known, state=state, change_time=now, reason="", decided_by=decided_by, rule_version=0)


def _speaking(evidence: Sequence[Evidence]) -> set[tuple[Signal, bool]]:
    return {(each.signal, each.verified) for each in evidence if each.weight > 0}


@dataclass(frozen=True, slots=True)
class Condition:
    """One signal that must be there, that likely, and of verified identifiers if it says so."""

    signal: Signal
    least_likeness: int
    verified: bool

    def holds(self, evidence: Sequence[Evidence]) -> bool:
        """True if the evidence has it."""
        return any(
            each.signal is self.signal and each.likeness >= self.least_likeness and (each.verified or not self.verified)
            for each in evidence
        )


@dataclass(frozen=True, slots=True)
class Clause:
    """Conditions that must all hold, at a score of at least so much."""

    conditions: tuple[Condition, ...]
    least_score: int


@dataclass(frozen=True, slots=True)
class MergeRule:
    """When members are merged without a person looking: when any clause holds. `version` 0: never set."""

    version: int
    clauses: tuple[Clause, ...]
    reason: str = ""
    decided_by: str = ""
    set_time: datetime | None = None

    def merges(self, duplicate: Duplicate) -> bool:
        """True if the pair is to be merged."""
        return any(
            duplicate.score >= clause.least_score
            and all(condition.holds(duplicate.evidence) for condition in clause.conditions)
            for clause in self.clauses
        )


NO_RULE = MergeRule(0, ())


def plain_clauses(clauses: Sequence[Clause]) -> Plain:
    """A rule as it is stored."""
    return [
        {
            "conditions": [
                {
                    "least_likeness": condition.least_likeness,
                    "signal": condition.signal.name,
                    "verified": condition.verified,
                }
                for condition in clause.conditions
            ],
            "least_score": clause.least_score,
        }
        for clause in clauses
    ]


def plain_evidence(evidence: Sequence[Evidence]) -> Plain:
    """Evidence as it is stored."""
    return [
        {"likeness": each.likeness, "signal": each.signal.name, "verified": each.verified, "weight": each.weight}
        for each in evidence
    ]
