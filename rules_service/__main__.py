"""`python -m rules_service` serves; `python -m rules_service migrate` brings the database up to date."""

from chassis.runtime.main import run
from rules_service.app import build
from rules_service.settings import RulesSettings

if __name__ == "__main__":
    run(RulesSettings, service_name="rules", build=build, migrations_package="rules_service.migrations")
