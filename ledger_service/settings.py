"""Settings of the ledger: environment variables `LEDGER_…`."""

import socket

from pydantic import Field, FilePath
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import Address, PeerCallingSettings, RedisUrl

_ANY_ADDRESS = ("0.0.0.0", "[::]", "::")


class Settings(PeerCallingSettings):
    """What the ledger needs besides what every service needs."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_")

    identity_address: Address
    rules_address: Address
    redis_url: RedisUrl
    advertised_address: Address | None = None
    """Where the other ledger processes call this one; by default the listen address, and where that is any address of
    this machine, its host name."""
    fingerprint_key_file: FilePath
    """The key of all fingerprints: 32 or more random bytes in hexadecimal, the same for every process, for ever."""
    partitions: int = Field(default=4, ge=1, le=256)
    """How many log partitions `migrate` installs; fixed from then on."""
    batch_size: int = Field(default=250, ge=1, le=1_000)
    """The most commands a lane commits at once."""

    spends_per_till_a_minute: int = Field(default=600, ge=0, le=1_000_000)
    """Redemptions, holds, increases and transfers of one caller at one location, refused ones too, of all processes
    together. 0: no limit. Of this and the next five a minute's worth may come at once; callers with the role of a
    service are exempt."""
    spends_per_member_a_minute: int = Field(default=60, ge=0, le=1_000_000)
    """What was spent of one member."""
    spends_per_till_and_member_a_minute: int = Field(default=30, ge=0, le=1_000_000)
    """The same by one caller at one location: less than all, so that no till alone uses up what others may spend."""
    spends_per_operator_a_minute: int = Field(default=60_000, ge=0, le=1_000_000)
    """What was spent at all locations of one operator."""
    lookups_per_caller_a_minute: int = Field(default=60_000, ge=0, le=1_000_000)
    """Members named by an identifier, by one caller, at one process. 0: no limit."""
    missed_lookups_per_caller_a_minute: int = Field(default=120, ge=0, le=1_000_000)
    """Those of them that found nobody."""
    lookups_per_member_a_minute: int = Field(default=6_000, ge=0, le=1_000_000)
    """Members named by one and the same identifier, by whomever, at one process. 0: no limit."""

    alert_far_apart_seconds: int = Field(default=600, ge=1, le=86_400)
    """A member who spends in two regions within this raises an alert."""
    alert_many_members: int = Field(default=50, ge=2, le=10_000)
    """So many members at one till within the next raise one."""
    alert_many_members_seconds: int = Field(default=300, ge=1, le=86_400)
    alert_missed_lookups: int = Field(default=30, ge=0, le=1_000_000)
    """A caller who named so many in vain within the next, spent nothing in between and then spends raises one. 0:
    none."""
    alert_missed_lookups_seconds: int = Field(default=600, ge=1, le=3_000)
    alert_refused_proofs: int = Field(default=5, ge=0, le=10_000)
    """So many refused proofs of one member within the next raise one. 0: none."""
    alert_refused_proofs_seconds: int = Field(default=900, ge=1, le=86_400)
    alert_identifier_changed_seconds: int = Field(default=1_800, ge=0, le=86_400)
    """A member who spends so soon after an identifier was linked to her, unlinked or moved raises one. 0: none."""

    def address_for_others(self) -> str:
        """Where the other ledger processes call this one."""
        if self.advertised_address is not None:
            return self.advertised_address
        host, _, port = self.listen_address.rpartition(":")
        return f"{socket.gethostname()}:{port}" if host in _ANY_ADDRESS else self.listen_address
