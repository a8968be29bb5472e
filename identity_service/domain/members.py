"""Members, what refers to them, and where a reference leads."""

from dataclasses import dataclass
from datetime import datetime

from chassis.values.ids import bucket_of, made_id
from identity_service.domain.identifiers import Identifier
from identity_service.domain.profile import NO_PROFILE, Profile


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A member's place: bucket, program and id. Sorting keys gives the order in which rows are locked."""

    bucket: int
    program_id: str
    member_id: str

    @classmethod
    def of(cls, program_id: str, member_id: str) -> "MemberKey":
        """The key of a member id; says nothing about whether the member exists."""
        return cls(bucket_of(program_id, member_id), program_id, member_id)

    def place(self) -> tuple[int, str, str]:
        """What keys are sorted by."""
        return self.bucket, self.program_id, self.member_id


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one program. `identifiers` in order of linking; `home_location_id` empty if not told."""

    program_id: str
    member_id: str
    identifiers: tuple[Identifier, ...]
    enroll_time: datetime
    home_location_id: str
    profile: Profile = NO_PROFILE


@dataclass(frozen=True, slots=True)
class MemberRef:
    """A question: which member of the program. `member` is an id, or an identifier that points to one."""

    program_id: str
    member: str | Identifier


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a reference leads.

    `member_id` is the member it points to, the home of what is earned through it; `root_member_id` the canonical
    member whose wallet it is; `home_member_ids` every member whose accruals lie in that wallet, the root first and
    the others by id; `merge_seq` counts the merges and unmerges of the root; `home_location_id`, `enroll_time` and
    `profile` are the root's.
    """

    member_id: str
    root_member_id: str
    home_member_ids: tuple[str, ...]
    merge_seq: int
    home_location_id: str
    enroll_time: datetime
    profile: Profile = NO_PROFILE


@dataclass(frozen=True, slots=True)
class Found:
    """A member row as a reference meets it. `merge_seq` 0 says that the member never took part in a merge."""

    key: MemberKey
    merge_seq: int
    home_location_id: str
    enroll_time: datetime
    profile: Profile = NO_PROFILE

    def unmerged(self) -> Resolution:
        """The resolution of a member that never took part in a merge: it is its own root and only home."""
        member_id = self.key.member_id
        return Resolution(
            member_id,
            member_id,
            (member_id,),
            self.merge_seq,
            self.home_location_id,
            self.enroll_time,
            self.profile,
        )


def new_member_id(program_id: str, caller: str, request_id: str) -> str:
    """The id of the member an enrolment makes: from the request's name, not from chance, so retries agree."""
    return made_id("mem", program_id, caller, request_id)
