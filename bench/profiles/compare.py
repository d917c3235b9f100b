"""Compares programs that print a number for every line they are given: how long the same work took.

    compare.py NAME=PROGRAM...      # the first is what the others are compared with

They take turns, so that whatever else the machine does slows all of them. Fails if one is more than a tenth slower.
"""

import statistics
import subprocess
import sys

ROUNDS = 301
MOST = 1.10


def main():
    programs = dict(argument.split("=", 1) for argument in sys.argv[1:])
    running = {
        name: subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name, program in programs.items()
    }
    names = list(running)
    times = {name: [] for name in names}
    for turn in range(ROUNDS):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            running[name].stdin.write("\n")
            running[name].stdin.flush()
            times[name].append(float(running[name].stdout.readline()))
    for process in running.values():
        process.communicate()
    slow = []
    print(f"{'profile':<10}{'median':>10}{'least':>10}{'ratio':>8}")
    for name in names:
        ratio = statistics.median(mine / first for mine, first in zip(times[name], times[names[0]]))
        print(f"{name:<10}{statistics.median(times[name]):>7.2f} us{min(times[name]):>7.2f} us{ratio:>8.3f}")
        slow += [name] * (ratio > MOST)
    if slow:
        sys.exit(f"more than {MOST} times as slow as {names[0]}: {', '.join(slow)}")


if __name__ == "__main__":
    main()
