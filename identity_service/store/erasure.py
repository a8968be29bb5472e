"""Where identity keeps something personal, table by table, and how each is emptied (ADR 0058).

Every table of the service whose columns can hold text or bytes has a line here: what is erased with a person, or which
of its columns are blanked with a person, and which are opaque: ids, hashes, what a machine wrote about a change. A
contract test reads the schema and fails for a column in none.
"""

from collections.abc import Mapping
from typing import NamedTuple

from chassis.runtime.statements import Statement
from identity_service.store.statements import SQL


class Erasable(NamedTuple):
    """Tables that an erasure empties of a person. The statement takes buckets, the program and the members."""

    tables: tuple[str, ...]
    statement: Statement


ERASED = (
    # Found by what the members' identifiers read, as are the three after it.
    Erasable(("member_import_content", "member_import_identifier"), SQL.erase_import_lines),
    Erasable(("identifier_code",), SQL.erase_identifier_codes),
    # What points to the members is found by what they read, so it goes first.
    Erasable(("identifier",), SQL.erase_identifiers),
    Erasable(("identifier_value",), SQL.erase_former_values),
    Erasable(("identifier_value",), SQL.erase_values),
    Erasable(("identifier_history",), SQL.erase_identifier_history),
    Erasable(("member_profile",), SQL.erase_profiles),
    Erasable(("member_consent",), SQL.erase_consents),
    Erasable(("member_preference",), SQL.erase_preferences),
    Erasable(("member_pin", "one_time_code", "proof_attempts", "app_key"), SQL.erase_proofs),
    Erasable(("duplicate_key",), SQL.erase_duplicate_keys),
)
"""In the order in which they are emptied."""


class Blanked(NamedTuple):
    """Columns of rows that stay, which an erasure empties of words. The statement takes what `Erasable`'s takes."""

    table: str
    columns: frozenset[str]
    statement: Statement


BLANKED = (
    Blanked("link_change", frozenset({"reason", "evidence_ref"}), SQL.blank_link_changes),
    Blanked("duplicate", frozenset({"reason"}), SQL.blank_duplicates),
)
"""What the staff wrote about members (ADR 0074). That and by whom it was decided stays."""

_MEMBER = {"program_id", "member_id"}
_RECORD = _MEMBER | {"caller", "request_id"}

OPAQUE: Mapping[str, frozenset[str]] = {
    # Where somebody enrolled says of nobody who it was; events and books hold it as well.
    "member": frozenset(_MEMBER | {"home_location_id", "import_id"}),
    "member_link": frozenset(_MEMBER | {"survivor_member_id"}),
    # What was asked, as a keyed hash; the answer to a repeat.
    "request_key": frozenset(_MEMBER | {"key_hash", "intent"}),
    # Identifiers by kind and number, fields by name.
    "audit_record": frozenset(_RECORD | {"action", "detail", "caller_roles", "trace_id"}),
    "key_mark": frozenset({"mark"}),
    # What was decided about members, by ids, and by whom of the staff.
    "link_head": frozenset({"program_id"}),
    "link_change": frozenset(
        {"program_id", "absorbed_member_id", "linked_member_id", "root_member_id", "root_home_member_ids"}
        | {"absorbed_home_member_ids", "decided_by", "duplicate_id", "caller", "request_id", "key_hash"}
    ),
    "duplicate_due": frozenset(_MEMBER),
    "duplicate_naming": frozenset({"program_id", "low_member_id", "high_member_id", "caller"}),
    # Evidence names fields and likeness, never values.
    "duplicate": frozenset({"program_id", "duplicate_id", "low_member_id", "high_member_id", "evidence", "decided_by"}),
    # Of a program, not of anybody in it.
    "merge_rule": frozenset({"program_id", "rule", "reason", "decided_by", "caller", "request_id"}),
    # Of imports: ids, states and hashes; what lines brought lies in tables that are emptied.
    "member_import": frozenset({"program_id", "import_id", "source_program_id", "state", "caller"}),
    "member_import_line": frozenset(
        {"program_id", "import_id", "content_hash", "verdict", "fault", "field", "member_id", "same_import"}
        | {"look_alikes"}
    ),
    "member_import_request": frozenset({"key_hash", "intent", "program_id", "import_id"}),
    # Proofs that were accepted, and nonces that were used.
    "member_proof": frozenset(_MEMBER | {"use_hash", "proof_id", "location_id"}),
    "used_nonce": frozenset({"nonce"}),
    "missed_lookup": frozenset({"program_id", "caller"}),
    # Made of ids in fields of ids, and withheld where one may be something else.
    "audit_log": frozenset(
        {"program_id", "method", "caller", "roles", "subject_kinds", "subject_ids", "origin", "certificate"}
        | {"caller_location_id", "result", "request_id", "trace_id", "content_hash", "hash"}
    ),
    "audit_head": frozenset({"hash"}),
    "schema_migration": frozenset({"file_name", "checksum"}),
}
"""Columns that hold nothing personal of a member, by table."""
