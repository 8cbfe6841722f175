"""What this process's metrics say; services of a Stack run in it."""

from libs.observe.metrics import exposition


def measured(series: str) -> float:
    """The value of one series, as `name{label="value"}` with its labels in the order of their names; 0 without it."""
    found = [line for line in exposition().decode().splitlines() if line.startswith(f"{series} ")]
    return float(found[0].rpartition(" ")[2]) if found else 0.0
