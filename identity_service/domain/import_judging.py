"""Whose a line of an import is (docs/adr/0061): the same normalized identifier, verified at both, is the same person.

An identifier that is another's and not verified at both joins nobody and stays away: one identifier points to one
member, and a likeness is for a person to judge. Lines are judged in order, each against what was there before it.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.imports import Fault, Header, Judged, Verdict, field_of, imported_member_id


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an identifier is. `root_id` is the person, `member_id` whom the identifier points to. `line_number` 0: a
    live member's; else that of the line that brings it, in the import `import_id` (empty: the one being judged)."""

    member_id: str
    root_id: str
    verified: bool
    line_number: int = 0
    import_id: str = ""


@dataclass(frozen=True, slots=True)
class StagedIdentifier:
    """An identifier of a staged line; `ordinal` 0 is the external id."""

    ordinal: int
    kind: IdentifierKind
    fingerprint: bytes
    verified: bool


@dataclass(frozen=True, slots=True)
class StagedLine:
    """A line as it is judged; `fault_field` is set if it is malformed. `erased`: its person was, so it brings
    nothing."""

    number: int
    identifiers: tuple[StagedIdentifier, ...]
    fault_field: str = ""
    erased: bool = False


@dataclass
class Judging:
    """Judges lines of one import in order. `owners` are those of every identifier of the lines, by fingerprint, before
    the first of them; afterwards what the lines themselves have brought is in it too. `brought` is by fingerprint whom
    an identifier of these lines points to from now on."""

    header: Header
    owners: MutableMapping[bytes, Owner]
    brought: dict[bytes, tuple[StagedIdentifier, str, int]] = field(default_factory=dict)

    def __call__(self, lines: Sequence[StagedLine]) -> Mapping[int, Judged]:
        """What the lines come to, by number."""
        return {line.number: self._judge(line) for line in lines}

    def _judge(self, line: StagedLine) -> Judged:
        if line.fault_field:
            return Judged(Verdict.REFUSED, Fault.MALFORMED, line.fault_field)
        if line.erased:
            return Judged(Verdict.REFUSED, Fault.PERSON_ERASED)
        external = self.owners.get(line.identifiers[0].fingerprint)
        if external is not None and external.line_number and not external.import_id:
            same = external.line_number
            return Judged(Verdict.REFUSED, Fault.EXTERNAL_ID_REPEATED, field_of(0), same_line=same)
        met = [(one, self.owners.get(one.fingerprint)) for one in line.identifiers]
        same_person = [(one, owner) for one, owner in met if owner and owner.verified and one.verified]
        if len({owner.root_id for _, owner in same_person}) > 1:
            last = max(one.ordinal for one, _ in same_person)
            return Judged(Verdict.REFUSED, Fault.SEVERAL_MEMBERS, field_of(last))
        judged = self._joined(same_person) if same_person else Judged(Verdict.NEW)
        member_id, root_id = judged.member_id, same_person[0][1].root_id if same_person else ""
        if not same_person:
            member_id = root_id = imported_member_id(self.header, line.number)
        likes = [field_of(one.ordinal) for one, owner in met if owner is not None and owner.root_id != root_id]
        self._bring(line, member_id, root_id)
        return Judged(
            judged.verdict,
            field=judged.field,
            member_id=member_id,
            same_line=judged.same_line,
            same_import=judged.same_import,
            look_alikes=tuple(likes),
        )

    def _joined(self, same_person: Sequence[tuple[StagedIdentifier, Owner]]) -> Judged:
        """A live member counts before a line of this import, and that before another import's."""
        one, owner = min(same_person, key=lambda pair: (pair[1].line_number > 0, pair[1].import_id, pair[0].ordinal))
        several = {other.member_id for _, other in same_person}
        member_id = owner.member_id if len(several) == 1 else owner.root_id
        if not owner.line_number:
            return Judged(Verdict.JOINED_LIVE, field=field_of(one.ordinal), member_id=member_id)
        verdict = Verdict.JOINED_IMPORT if owner.import_id else Verdict.JOINED_LINE
        return Judged(
            verdict,
            field=field_of(one.ordinal),
            member_id=member_id,
            same_line=owner.line_number,
            same_import=owner.import_id,
        )

    def _bring(self, line: StagedLine, member_id: str, root_id: str) -> None:
        """What nobody has yet is the person's from now on."""
        for one in line.identifiers:
            owner = self.owners.get(one.fingerprint)
            # What another import brings for the same person goes to who is committed first.
            if owner is None or (owner.import_id and owner.root_id == root_id):
                self.owners[one.fingerprint] = Owner(member_id, root_id, one.verified, line.number)
                self.brought[one.fingerprint] = (one, member_id, line.number)
