"""`frontdesk secrets`: the Kubernetes secrets of an installation, made once and printed for `kubectl apply -f -`."""

import base64
import json
import secrets
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import typer

from cli.run.services import IDENTITIES, WITH_DATABASE
from libs.auth.identity import Identity
from libs.db.roles import login_role

app = typer.Typer(add_completion=False)

_Address = Annotated[str, typer.Option(help="postgresql://HOST:PORT/NAME, without a login.")]
_Migrator = Annotated[str, typer.Option(help="USER:PASSWORD of the role that makes roles and schemas.")]
_Nats = Annotated[str, typer.Option(help="nats://USER:PASSWORD@HOST:4222")]
_Redis = Annotated[str, typer.Option(help="redis://:PASSWORD@HOST:6379/0; empty runs without.")]
_Storage = Annotated[str, typer.Option(help="s3://KEY:SECRET@BUCKET/PREFIX?region=…&endpoint=…, where files lie.")]
_Prefix = Annotated[str, typer.Option(help="What the names begin with.")]


@app.command()
def print_secrets(
    database: _Address,
    migrator: _Migrator,
    nats: _Nats,
    storage: _Storage,
    redis: _Redis = "",
    prefix: _Prefix = "frontdesk",
) -> None:
    """Prints new secrets for every service. Keep a copy: without the credential key stored credentials are lost."""
    contents = make(database, migrator, nats, storage, redis)
    items = [_manifest(f"{prefix}-{name}", content) for name, content in contents.items()]
    typer.echo(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1))


def make(database: str, migrator: str, nats: str, storage: str, redis: str = "") -> dict[str, dict[str, str]]:
    """Name to content of every secret that the chart's values name by default."""
    identities = {name: Identity.generate(name) for name in IDENTITIES}
    made = {name: {"identity-key": identity.private_pem()} for name, identity in identities.items()}
    for service in WITH_DATABASE:
        made[service]["database-url"] = _with_login(database, f"{login_role(service)}:{secrets.token_urlsafe(32)}")
    made["tenants"]["credential-keys"] = f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    public = {name: identity.public_pem() for name, identity in identities.items()}
    made["identity"] = {"identity-keys.json": json.dumps(public)}
    made["migrations"] = {"database-url": _with_login(database, migrator)}
    made["media"] = {"key": base64.b64encode(secrets.token_bytes(32)).decode()}
    made["nats"] = {"url": nats}
    made["storage"] = {"url": storage}
    if redis:
        made["redis"] = {"url": redis}
    return made


def _with_login(address: str, login: str) -> str:
    parts = urlsplit(address)
    if not parts.hostname or parts.username or len(parts.path) < 2:
        raise typer.BadParameter("give it as postgresql://HOST:PORT/NAME, without a login", param_hint="--database")
    return urlunsplit(parts._replace(netloc=f"{login}@{parts.netloc}"))


def _manifest(name: str, content: dict[str, str]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "type": "Opaque", "stringData": content}


if __name__ == "__main__":
    app()
