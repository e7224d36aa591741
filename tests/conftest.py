"""What all tests share: no test is timed, and random tests repeat their failures.

On a machine that only says yes or no (CI is set) the random tests draw the same
examples each time; elsewhere they look for new ones.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried",
    deadline=None,  # a busy machine is no failure
    print_blob=True,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")
