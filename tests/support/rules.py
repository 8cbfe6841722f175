"""`make rules`: product rules of docs/rules.md that no test is marked with."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# "| 12 | text | ..." or "12. text"
_RULE = re.compile(r"^\s*(?:\|\s*(\d+)\s*\||(\d+)\.\s)\s*(.*?)\s*\|?\s*$")
# @pytest.mark.rule(12) or rule(12, 13); the console's tests say it in their names: "rule 12: …", "rules 12 and 13: …"
_MARK = re.compile(r"\brule\(([\d,\s]+)\)|\brules? (\d+(?:(?:, | and )\d+)*):")


def stated(text: str) -> dict[int, str]:
    """Rules of the document by number."""
    matches = (_RULE.match(line) for line in text.splitlines())
    return {int(match[1] or match[2]): match[3] for match in matches if match}


def proven(sources: Iterator[str]) -> set[int]:
    """Numbers that tests are marked with."""
    marks = (" ".join(mark) for source in sources for mark in _MARK.findall(source))
    return {int(number) for mark in marks for number in re.findall(r"\d+", mark)}


def main() -> int:
    """Exit code 1 when a test is marked with a rule that is not in the document."""
    files = [
        *ROOT.glob("tests/**/*.py"),
        *ROOT.glob("console/src/**/*.test.ts*"),
        *ROOT.glob("widget/src/**/*.test.ts*"),
    ]
    rules, marked = stated((ROOT / "docs" / "rules.md").read_text()), proven(path.read_text() for path in files)
    missing = sorted(rules.keys() - marked)
    for number in missing:
        print(f"{number:>4}  {rules[number]}")
    print(f"{len(rules) - len(missing)} of {len(rules)} rules have a test.")
    if unknown := sorted(marked - rules.keys()):
        print(f"Tests are marked with rules that do not exist: {', '.join(map(str, unknown))}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
