"""Pairs, rules and what is compared, as rows have them."""

import json

from chassis.runtime.postgres import Row
from identity_service.domain.duplicates import Clause, Condition, Duplicate, MergeRule, State
from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.likeness import Evidence, Signal
from identity_service.domain.members import MemberKey
from identity_service.domain.near import Comparable, Known
from identity_service.domain.profile import MonthDay


def pair_of_row(row: Row) -> Duplicate:
    """A pair."""
    evidence = tuple(
        Evidence(Signal[each["signal"]], each["likeness"], each["weight"], each["verified"])
        for each in json.loads(row["evidence"])
    )
    return Duplicate(
        program_id=row["program_id"],
        low=row["low_member_id"],
        high=row["high_member_id"],
        score=row["score"],
        evidence=evidence,
        evidence_version=row["evidence_version"],
        state=State(row["state"]),
        find_time=row["find_time"],
        change_time=row["change_time"],
        reason=row["reason"],
        decided_by=row["decided_by"],
        rule_version=row["merge_rule_version"],
        judged_rule_version=row["judged_rule_version"],
    )


def rule_of_row(row: Row) -> MergeRule:
    """A version of a program's merge rule."""
    clauses = tuple(
        Clause(
            tuple(
                Condition(Signal[condition["signal"]], condition["least_likeness"], condition["verified"])
                for condition in clause["conditions"]
            ),
            clause["least_score"],
        )
        for clause in json.loads(row["rule"])
    )
    return MergeRule(row["version"], clauses, row["reason"], row["decided_by"], row["set_time"])


def comparable_of_row(row: Row) -> Comparable:
    """What is compared of a member."""
    known = zip(row["kinds"], row["values"], row["verified"], strict=True)
    born = row["birth_month"] is not None
    return Comparable(
        MemberKey(row["bucket"], row["program_id"], row["member_id"]),
        tuple(Known(IdentifierKind(kind), value, verified) for kind, value, verified in known),
        row["given_name"],
        row["family_name"],
        MonthDay(row["birth_month"], row["birth_day"]) if born else None,
        row["birth_year"],
        row["home_location_id"],
        row["enroll_time"],
        row["erased"],
    )
