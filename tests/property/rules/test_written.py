"""Programs as they are written: read, stored, told, checked by editors; and whatever is damaged in them has a place."""

import json
import re
import time
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chassis.values.refusal import Refusal
from ledger_service.peers.rules_ladders import ladders_of
from rules_service.domain.content import program_content
from rules_service.domain.content_reader import read_program
from rules_service.domain.program import Program
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.revision import Revision
from rules_service.wire.file_schema import program_schema
from rules_service.wire.programs import revision
from tests.property.rules.written import written_programs
from tests.support.examples import examples
from tests.unit.rules.examples import NOON, read

PLACE = re.compile(r"program\.yaml:\d+( \S.*)?")
MOST_SECONDS = 20.0
"""Generous: several seconds are a slow machine, a bomb takes minutes."""

VALIDATOR = Draft202012Validator(program_schema())

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(
        ("", "-1", "0", "1e9", "9" * 400, "1/0", "0 USD", "1.001 USD", "1 XXX", "101%", "0000-00-00", "9999-12-31",
         "24:00", "never", "anywhere", "a b", "é", "\n", "x" * 3_000)
    ),
    st.lists(st.none(), max_size=3),
    st.dictionaries(st.sampled_from(("points", "per", "days", "x")), st.integers(0, 3).map(str), max_size=2),
)  # fmt: skip


def texts(tree: Any) -> str:
    """The tree as a file: JSON is YAML, one line a rule."""
    return json.dumps(tree, ensure_ascii=False, indent=1)


def judged(text: str) -> Program | Refusal:
    """The program, or the refusal, each of whose violations has a place and a reason; in bounded time."""
    began = time.process_time()
    outcome = _read(text)
    assert time.process_time() - began < MOST_SECONDS
    if isinstance(outcome, Refusal):
        assert outcome.reason == "PROGRAM_INVALID"
        assert outcome.violations
        assert all(PLACE.fullmatch(violation.field) and violation.description for violation in outcome.violations)
    return outcome


def _read(text: str) -> Program | Refusal:
    try:
        return read("p", [ProgramFile("program.yaml", text)])
    except Refusal as refusal:
        return refusal


@given(written_programs())
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_written_is_stored_told_and_accepted_by_editors(tree: dict[str, Any]) -> None:
    program = judged(texts(tree))
    assert isinstance(program, Program), program.violations
    content = program_content(program)
    again = read_program(json.loads(json.dumps(content)))
    assert program_content(again) == content
    message = revision(Revision("p", "rev_p", 1, NOON, again)).program
    told = sorted(revision(Revision("p", "rev_p", 1, NOON, program)).program.earn_rules, key=lambda rule: rule.rule_id)
    assert [rule.rule_id for rule in told] == sorted(rule.rule_id for rule in again.earn_rules)
    assert {rule.WhichOneof("effect") for rule in message.earn_rules} == {rule.WhichOneof("effect") for rule in told}
    assert [fault.message for fault in VALIDATOR.iter_errors(tree)] == []
    assert message.HasField("settlement")
    assert message.settlement.time_zone == program.settlement.time_zone
    # The ledger refuses ladders that mean nothing; here nothing of the kind may be left.
    assert [ladder.ladder_id for ladder in ladders_of(message)] == sorted(tree["ladders"])


@given(written_programs(), st.data())
@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_junk_anywhere_is_a_program_or_faults_with_places(tree: dict[str, Any], data: st.DataObject) -> None:
    damaged = deepcopy(tree)
    for _ in range(data.draw(st.integers(1, 3))):
        parent, key = data.draw(st.sampled_from(places(damaged)))
        action = data.draw(st.sampled_from(("replace", "delete", "add")))
        if action == "replace":
            parent[key] = data.draw(JUNK)
        elif action == "delete":
            del parent[key]
        elif isinstance(parent, dict):
            parent[data.draw(st.text(max_size=5))] = data.draw(JUNK)
        if not places(damaged):
            break
    judged(texts(damaged))


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside the tree."""
    found: list[tuple[Any, Any]] = []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, inner in list(items):
        found.append((tree, key))
        found += places(inner)
    return found
