"""Deciding what an enrolment or a link means, given to whom the identifiers already point."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from identity_service.domain import refusals
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import Resolution
from identity_service.domain.profile import MonthDay
from identity_service.domain.proof import GivenProof

MOST_IDENTIFIERS = 64
"""So many point to one member, of a merged person to each home. Imports bring what they bring."""


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A person to enroll: at least one identifier, each once. `home_location_id` is empty and `birthday` None if not
    told."""

    program_id: str
    identifiers: tuple[Identifier, ...]
    home_location_id: str
    birthday: MonthDay | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An identifier to let point to a member; `proof` is hers, None if she gave none."""

    program_id: str
    member_id: str
    identifier: Identifier
    proof: GivenProof | None = None


def member_enrolled(owners: Collection[str], new_member_id: str) -> str | None:
    """The member that identifiers with these `owners` enroll, or None if that takes a look at merges.

    Identifiers claimed for the new member name `new_member_id`; the one other owner, if there is one, is the
    person enrolled before.
    """
    known = set(owners) - {new_member_id}
    if not known:
        return new_member_id
    if len(known) == 1:
        return known.pop()
    return None


def one_person(resolutions: Mapping[str, Resolution]) -> str:
    """The root of several members if merges made them one person; else IDENTIFIERS_OF_SEVERAL_MEMBERS."""
    roots = {resolution.root_member_id for resolution in resolutions.values()}
    if len(roots) > 1:
        raise refusals.identifiers_of_several_members(sorted(resolutions))
    return roots.pop()
