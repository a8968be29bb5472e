"""A change of a program: what is asked, what may be refused, what it comes to."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.canonical import content_hash
from rules_service.domain.content import content_text, program_content, text_revision
from rules_service.domain.content_reader import read_program
from rules_service.domain.difference import Difference, differences
from rules_service.domain.program import Program
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.refusals import revision_conflict, sandbox_fixed
from rules_service.domain.revision import Revision

NOTHING_YET = "none"
"""The revision a change names that was planned when nothing was live."""


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """Asks to make files live. `expected_revision` empty: whatever is live; NOTHING_YET: nothing is."""

    program_id: str
    request_id: str
    files: tuple[ProgramFile, ...]
    expected_revision: str
    dry_run: bool

    def intent_hash(self) -> bytes:
        """What is asked, whatever the order of the files; holds no personal data, so it needs no key."""
        return content_hash(
            "apply_program/1",
            {
                "program_id": self.program_id,
                "files": sorted([file.path, file.content] for file in self.files),
                "expected_revision": self.expected_revision,
            },
        )


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What a change comes to: from which sequence (0: nothing is live) to which revision, and how they differ.

    `text` is the revision's content as it is stored, `program` what is read from it.
    """

    base_sequence: int
    revision: str
    text: str
    program: Program
    changed: bool
    differences: tuple[Difference, ...]

    def next(self, record_time: datetime) -> Revision:
        """What is live once the change is made."""
        return Revision(self.program.program_id, self.revision, self.base_sequence + 1, record_time, self.program)


def plan_change(live: Revision | None, program: Program, expected_revision: str) -> PlannedChange:
    """The change from what is live (None: nothing yet) to `program`.

    Refused SANDBOX_FIXED, then REVISION_CONFLICT.
    """
    if live is not None and live.program.sandbox != program.sandbox:
        raise sandbox_fixed(program.program_id, live.program.sandbox)
    live_revision = live.revision if live is not None else ""
    if expected_revision and expected_revision != (live_revision or NOTHING_YET):
        raise revision_conflict(program.program_id, expected_revision, live_revision)
    content = program_content(program)
    text = content_text(content)
    revision, base = text_revision(text), live.sequence if live is not None else 0
    if live is not None and revision == live_revision:
        return PlannedChange(base, revision, text, live.program, False, ())
    before = program_content(live.program) if live is not None else {}
    return PlannedChange(base, revision, text, read_program(content), True, differences(before, content))
