"""Settings of the identity service: environment variables `IDENTITY_…`."""

from pydantic import FilePath
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import Address, PeerCallingSettings


class Settings(PeerCallingSettings):
    """What the service needs besides what every service needs."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_")

    rules_address: Address
    fingerprint_key_file: FilePath
    """The key of all fingerprints: 32 or more random bytes in hexadecimal, the same for every process, for ever."""
