"""Run a program and report what it used: `python -I -S launch.py REPORT COMMAND ...`.

A process begins with the resident size of the one that started it in its books (getrusage(2): the maximum
outlives exec), so whoever measures memory has to be small.
"""

import json
import os
import sys
import time


def main() -> int:
    """Write wall, processor seconds and greatest resident size (bytes) to REPORT; exit as the program did."""
    report, *command = sys.argv[1:]
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    with open(report, "w") as file:
        json.dump([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, code], file)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
