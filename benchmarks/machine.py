"""What a figure was measured on, and how it is written down."""

from __future__ import annotations

import argparse
import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "pyarrow", "pyoxigraph", "jinja2", "rdflib")


def machine() -> dict[str, Any]:
    """Processor, cores, system, how busy it is, versions."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system() + " " + platform.release().split("-")[0],
        "load average at the start": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    """The processor's name as Linux gives it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def resident(field: str = "VmHWM") -> int:
    """Megabytes of this process in memory: VmHWM at most so far, VmRSS now (Linux; unlike getrusage, its own alone)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(f"{field}:"))


def arguments(description: str | None) -> argparse.ArgumentParser:
    """What all benchmarks take."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="the folder that takes the figures as JSON")
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="the date written down")
    parser.add_argument("--seed", type=int, default=1)
    return parser


def write_down(figures: dict[str, Any], folder: Path | None, name: str, date: str) -> None:
    """Print the figures and, where there is a folder, keep them in it as `name`.json."""
    text = json.dumps({"benchmark": name, "date": date, **figures}, indent=2, ensure_ascii=False)
    print(text)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
