"""Fixtures for the machinery's tests."""

from tests.unit.chassis_runtime.packages import make_package

__all__ = ["make_package"]
