import pytest

from chassis.runtime.migrations import MigrationError, load_migrations
from tests.unit.chassis_runtime.packages import MakePackage


def test_files_come_in_order(make_package: MakePackage) -> None:
    package = make_package({"0002_b.sql": "SELECT 2", "0001_a.sql": "SELECT 1", "notes.md": ""})
    assert [migration.file_name for migration in load_migrations(package)] == ["0001_a.sql", "0002_b.sql"]


@pytest.mark.parametrize(
    "names",
    [["0002_a.sql"], ["0001_a.sql", "0003_b.sql"], ["0001_a.sql", "0001_b.sql"], ["1_a.sql"], ["a.sql"]],
    ids=str,
)
def test_gaps_repeats_and_other_names_are_refused(make_package: MakePackage, names: list[str]) -> None:
    package = make_package(dict.fromkeys(names, "SELECT 1"))
    with pytest.raises(MigrationError):
        load_migrations(package)
