"""How many examples hypothesis makes up: few in ``make test``, twenty times as many in ``make soak``."""

from hypothesis import HealthCheck, settings

BRIEF, SOAK = "brief", "soak"
"""Names of profiles; ``--hypothesis-profile=soak`` chooses the second."""
USUAL = 25
"""Examples of a property that names no number."""
MORE = 20
"""Times as many in a soak."""


def examples(number: int) -> int:
    """What `number` examples are in the profile that is loaded."""
    return number * MORE if settings.get_current_profile_name() == SOAK else number


def register_profiles() -> None:
    """Makes both profiles known and loads the brief one, before pytest loads one that was asked for.

    Neither looks at the clock on the wall, which on a busy machine says more about the others than about a property.
    The brief one makes up the same examples of the same property each time, so that a change is judged by what it
    changed; new ones are the soak's to find.
    """
    for name, number in ((BRIEF, USUAL), (SOAK, USUAL * MORE)):
        settings.register_profile(
            name,
            max_examples=number,
            deadline=None,
            derandomize=name == BRIEF,
            suppress_health_check=[HealthCheck.too_slow],
        )
    settings.load_profile(BRIEF)
