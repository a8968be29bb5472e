"""The count of tests over several runs."""

from pathlib import Path

from tests.run import _counts


def test_errors_count_as_failures_and_skipped_tests_not_as_passed(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3"/></testsuites>', encoding="utf-8"
    )
    assert _counts(report) == (4, 3, 3)


def test_a_run_without_report_counts_nothing(tmp_path: Path) -> None:
    assert _counts(tmp_path / "missing.xml") == (0, 0, 0)
