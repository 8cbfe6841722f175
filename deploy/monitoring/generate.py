"""Makes dashboards/*.json for Grafana from panels/*.yaml: `python -m deploy.monitoring.generate`."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
_WIDTH, _HEIGHT = 12, 8
_SOURCE = {"type": "prometheus", "uid": "${source}"}
_CHOICE = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def dashboards() -> dict[str, str]:
    """File name to JSON of every dashboard."""
    made = {path.stem: _dashboard(path.stem, yaml.safe_load(path.read_text())) for path in HERE.glob("panels/*.yaml")}
    return {f"{name}.json": json.dumps(each, indent=1, ensure_ascii=False) + "\n" for name, each in made.items()}


def _dashboard(name: str, described: dict[str, Any]) -> dict[str, Any]:
    return {
        "uid": f"frontdesk-{name}",
        "title": f"Frontdesk / {described['title']}",
        "description": described["about"],
        "tags": ["frontdesk"],
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "schemaVersion": 39,
        "templating": {"list": [_CHOICE]},
        "links": [{"type": "dashboards", "tags": ["frontdesk"], "title": "Frontdesk", "asDropdown": True}],
        "panels": [_panel(place, panel) for place, panel in zip(count(), described["panels"], strict=False)],
    }


def _panel(place: int, described: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": described["title"],
        "description": described.get("about", ""),
        "datasource": _SOURCE,
        "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": place % 2 * _WIDTH, "y": place // 2 * _HEIGHT},
        "fieldConfig": {"defaults": _defaults(described), "overrides": []},
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        "targets": [_target(letter, each) for letter, each in zip("ABCDEF", described["queries"], strict=False)],
    }


def _defaults(described: dict[str, Any]) -> dict[str, Any]:
    limit = described.get("limit")
    above = [] if limit is None else [{"color": "red", "value": limit}]
    return {
        "unit": described["unit"],
        "min": 0,
        "custom": {
            "fillOpacity": 8,
            "lineWidth": 1,
            "thresholdsStyle": {"mode": "line" if limit is not None else "off"},
        },
        "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}, *above]},
    }


def _target(letter: str, query: dict[str, str]) -> dict[str, Any]:
    return {
        "refId": letter,
        "datasource": _SOURCE,
        "expr": query["expr"],
        "legendFormat": query.get("legend", "__auto"),
    }


def main() -> None:
    """Writes what differs and removes what is no longer described."""
    folder = HERE / "dashboards"
    folder.mkdir(exist_ok=True)
    wanted = dashboards()
    for path in folder.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    main()
