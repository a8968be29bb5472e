"""Settings of the settlement service: environment variables `SETTLEMENT_…`."""

from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import Address, PeerCallingSettings


class Settings(PeerCallingSettings):
    """What the service needs besides what every service needs."""

    model_config = SettingsConfigDict(env_prefix="SETTLEMENT_")

    ledger_address: Address
    rules_address: Address
