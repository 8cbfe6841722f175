"""What a benchmark prints: figures beside the floor they are judged by."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

OUTPUT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


@dataclass(frozen=True)
class Row:
    """One figure. floor: the same measured on the bare parts in this run; target: what must hold, in words."""

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    target: str
    holds: bool

    def line(self) -> str:
        """The row as text."""
        floor = "" if self.floor is None else f"{self.floor:,.2f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = "" if not self.target else "holds" if self.holds else "MISSED"
        return f"{self.name:<46}{self.value:>12,.2f} {self.unit:<6}{floor:>12}{ratio:>8}  {self.target:<28}{verdict}"


def at_least(name: str, value: float, unit: str, floor: float, share: float, least: float = 0.0) -> Row:
    """More is better: at least this share of the floor, and at least so much."""
    ratio = value / floor
    words = f"≥ {share} × floor" + (f", ≥ {least:,.0f}" if least else "")
    return Row(name, value, unit, floor, ratio, words, ratio >= share and value >= least)


def at_most(name: str, value: float, unit: str, floor: float, times: float) -> Row:
    """Less is better: at most so many times the floor."""
    return Row(name, value, unit, floor, value / floor, f"≤ {times} × floor", value <= times * floor)


def below(name: str, value: float, unit: str, most: float) -> Row:
    """Less is better: at most so much."""
    return Row(name, value, unit, None, None, f"≤ {most:,.0f} {unit}", value <= most)


def told(name: str, value: float, unit: str, floor: float) -> Row:
    """A figure that nothing was promised of."""
    return Row(name, value, unit, floor, value / floor, "", True)


def write(rows: list[Row]) -> None:
    """Prints the table and writes build/bench.json."""
    head = f"{'figure':<46}{'value':>12} {'unit':<6}{'floor':>12}{'ratio':>8}  {'target':<28}"
    print("\n".join([head, "-" * len(head), *(row.line() for row in rows)]))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
