"""A shop's own site under /shop, with the desk's widget on it: products, a sign-in that asks for no password, and
styles that would spoil whatever is not kept apart from them."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

import jwt
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from libs.clock.clock import Clock

# The demo's account and its secret, which is public; cli/demo_accounts.py connects it.
ACCOUNT, SECRET = "demo-web", "demo-widget-secret-that-signs-members"
_FOLDER = Path(__file__).with_name("static")
_TOKEN_SECONDS = 3600
_ASK = "<button type='button' class='ask' onclick='Frontdesk.open()'>聯絡我們</button>"


@dataclass(frozen=True, slots=True)
class Product:
    """What is for sale. price "" is told on request."""

    id: str
    name: str
    price: str = ""
    in_stock: bool = True
    backorder: bool = False

    @property
    def asked_about(self) -> bool:
        """Whether one has to ask for it (rule 50)."""
        return not self.price or (not self.in_stock and not self.backorder)

    @property
    def state(self) -> str:
        """In words."""
        if self.in_stock:
            return "現貨"
        return "預購中" if self.backorder else "已售完"


PRODUCTS = (
    Product("linen", "亞麻襯衫", "NT$ 1,280"),
    Product("suit", "訂製西裝"),
    Product("scarf", "羊毛圍巾", "NT$ 980", in_stock=False),
    Product("bag", "帆布包", "NT$ 1,680", in_stock=False, backorder=True),
)
MEMBERS = {
    "m-1001": {"name": "陳美玲", "email": "sunny@customer.test", "phone": "+886 912 345 678"},
    "m-1002": {"name": "王大明", "email": "", "phone": "+886 922 000 111"},
}


class SiteRoutes:
    """The pages. desk_url: where the desk is, without a slash at the end."""

    def __init__(self, clock: Clock, desk_url: str) -> None:
        self._clock = clock
        self._desk_url = desk_url
        self._template = (_FOLDER / "site.html").read_text()

    def routes(self) -> list[BaseRoute]:
        """For the application."""
        return [
            Route("/shop", self.home),
            Route("/shop/products", self.products),
            Route("/shop/products/{product_id}", self.product),
        ]

    async def home(self, request: Request) -> Response:
        """The first page; the widget's button always shows."""
        return self._page(request, "other", "<p>手工訂製，慢慢做好。</p>")

    async def products(self, request: Request) -> Response:
        """The list: what must be asked about has a button of its own."""
        cards = "".join(f"<li class='card'>{_card(product, _member(request))}</li>" for product in PRODUCTS)
        return self._page(request, "list", f"<ul class='cards'>{cards}</ul>")

    async def product(self, request: Request) -> Response:
        """One product."""
        found = next((one for one in PRODUCTS if one.id == request.path_params["product_id"]), None)
        if found is None:
            return PlainTextResponse("There is no such product.\n", 404)
        return self._page(request, "product", _card(found, _member(request)), found)

    def _page(self, request: Request, kind: str, content: str, product: Product | None = None) -> Response:
        member = _member(request)
        attributes = {"account": ACCOUNT, "page": kind, "language": request.query_params.get("language", "")}
        if member:
            attributes["member-token"] = self._token(member)
        if product is not None:
            flags = {"price-hidden": not product.price, "in-stock": product.in_stock, "backorder": product.backorder}
            attributes |= {name: str(value).lower() for name, value in flags.items()}
        data = " ".join(f'data-{name}="{escape(value)}"' for name, value in attributes.items() if value)
        page = self._template
        for name, value in {
            "title": escape(product.name if product else "小島選物"),
            "content": content,
            "widget": f'<script src="{escape(self._desk_url)}/widget/v1/widget.js" {data} async></script>',
            "signed_in": _signed_in(request, member),
            "query": escape(f"?member={member}" if member else ""),
            "root": escape(_root(request)),
        }.items():
            page = page.replace(f"{{{{{name}}}}}", value)
        return HTMLResponse(page, headers={"cache-control": "no-store", "x-content-type-options": "nosniff"})

    def _token(self, member: str) -> str:
        """As a shop's server signs it, for each page it shows."""
        expires = int(self._clock.now().timestamp()) + _TOKEN_SECONDS
        return jwt.encode({"sub": member, **MEMBERS[member], "exp": expires}, SECRET, "HS256")


def _member(request: Request) -> str:
    wanted = request.query_params.get("member", "")
    return wanted if wanted in MEMBERS else ""


def _root(request: Request) -> str:
    prefix = request.headers.get("x-forwarded-prefix", "")
    return f"{prefix}/shop"


def _card(product: Product, member: str) -> str:
    query = f"?member={member}" if member else ""
    ask = _ASK if product.asked_about else ""
    return (
        f"<h2><a href='{{{{root}}}}/products/{product.id}{query}'>{escape(product.name)}</a></h2>"
        f"<p>{escape(product.price or '價格請洽詢')} · {product.state}</p>{ask}"
    )


def _signed_in(request: Request, member: str) -> str:
    here = escape(request.url.path.rpartition("/shop")[2])
    if member:
        name = escape(MEMBERS[member]["name"])
        return f"<span>{name}</span> <a id='sign-out' href='{{{{root}}}}{here}'>登出</a>"
    links = (
        f"<a class='sign-in' href='{{{{root}}}}{here}?member={each}'>以{escape(known['name'])}登入</a>"
        for each, known in MEMBERS.items()
    )
    return " ".join(links)
