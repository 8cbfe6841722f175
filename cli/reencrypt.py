"""`frontdesk reencrypt`: after a new credential key was put first in the ring."""

from cli.operator import rpc
from frontdesk.tenants.v1 import tenants_pb2 as pb
from frontdesk.tenants.v1 import tenants_pb2_grpc
from libs.app.runtime import Runtime

_SECONDS = 600.0


async def reencrypt(runtime: Runtime) -> int:
    """Encrypts every account's credentials under the ring's first key; answers how many were not yet."""
    async with rpc(runtime, "tenants") as channel:
        operator = tenants_pb2_grpc.OperatorServiceStub(channel)
        answer = await operator.ReencryptCredentials(pb.ReencryptCredentialsRequest(), timeout=_SECONDS)
        return int(answer.accounts)
