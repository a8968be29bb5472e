"""Keyed hashes: how identifiers and intents are known without being stored.

A bare hash of a phone number can be undone by trying them all, so it would be personal data. These are HMACs under
a key that lives outside the database. The program is hashed too: one phone in two programs shows no relation.
"""

from dataclasses import dataclass

from chassis.values.canonical import Plain, fingerprint
from identity_service.domain.identifiers import Identifier


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Makes the 32-byte fingerprints of one installation. Losing the key loses every identifier."""

    key: bytes

    def of_identifier(self, program_id: str, identifier: Identifier) -> bytes:
        """The unique key of an identifier in a program."""
        return fingerprint(self.key, "identity.identifier/1", [program_id, identifier.kind.value, identifier.value])

    def of_near_form(self, program_id: str, kind: int, form: str) -> int:
        """What members who may be one person are filed under: 64 bits, signed. Enough that unlike forms hardly meet."""
        hashed = fingerprint(self.key, "identity.near/1", [program_id, kind, form])
        return int.from_bytes(hashed[:8], "big", signed=True)

    def of_intent(self, verb: str, intent: Plain) -> bytes:
        """What was asked, for comparing the uses of one request id. `verb` keeps different rpcs apart."""
        return fingerprint(self.key, f"identity.intent.{verb}/1", intent)

    def of_key(self) -> bytes:
        """The key's own mark, by which a start with another key is noticed."""
        return fingerprint(self.key, "identity.key/1", None)
