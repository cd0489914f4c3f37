"""What the figures were measured on, and the memory of processes, from /proc."""

import os
import platform
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from settings import ROOT

_CORES = 2


def use_two_cores() -> None:
    """Keep to two cores, and everything that is started from here on."""
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:_CORES]))


def description() -> dict[str, object]:
    """Processor, cores in use, memory in GB, system and the load before we began."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = {line.partition(":")[2].strip() for line in info if line.startswith("model name")}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": ", ".join(sorted(models)),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 2),
    }


def commit() -> str:
    """The commit that was measured, with a `+` when files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip()


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of some processes: resident (shared pages count in each), and proportional."""

    rss_mb: float
    pss_mb: float
    processes: int


def memory(pid: int) -> Memory:
    """The memory of a process and of all that descends from it."""
    pids = [pid, *_descendants(pid)]
    rolled = [_rollup(one) for one in pids]
    rss, pss = (sum(one[name] for one in rolled) / 1024 for name in ("Rss", "Pss"))
    return Memory(round(rss, 1), round(pss, 1), len(pids))


def _descendants(pid: int) -> Iterator[int]:
    children = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended just now
            continue
        children[int(fields[1])].append(int(stat.parent.name))
    waiting = list(children[pid])
    while waiting:
        one = waiting.pop()
        yield one
        waiting += children[one]


def _rollup(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) for line in lines}
