"""Settings of rules, from environment variables that begin with RULES_."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.runtime.settings import ServiceSettings


class RulesSettings(ServiceSettings):
    """Rules calls nobody, so it needs no token of its own."""

    model_config = SettingsConfigDict(env_prefix="RULES_")

    reconcile_seconds: float = Field(default=10.0, gt=0, le=300)
    """How often memory is compared with the store beside the announcements; a lost one is healed within this."""
