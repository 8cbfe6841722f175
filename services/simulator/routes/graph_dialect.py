"""How the Graph API says no, and who calls it."""

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from services.simulator.domain.account import Account
from services.simulator.domain.errors import PlatformError
from services.simulator.domain.faults import FaultRule
from services.simulator.domain.ids import Ids
from services.simulator.domain.meta.errors import GraphError, failure, rate_limited
from services.simulator.domain.meta.ids import trace_id


class GraphDialect:
    """Meta's statuses, bodies and headers."""

    def __init__(self, ids: Ids, prefix: str) -> None:
        self.prefix = prefix
        self._ids = ids

    def headers(self, request_id: str) -> dict[str, str]:
        """Every answer names its request."""
        return {"x-fb-request-id": request_id}

    def error(self, error: PlatformError, request_id: str) -> Response:
        """{error: …}"""
        if not isinstance(error, GraphError):
            error = GraphError(error.status, error.message, 1)
        return JSONResponse(error.body(trace_id(self._ids)), error.status, self.headers(request_id))

    def failure(self, fault: FaultRule) -> GraphError:
        """The error a fault names."""
        return failure(fault.status or 500, fault.code, fault.subcode, fault.message)

    def rate_limited(self, account: Account) -> GraphError:
        """613, or WhatsApp's 130429."""
        return rate_limited(account.channel)


def token_of(http: HttpRequest) -> str:
    """The bearer token, or the one in the address; "" without any."""
    scheme, _, token = http.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else http.query_params.get("access_token", "")
