"""What a teammate may see is one predicate: in Python and in SQL the same."""

import json
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libs.auth.permissions import ROLE_PERMISSIONS
from libs.auth.visibility import Visibility
from libs.db.database import Database
from tests.support.databases import Databases

_PEOPLE = [UUID(int=number) for number in range(1, 4)]
_STORES = ["s1", "s2", "s3", "'; --", ""]
_ROWS = st.fixed_dictionaries(
    {
        "salesperson_id": st.none() | st.sampled_from(["", *map(str, _PEOPLE)]),
        "store_id": st.none() | st.sampled_from(_STORES),
        "handler": st.sampled_from(["person", "bot"]),
    }
)
_TEAMMATES = st.builds(
    lambda teammate, role, chatbot, stores: Visibility.of(
        teammate, role, ROLE_PERMISSIONS[role] | chatbot, tuple(sorted(stores))
    ),
    st.sampled_from(_PEOPLE),
    # Those whose view has edges.
    st.sampled_from(["cs_agent", "salesperson", "sales_manager", "sales_manager"]),
    st.sampled_from([frozenset[str](), frozenset({"see_chatbot"})]),
    st.sets(st.sampled_from(_STORES)),
)


@pytest.fixture(scope="module")
async def database(databases: Databases) -> AsyncIterator[Database]:
    """Any database will do: the rows come with the question."""
    made = await databases.new(["conversations"])
    yield made.open("conversations")
    await databases.drop(made)


@pytest.mark.promise(5)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TEAMMATES, st.lists(_ROWS, min_size=8, max_size=30))
async def test_python_and_sql_agree(
    database: Database, visibility: Visibility, rows: list[dict[str, str | None]]
) -> None:
    condition, params = visibility.sql("c")
    query = (
        "SELECT n FROM json_to_recordset(CAST(:rows AS json))"
        f" AS c (n integer, salesperson_id text, store_id text, handler text) WHERE {condition} ORDER BY n"
    )
    numbered = json.dumps([{**row, "n": number} for number, row in enumerate(rows)])
    async with database.system_unit() as unit:
        found = [row["n"] for row in await unit.rows(query, {**params, "rows": numbered})]
    assert found == [number for number, row in enumerate(rows) if _sees(visibility, row)]


def _sees(visibility: Visibility, row: dict[str, str | None]) -> bool:
    return visibility.sees(
        salesperson_id=row["salesperson_id"] or "", store_id=row["store_id"] or "", bot=row["handler"] == "bot"
    )


@pytest.mark.rule(27)
@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_only_sellers_do_not_see_what_a_bot_handles(role: str) -> None:
    visibility = Visibility.of(_PEOPLE[0], role, ROLE_PERMISSIONS[role], ("s1",))
    bound = {"salesperson_id": str(_PEOPLE[0]), "store_id": "s1"}
    assert visibility.sees(**bound, bot=False)
    assert visibility.sees(**bound, bot=True) == (role not in {"sales_manager", "salesperson"})


@pytest.mark.parametrize("role", ["sales_manager", "salesperson"])
def test_what_is_bound_to_nobody_stays_hidden_from_sellers(role: str) -> None:
    visibility = Visibility.of(_PEOPLE[0], role, ROLE_PERMISSIONS[role], ("", "s1"))
    assert not visibility.sees(salesperson_id="", store_id="", bot=False)
