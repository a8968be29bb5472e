"""Requests on persons as an office would write them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.identity.v1 import person_pb2
from loyalty.identity.v1 import person_service_pb2 as messages

_NUMBERS = count(1)
START = datetime(2026, 7, 6, 12, tzinfo=UTC)


def consent(
    purpose: int = person_pb2.CONSENT_PURPOSE_MARKETING,
    channel: int = person_pb2.CONTACT_CHANNEL_EMAIL,
    *,
    brand: str = "",
    granted: bool = True,
    day: int = 0,
    wording: str = "v1",
    source: str = "web-form",
) -> person_pb2.Consent:
    """A word said so many days after the start."""
    stamp = Timestamp()
    stamp.FromDatetime(START + timedelta(days=day))
    return person_pb2.Consent(
        brand_id=brand,
        channel=person_pb2.ContactChannel.ValueType(channel),
        purpose=person_pb2.ConsentPurpose.ValueType(purpose),
        granted=granted,
        wording_version=wording,
        source=source,
        occur_time=stamp,
    )


def consents(member: str, *said: person_pb2.Consent, request_id: str | None = None) -> messages.SetConsentsRequest:
    """What a person said."""
    return messages.SetConsentsRequest(
        program_id="grove", request_id=request_id or f"consents-{next(_NUMBERS)}", member_id=member, consents=said
    )


def preferences(
    member: str, values: Mapping[str, str], *, brand: str = "", request_id: str | None = None
) -> messages.SetPreferencesRequest:
    """What a person likes."""
    said = [person_pb2.Preference(brand_id=brand, key=key, value=value) for key, value in values.items()]
    return messages.SetPreferencesRequest(
        program_id="grove",
        request_id=request_id or f"preferences-{next(_NUMBERS)}",
        member_id=member,
        preferences=said,
    )


def profile(member: str, *, request_id: str | None = None, **fields: Any) -> messages.UpdateProfileRequest:
    """A change of a profile."""
    return messages.UpdateProfileRequest(
        program_id="grove",
        request_id=request_id or f"profile-{next(_NUMBERS)}",
        member_id=member,
        **fields,
    )


def erase(member: str, *, request_id: str | None = None) -> messages.EraseMemberRequest:
    """An erasure because the member asked for it."""
    return messages.EraseMemberRequest(
        program_id="grove",
        request_id=request_id or f"erase-{next(_NUMBERS)}",
        member_id=member,
        reason=person_pb2.ERASURE_REASON_MEMBER_ASKED,
    )


def said_of(records: Sequence[person_pb2.ConsentRecord]) -> list[tuple[str, int, int, bool]]:
    """What consents say."""
    return [(r.consent.brand_id, r.consent.channel, r.consent.purpose, r.consent.granted) for r in records]
