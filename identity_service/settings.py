"""Settings of the identity service: environment variables `IDENTITY_…`."""

from pydantic import Field, FilePath
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import Address, PeerCallingSettings


class Settings(PeerCallingSettings):
    """What the service needs besides what every service needs."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_")

    rules_address: Address
    fingerprint_key_file: FilePath
    """The key of all fingerprints: 32 or more random bytes in hexadecimal, the same for every process, for ever."""
    lookups_per_caller_a_minute: int = Field(default=6_000, ge=0, le=1_000_000)
    """Identifiers that one caller names, at one process, all of them at once if need be. 0: no limit. Callers with the
    role of a service are exempt."""
    missed_lookups_per_caller_a_minute: int = Field(default=120, ge=0, le=1_000_000)
    """Those of them that were refused as unknown or taken."""
    taken_identifiers_per_caller_a_minute: int = Field(default=600, ge=0, le=1_000_000)
    """Those that pointed to nobody and point to somebody since: enrolled or linked. Each tells what a miss tells."""
    lookups_per_member_a_minute: int = Field(default=600, ge=0, le=1_000_000)
    """The same of one identifier, whoever names it."""
    wrong_pins_per_caller_a_minute: int = Field(default=120, ge=0, le=1_000_000)
    """PINs that proved nothing, of one caller (a till, a gateway), at one process. Its next ones are refused without
    being looked at. 0: no limit."""
