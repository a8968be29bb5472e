"""Settings of the settlement service: environment variables `SETTLEMENT_…`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import Address, PeerCallingSettings


class Settings(PeerCallingSettings):
    """What the service needs besides what every service needs."""

    model_config = SettingsConfigDict(env_prefix="SETTLEMENT_")

    ledger_address: Address
    rules_address: Address
    nightly_hour: int = Field(default=2, ge=0, le=23)
    """The nightly reconciliations begin after this hour of the UTC day, by the wall clock."""
    nightly_check_seconds: float = Field(default=300.0, ge=0.1, le=3_600)
    """How often a process looks if they are due; jittered."""
