"""What a person sees when everything runs."""

from pathlib import Path

from cli.run.settings import RunSettings

DEMO_PASSWORD = "frontdesk"  # noqa: S105 - the demo's, public on purpose
_TEAM = "admin@, supervisor@, cs-manager@, agent@, agent2@, agent3@, sales-manager@, sales"


def banner(settings: RunSettings, data_dir: Path, seconds: float) -> str:
    """Addresses and logins, one a line."""
    url = settings.public_url
    lines = [f"Frontdesk is ready after {seconds:.1f} s.", ""]
    lines += _row("Console", url)
    if settings.demo:
        lines += _row("Sign in", f"{_TEAM}@demo.test; admin@other.test")
        lines += _row("Password", DEMO_PASSWORD)
        lines += _row("Phones", f"{url}/simulator/phone")
        lines += _row("Demo shop", f"{url}/simulator/shop")
    lines += _row("API", f"{url}/api/v1/openapi.json")
    lines += _row("Data, logs", f"{data_dir}, {data_dir / 'logs'}")
    return "\n".join([*lines, "", "Ctrl-C ends everything; the next start goes on from here."])


def _row(name: str, value: str) -> list[str]:
    return [f"  {name:<11}{value}"]
