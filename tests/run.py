"""Everything that has to hold before a change lands: ``make test`` and ``.ci/run`` call this.

Runs all steps even when one fails, prints the time of each, and ends with the total of all tests alone on the
last line. Exit code 0 only if every step passed.

Three folders run beside each other, the longest first, and a free place takes the next: tests that wait for servers
leave half of two cores idle. The checks run beside the first of them. What a step says is told as it ends. The faults
come last, since they measure time: beside them runs only what is one process that waits for nobody, and yields the
processor to them.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

CHECKOUT = Path(__file__).resolve().parents[1]
BESIDE_EACH_OTHER = 3
# The longest first, so that none is left alone at the end.
FOLDERS = (
    "integration/ledger",
    "integration/settlement",
    "integration/mesh",
    "integration/deploy",
    "unit",
    "integration/rules",
    "integration/chassis_runtime",
    "contract",
    "integration/demo",
    "integration/identity",
    "integration/audit",
    "integration/bench",
    "simulation",
    "load",
)
LAST = "fault"
BESIDE_LAST = "property"
YIELDING = ("nice", "-n", "10")

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("ruff", "check")),
    ("ruff format", ("ruff", "format", "--check")),
    ("mypy", ("mypy",)),
    ("import rules", ("lint-imports",)),
    ("buf lint", ("buf", "lint")),
    ("buf format", ("buf", "format", "--diff", "--exit-code")),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to: ``passed`` and ``failed`` count tests and are 0 for steps that run none."""

    name: str
    good: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    note: str = ""


def main() -> int:
    """Run all steps; 0 if all are good."""
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=1) as other, ThreadPoolExecutor(max_workers=BESIDE_EACH_OTHER) as places:
        checked = other.submit(checks)
        tested = places.map(run_tests, FOLDERS)
        outcomes = [*checked.result(), *tested]
    with ThreadPoolExecutor(max_workers=1) as other:
        yielding = other.submit(run_tests, BESIDE_LAST, start=YIELDING)
        outcomes.append(run_tests(LAST))
    outcomes.append(yielding.result())
    print(f"\n{'step':<36}{'seconds':>8}  result")
    for outcome in outcomes:
        print(f"{outcome.name:<36}{outcome.seconds:>8.1f}  {'ok' if outcome.good else 'FAILED'}{outcome.note}")
    print(f"{'in all':<36}{time.monotonic() - started:>8.1f}")
    print(f"{sum(outcome.passed for outcome in outcomes)} passed, {sum(outcome.failed for outcome in outcomes)} failed")
    return 0 if all(outcome.good for outcome in outcomes) else 1


def checks() -> list[Outcome]:
    """All that are no tests, one after the other."""
    return [*(check(name, command) for name, command in CHECKS), breaking()]


def check(name: str, command: tuple[str, ...]) -> Outcome:
    """One tool that answers with its exit code."""
    code, seconds = _run(name, command)
    return Outcome(name, code == 0, seconds)


def breaking() -> Outcome:
    """The contracts against the last release (a tag v*), or against main while there is none."""
    name = "buf breaking"
    tag = _git("describe", "--tags", "--abbrev=0", "--match=v*")
    for reference in (f"tag={tag}" if tag else "", "branch=main"):
        revision = reference.partition("=")[2]
        if revision and _git("ls-tree", "--name-only", revision, "protos"):
            outcome = check(name, ("buf", "breaking", "--against", f".git#{reference}"))
            return Outcome(name, outcome.good, outcome.seconds, note=f"  against {revision}")
    return Outcome(name, True, 0, note="  nothing to compare with in this clone")


def run_tests(folder: str, start: tuple[str, ...] = ()) -> Outcome:
    """One folder of tests, without those that have a command of their own, told at its end. `start` comes before the
    command."""
    name = f"tests/{folder}"
    if not any((CHECKOUT / name).rglob("test_*.py")):
        return Outcome(name, True, 0, note="  no tests")
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory, "report.xml")
        command = (*start, "pytest", name, "-m", "not soak and not fault", f"--junitxml={report}")
        code, seconds = _run(name, command)
        passed, failed, skipped = _counts(report)
    failed = max(failed, 1 if code else 0)
    note = f"  {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    return Outcome(name, code == 0, seconds, passed, failed, note)


def _counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed (errors included) and skipped tests; zeros if the run ended before it could report."""
    if not report.exists():
        return 0, 0, 0
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    total, failures, errors, skipped = (
        sum(int(suite.get(key, "0")) for suite in suites) for key in ("tests", "failures", "errors", "skipped")
    )
    return max(total - failures - errors - skipped, 0), failures + errors, skipped


def _run(name: str, command: tuple[str, ...]) -> tuple[int, float]:
    """Exit code and seconds of a command of this Python's environment; what it said is told in one piece."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    started = time.monotonic()
    ran = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**os.environ, "PATH": path},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.monotonic() - started
    print(f"\n== {name}: {' '.join(command)}\n{ran.stdout}", flush=True)
    return ran.returncode, seconds


def _git(*arguments: str) -> str:
    """What git answers, empty if it cannot."""
    # The checkout may belong to another account than the one that runs the tests.
    command = ("git", "-c", f"safe.directory={CHECKOUT}", *arguments)
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
