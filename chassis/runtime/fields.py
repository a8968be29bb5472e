"""Reading a request's fields: every fault is remembered, and all of them are told at once.

Violations name fields and say what is wrong; they never repeat a value, which may be personal data.
"""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.runtime.reasons import malformed
from chassis.values.ids import is_id
from chassis.values.integers import INT64_MAX
from chassis.values.money import is_currency
from chassis.values.refusal import Refusal, Violation
from chassis.values.texts import is_plain

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Moments lie between these: whole centuries elsewhere are typing errors, and expiry has room beyond."""

ID_RULE = "must be 1 to 128 characters A–Z a–z 0–9 . _ : / @ + -, beginning with a letter or digit"


class FieldReader:
    """Reads fields and remembers what was wrong with them; what it returns for a faulty field must not be used
    before `finish`."""

    def __init__(self) -> None:
        self._violations: list[Violation] = []

    def fault(self, field: str, description: str) -> None:
        """The field is faulty."""
        self._violations.append(Violation(field, description))

    def refusal(self) -> Refusal | None:
        """MALFORMED with every fault met so far, or None."""
        return malformed(*self._violations) if self._violations else None

    def finish(self) -> None:
        """Raises MALFORMED if any field was faulty."""
        refusal = self.refusal()
        if refusal is not None:
            raise refusal

    def id(self, field: str, text: str) -> str:
        """A required id."""
        if not is_id(text):
            self.fault(field, ID_RULE)
        return text

    def optional_id(self, field: str, text: str) -> str:
        """An id, or empty."""
        return self.id(field, text) if text else text

    def text(self, field: str, text: str, most: int, least: int = 1) -> str:
        """What a person wrote: `least` to `most` characters (code points) in one line, and not blank where some are
        required. Texts are logged, listed and printed a line each, so a line break would let one look like two."""
        if not least <= len(text) <= most or (least and not text.strip()):
            self.fault(field, f"must be {least} to {most} characters" + (", not all of them spaces" if least else ""))
        if not is_plain(text):
            self.fault(field, "must be one line without control characters or overrides of the direction of writing")
        return text

    def currency(self, field: str, code: str) -> str:
        """An ISO 4217 currency code."""
        if not is_currency(code):
            self.fault(field, "must be an ISO 4217 currency code, three upper-case letters")
        return code

    def within(self, field: str, number: int, least: int, most: int = INT64_MAX) -> int:
        """A whole number between two bounds, both included."""
        if not least <= number <= most:
            self.fault(field, f"must be at least {least}" if most == INT64_MAX else f"must be {least} to {most}")
        return number

    def count(self, field: str, length: int, most: int, least: int = 1) -> None:
        """How many there are of something."""
        if not least <= length <= most:
            self.fault(field, f"must be {least} to {most} of them")

    def instant(self, field: str, stamp: Timestamp, present: bool) -> datetime:
        """A required moment, as UTC with microseconds."""
        if not present:
            self.fault(field, "must be set")
            return EARLIEST
        try:
            moment = stamp.ToDatetime(tzinfo=UTC)
        except (ValueError, OverflowError):
            moment = LATEST
        if not EARLIEST <= moment < LATEST:
            self.fault(field, f"must lie between the years {EARLIEST.year} and {LATEST.year}")
            return EARLIEST
        return moment
