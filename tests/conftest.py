"""Settings shared by all tests.

Hypothesis has no deadline (the machine may be shared), and in CI it draws the same examples every
time, so that a failure there is a change's own.
"""

import os

from hypothesis import settings

settings.register_profile(
    "maestro", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")), database=None
)
settings.load_profile("maestro")
