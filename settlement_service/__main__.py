"""`python -m settlement_service [serve|migrate]`."""

from chassis.runtime.main import run
from settlement_service.app import build
from settlement_service.settings import Settings

if __name__ == "__main__":
    run(Settings, service_name="settlement", build=build, migrations_package="settlement_service.migrations")
