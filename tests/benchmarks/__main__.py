"""`make bench`: every benchmark, or those that are named. Prints ratios within one run, never absolute promises."""

import importlib
import sys

BENCHMARKS: dict[str, str] = {
    "gateway": "tests.benchmarks.gateway",
    "endpoints": "tests.benchmarks.endpoints",
    "imports": "tests.benchmarks.imports",
    "rosters": "tests.benchmarks.rosters",
    "gaps": "tests.benchmarks.gaps",
    "renewals": "tests.benchmarks.renewals",
    "cycles": "tests.benchmarks.cycles",
    "search": "tests.benchmarks.search",
}
"""A name for the command line, and the module whose `main()` measures."""


def main(names: list[str]) -> None:
    for name in names or list(BENCHMARKS):
        importlib.import_module(BENCHMARKS[name]).main()


if __name__ == "__main__":
    main(sys.argv[1:])
