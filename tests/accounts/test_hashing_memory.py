"""Sign-ins, however many at once, cannot exhaust the memory."""

from __future__ import annotations

import subprocess
import sys

CROWD = """
import resource
from concurrent.futures import ThreadPoolExecutor
from gridgov.services.access.hashing import password_fits

password_fits("x", None)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with ThreadPoolExecutor(24) as pool:
    list(pool.map(lambda _: password_fits("x", None), range(48)))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
"""Twenty-four try at once; each hash alone needs 19 MiB."""


def test_a_crowd_that_signs_in_needs_the_memory_of_four() -> None:
    ran = subprocess.run([sys.executable, "-c", CROWD], capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 5 * 19
