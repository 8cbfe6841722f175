"""A service's life: its parts start in order, stop in reverse, and say what keeps them from serving."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from libs.app.http import HttpPart
from libs.app.ops import OpsApp
from libs.app.parts import LoopPart
from libs.app.service import Dispensable, Service
from libs.observe.metrics import exposition
from tests.support.wait import eventually, never


class _Part:
    """Notes what happens to it. fails: raised when it starts or stops."""

    def __init__(
        self, name: str, diary: list[str], fails: str = "", problem: Callable[[], str | None] = lambda: None
    ) -> None:
        self.name = name
        self._diary = diary
        self._fails = fails
        self._problem = problem

    async def start(self) -> None:
        self._diary.append(f"start {self.name}")
        if self._fails == "start":
            raise OSError("cannot start")

    async def stop(self) -> None:
        self._diary.append(f"stop {self.name}")
        if self._fails == "stop":
            raise OSError("cannot stop")

    async def problem(self) -> str | None:
        return self._problem()


class _HangingPart(_Part):
    async def problem(self) -> str | None:
        await asyncio.Event().wait()
        return None


class _DispensablePart(Dispensable, _Part):
    """The service works without it."""


async def test_parts_start_in_order_and_stop_in_reverse() -> None:
    diary: list[str] = []
    service = Service("s", [_Part("a", diary), _Part("b", diary, fails="stop"), _Part("c", diary)])
    await service.start()
    await service.stop()
    await service.stop()
    assert diary == ["start a", "start b", "start c", "stop c", "stop b", "stop a"]


async def test_what_was_started_is_stopped_when_a_later_part_fails() -> None:
    diary: list[str] = []
    service = Service("s", [_Part("a", diary), _Part("b", diary, fails="start"), _Part("c", diary)])
    with pytest.raises(OSError, match="cannot start"):
        await service.start()
    assert diary == ["start a", "start b", "stop b", "stop a"]


async def test_what_keeps_it_from_serving_is_told_by_part() -> None:
    def broken() -> str | None:
        raise RuntimeError("puzzled")

    parts = [
        _Part("fine", []),
        _Part("away", [], problem=lambda: "unreachable"),
        _Part("broken", [], problem=broken),
        _HangingPart("hangs", []),
    ]
    assert await Service("s", parts).ready() == {
        "s.away": "unreachable",
        "s.broken": "RuntimeError: puzzled",
        "s.hangs": "does not answer",
    }


async def test_a_loop_goes_on_after_a_failure_and_says_so_until_it_succeeds() -> None:
    rounds, broken = [0], [True]

    async def work() -> None:
        rounds[0] += 1
        if broken[0]:
            raise RuntimeError("not yet")

    part = LoopPart("loop", work, 0.01)
    await part.start()
    await eventually(lambda: rounds[0] >= 3)
    assert await part.problem() == "RuntimeError: not yet"
    assert 'frontdesk_loop_failures_total{loop="loop"}' in exposition().decode()
    broken[0] = False

    async def well() -> bool:
        return await part.problem() is None

    await eventually(well)
    await part.stop()
    done = rounds[0]
    await never(lambda: rounds[0] > done, 0.05)


async def test_what_is_seldom_due_is_tried_again_soon_when_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libs.app.parts._RETRY_SECONDS", 0.01)
    rounds = [0]

    async def work() -> None:
        rounds[0] += 1
        if rounds[0] == 1:
            raise RuntimeError

    part = LoopPart("hourly", work, 3600)
    await part.start()
    await eventually(lambda: rounds[0] == 2)
    await part.stop()


async def test_a_process_tells_that_it_lives_and_whether_it_serves() -> None:
    problem: list[str | None] = [None]
    service = Service("s", [_Part("a", [], problem=lambda: problem[0])])
    part = HttpPart(OpsApp([service]), "127.0.0.1:0")
    await part.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{part.port}") as http:
        assert (await http.get("/readyz")).json() == {"ready": True, "problems": {}}
        problem[0] = "away"
        answer = await http.get("/readyz")
        assert (answer.status_code, answer.json()["problems"]) == (503, {"s.a": "away"})
        assert (await http.get("/livez")).status_code == 200
        assert "frontdesk_" in (await http.get("/metrics")).text
        assert (await http.get("/secrets")).status_code == 404
    await part.stop()


async def test_what_it_can_do_without_is_told_and_gates_nothing() -> None:
    service = Service("s", [_Part("a", []), _DispensablePart("files", [], problem=lambda: "away")])
    part = HttpPart(OpsApp([service]), "127.0.0.1:0")
    await part.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{part.port}") as http:
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "problems": {}, "degraded": {"s.files": "away"}},
    )
    await part.stop()


async def test_a_taken_address_is_named() -> None:
    first = HttpPart(OpsApp([]), "127.0.0.1:0")
    await first.start()
    with pytest.raises(OSError, match=f"127.0.0.1:{first.port}"):
        await HttpPart(OpsApp([]), f"127.0.0.1:{first.port}").start()
    await first.stop()
