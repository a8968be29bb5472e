"""Answers of the service as lines for people."""

from collections.abc import Iterator
from pathlib import Path

from loyalty.rules.v1 import program_pb2, rules_service_pb2

from chassis.values.refusal import Refusal
from rules_service.tool.desk import Plan

MOST_SHOWN = 160
"""Characters of a value; what is longer is cut, and stands in the files."""


def plan_lines(plan: Plan) -> Iterator[str]:
    """What is live, what would be, and each changed place."""
    if plan.live is None:
        yield f"Program {plan.program_id} is new."
    else:
        yield live_line(plan.live)
    if not plan.changed:
        yield "The files say the same: nothing to change."
        return
    places, more = plan.answer.differences, plan.answer.more_differences
    count = _count(len(places) + more, "place")
    yield f"The files would make it {plan.answer.revision.revision}; {count} would change:"
    yield ""
    yield from (_place_line(place) for place in places)
    if more:
        yield f"  … and {_count(more, 'place')} more"
    yield ""


def live_line(revision: program_pb2.ProgramRevision) -> str:
    """Which revision it is, and since when."""
    since = revision.record_time.ToJsonString()
    return f"Program {revision.program_id} is at {revision.revision} (number {revision.sequence}, since {since})."


def fault_lines(refusal: Refusal, folder: Path | None) -> Iterator[str]:
    """Each fault as `folder/file:line: place: reason`, then how many there are."""
    for violation in refusal.violations:
        at, _, place = violation.field.partition(" ")
        path = f"{folder}/{at}" if folder is not None else at
        yield f"{path}: {f'{place}: ' if place else ''}{violation.description}"
    faults = int(refusal.metadata.get("faults", len(refusal.violations)))
    more = f", of which {len(refusal.violations)} are shown" if faults > len(refusal.violations) else ""
    yield f"{_count(faults, 'fault')}{more}; nothing was changed."


def refusal_lines(refusal: Refusal) -> Iterator[str]:
    """Any other refusal."""
    yield f"{refusal.reason}: {refusal.message}"
    yield from (f"  {violation.field}: {violation.description}" for violation in refusal.violations)


def _place_line(place: rules_service_pb2.ProgramDifference) -> str:
    if not place.before:
        return f"  + {place.path}: {_shown(place.after)}"
    if not place.after:
        return f"  - {place.path}: {_shown(place.before)}"
    return f"  ~ {place.path}: {_shown(place.before)} → {_shown(place.after)}"


def _shown(value: str) -> str:
    return value if len(value) <= MOST_SHOWN else f"{value[: MOST_SHOWN - 1]}…"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
