"""`frontdesk tenant`: a shop's first step into an installation."""

import secrets
from typing import Annotated

import typer

from cli.operator import operator_runtime, rpc
from cli.output import run as finish
from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.app.runtime import Runtime

app = typer.Typer(help="Tenants of this installation.", no_args_is_help=True, add_completion=False)


@app.callback()
def _tenants() -> None:
    """Tenants of this installation."""


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens; never changes.")],
    admin_email: Annotated[str, typer.Argument(help="The first admin's address.")],
    name: Annotated[str, typer.Option(help="What people call the shop; the slug when left out.")] = "",
    admin_name: Annotated[str, typer.Option(help="The first admin's name.")] = "Admin",
    region: Annotated[str, typer.Option(help="Where its data belongs.")] = "tw",
    plan: Annotated[str, typer.Option(help="basic, standard or pro.")] = "standard",
) -> None:
    """Makes a tenant with its first admin and prints the password, once. Repeating it changes nothing."""
    tenant = pb.EnsureTenantRequest(slug=slug, name=name or slug, region=region, plan=plan)
    password = secrets.token_urlsafe(12)
    made = finish(ensure_tenant(operator_runtime(), tenant, admin_email, admin_name, password))
    typer.echo(f"Tenant {made.slug} is {made.id}.")
    typer.echo(f"Sign in as {admin_email} with the password {password}")
    typer.echo("An admin who was there before keeps the old password; a new one can be asked for at the sign-in page.")


async def ensure_tenant(
    runtime: Runtime, tenant: pb.EnsureTenantRequest, admin_email: str, admin_name: str, password: str
) -> pb.Tenant:
    """The tenant, made or found, with an admin of this address in it."""
    async with rpc(runtime, "tenants") as channel:
        operator = tenants_pb2_grpc.OperatorServiceStub(channel)
        made = (await operator.EnsureTenant(tenant)).tenant
        await operator.EnsureTeammate(
            pb.EnsureTeammateRequest(
                tenant_id=made.id, email=admin_email, name=admin_name, role=pb.ROLE_ADMIN, password=password
            )
        )
        found: pb.Tenant = made
        return found
