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

    def address_for_others(self) -> str:
        """Where the other ledger processes call this one."""
        if self.advertised_address is not None:
            return self.advertised_address
        host, _, port = self.listen_address.rpartition(":")
        return f"{socket.gethostname()}:{port}" if host in _ANY_ADDRESS else self.listen_address
