"""The socket as a till written from the protocol alone sees it: a real Daphne, real frames."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from core import feed
from core.services import organisation
from pos.headless.client import Device, Refused, TillSocket, enrol, snapshot
from pos.services import tills
from tests.live import LiveServer
from tests.pos.shop import Desk, Shop

pytestmark = pytest.mark.django_db(transaction=True)


async def in_db(work: Any, *args: Any, **kwargs: Any) -> Any:
    """Database work of the test, off the event loop."""

    return await sync_to_async(work)(*args, **kwargs)


async def a_till(server: LiveServer, number: int = 1) -> Device:
    """An enrolled device."""
    return await enrol(server.url, await in_db(server.code, number))


async def test_enrol_hello_pull_push(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    assert device.till["number"] == 1 and device.till["inc"] == 1 and device.store["currency"] == "PLN"
    async with await TillSocket.open(device) as socket:
        hello = await socket.request("hello", protocol=1, build="t", cursor=None, unsent=0, clock=None)
        assert hello["store"]["id"] == str(shop.store.id) and hello["skew_ms"] is None
        rows, cursor, more = [], None, True
        while more:
            page = await socket.request("pull", cursor=cursor, limit=7)
            rows += page["changes"]
            cursor, more = page["cursor"], page["more"]
        assert cursor == hello["cursor"]
        assert {row["kind"] for row in rows} >= {
            "product",
            "tax",
            "group",
            "employee",
            "setting",
            "unit",
            "role",
        }
        desk = Desk(shop, device.chain(), None, 0)  # type: ignore[arg-type]
        answer = await socket.request("push", items=[desk.open_shift(), desk.sale()])
        assert [ack["status"] for ack in answer["acks"]] == ["stored", "stored"]
        assert answer["through"] == 2 and answer["want"] == []
    cursor, rows = await snapshot(device)
    assert cursor == hello["cursor"] and len(rows) >= 10


async def test_changed_is_heard_within_a_second(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    async with await TillSocket.open(device) as socket:
        hello = await socket.request("hello", protocol=1)
        await asyncio.sleep(0.5)
        await in_db(organisation.setting_save, "quick_cash", [1000])
        push = await asyncio.wait_for(socket.pushes.get(), 1.0)
        assert push["push"] == "changed" and push["cursor"] == str(await in_db(feed.head))
        page = await socket.request("pull", cursor=hello["cursor"])
        assert page["changes"][0]["data"] == {"value": [1000]}


async def test_enrolling_again_closes_the_first_device(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    async with await TillSocket.open(device) as socket:
        await socket.request("hello", protocol=1)
        await asyncio.sleep(0.3)
        second = await a_till(server)
        assert second.till["inc"] == 2
        await asyncio.wait_for(socket.link.wait_closed(), 2.0)
        assert socket.close_code == 4403
    async with await TillSocket.open(device) as socket:
        await asyncio.wait_for(socket.link.wait_closed(), 2.0)
        assert socket.close_code == 4403
    async with httpx.AsyncClient(base_url=server.url, cookies={"kasa_till": device.cookie}) as http:
        assert (await http.get("/api/till/snapshot")).status_code == 403


@pytest.mark.parametrize(
    ("cookie", "origin"),
    [
        ("", None),
        ("nonsense", None),
        ("right", "http://evil.test"),
        ("right", "null"),
        ("right", "http://127.0.0.1:1"),
    ],
)
async def test_a_stranger_is_refused(server: LiveServer, shop: Shop, cookie: str, origin: str | None) -> None:
    device = await a_till(server)
    device.cookie = device.cookie if cookie == "right" else cookie
    with pytest.raises(InvalidStatus) as refused:
        await TillSocket.open(device, origin=origin)
    assert refused.value.response.status_code == 403


async def test_the_servers_own_origin_passes(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    async with await TillSocket.open(device, origin=server.url) as socket:
        assert (await socket.request("hello", protocol=1))["ok"]


async def test_requests_overlap_and_errors_are_told(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    async with await TillSocket.open(device) as socket:
        answers = await asyncio.gather(*(socket.ask("pull", cursor=None, limit=1) for _ in range(30)))
        assert all(answer["ok"] for answer in answers)
        refusals: list[tuple[str, dict[str, Any], str]] = [
            ("dance", {}, "unknown_op"),
            ("pull", {"cursor": "x"}, "cursor_expired"),
            ("pull", {"limit": 2001}, "bad_request"),
            ("pull", {"limit": "1"}, "bad_request"),
            ("push", {}, "bad_request"),
            ("push", {"items": [{}] * 201}, "too_many_items"),
            ("hello", {"protocol": 2}, "protocol_unsupported"),
            ("hello", {}, "bad_request"),
            ("customer.find", {"phone": 811}, "bad_request"),
            ("customer.create", {}, "bad_request"),
            ("bonus.reserve", {}, "not_available"),
            ("report.x", {"shift": "01a1ff9f-4ade-7772-a037-658e6149def1"}, "not_found"),
            ("stock.find", {"product": "x"}, "bad_request"),
        ]
        for op, members, code in refusals:
            with pytest.raises(Refused) as refused:
                await socket.request(op, **members)
            assert refused.value.code == code, op


async def test_bad_frames_are_counted_and_close_with_4400(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    deep = '{"id":1,"op":"push","x":' + "[" * 40 + "]" * 40 + "}"
    bad: list[str | bytes] = [
        "", "x", "5", "[]", "null", '{"id":1}', '{"op":"hello"}', '{"id":1.5,"op":"hello"}',
        '{"id":1,"op":"pull","x":NaN}', '{"id":1,"op":"pull","x":9007199254740993}', '{"id":1,"op":"pull","x":1.0}',
        '{"id":1,"op":"pull","x":1e3}', '{"id":1,"id":2,"op":"pull"}', '{"id":1,"op":"pull","ą":1}', deep,
        "[" * 100_000, b"\x00\x01", '{"id":1,"op":5}', "{",
    ]  # fmt: skip
    async with await TillSocket.open(device) as socket:
        for frame in bad:
            await socket.send_raw(frame)
            answer = await asyncio.wait_for(socket.stray.get(), 5)
            assert answer["re"] is None and answer["error"]["code"] == "bad_request", frame
        assert (await socket.request("hello", protocol=1))["ok"]
        await socket.send_raw("again")
        await asyncio.wait_for(socket.link.wait_closed(), 2.0)
        assert socket.close_code == 4400


async def test_a_frame_over_1_mib_closes_with_1009(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    async with await TillSocket.open(device) as socket:
        frame = json.dumps({"id": 1, "op": "pull", "x": "y" * (2 * 1024 * 1024)})
        try:
            await socket.send_raw(frame)
        except ConnectionError:
            pass
        await asyncio.wait_for(socket.link.wait_closed(), 5.0)
        assert socket.close_code == 1009
    async with await TillSocket.open(device) as socket:
        just = json.dumps({"id": 1, "op": "pull", "cursor": None, "limit": 1, "x": ""})
        await socket.send_raw(just[:-2] + "y" * (1024 * 1024 - len(just)) + just[-2:])
        assert (await asyncio.wait_for(socket.stray.get(), 10))["ok"]


async def test_the_same_batch_three_times_at_once_is_stored_once(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    desk = Desk(shop, device.chain(), None, 0)  # type: ignore[arg-type]
    items = [desk.open_shift(), *(desk.sale() for _ in range(9))]
    sockets = [await TillSocket.open(device) for _ in range(3)]
    answers = await asyncio.gather(*(socket.request("push", items=items) for socket in sockets))
    statuses = sorted(ack["status"] for answer in answers for ack in answer["acks"])
    assert statuses == ["duplicate"] * 20 + ["stored"] * 10
    assert {answer["through"] for answer in answers} == {10}
    for socket in sockets:
        await socket.close()


async def test_a_lock_and_a_message_reach_an_open_till(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    till = await in_db(server.till, 1)
    async with await TillSocket.open(device) as socket:
        assert (await socket.request("hello", protocol=1))["locked"] is False
        await asyncio.sleep(0.5)
        await in_db(tills.till_lock, till, True)
        assert await asyncio.wait_for(socket.pushes.get(), 1.5) == {"push": "command", "name": "lock"}
        await in_db(tills.till_message, till, "Zażółć")
        assert await asyncio.wait_for(socket.pushes.get(), 1.5) == {"push": "message", "text": "Zażółć"}
        await in_db(tills.till_command, None, "snapshot")
        assert (await asyncio.wait_for(socket.pushes.get(), 1.5))["name"] == "snapshot"
        assert (await socket.request("hello", protocol=1))["locked"] is True


async def test_another_tills_items_over_the_socket(server: LiveServer, shop: Shop) -> None:
    one, two = await a_till(server, 1), await a_till(server, 2)
    desk = Desk(shop, one.chain(), None, 0)  # type: ignore[arg-type]
    item = desk.open_shift()
    async with await TillSocket.open(two) as socket:
        answer = await socket.request("push", items=[item])
        assert answer["acks"][0]["reason"] == "foreign_item" and answer["through"] == 0
    async with await TillSocket.open(one) as socket:
        answer = await socket.request("push", items=[item])
        assert answer["acks"][0]["status"] == "stored" and answer["through"] == 1


async def test_a_page_of_changes_fits_a_frame(server: LiveServer, shop: Shop) -> None:
    def fill() -> None:
        with feed.transaction():
            for n in range(30):
                feed.put("setting", f"big{n}", {"value": "ż" * 50_000})

    device = await a_till(server)
    await in_db(fill)
    async with await TillSocket.open(device) as socket:
        cursor, seen, more = None, 0, True
        while more:
            page = await socket.request("pull", cursor=cursor)
            assert page["changes"]
            cursor, more = page["cursor"], page["more"]
            seen += sum(1 for row in page["changes"] if str(row["id"]).startswith("big"))
        assert seen == 30
        await in_db(organisation.setting_save, "quick_grid", "x" * 1_100_000)
        with pytest.raises(Refused) as refused:
            await socket.request("pull", cursor=cursor)
        assert refused.value.code == "cursor_expired"
    cursor, rows = await snapshot(device)
    assert any(row["id"] == "quick_grid" for row in rows)
    async with await TillSocket.open(device) as socket:
        assert (await socket.request("pull", cursor=cursor))["changes"] == []


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test:80", ""])
async def test_a_handshake_for_another_host_is_refused(server: LiveServer, shop: Shop, host: str) -> None:
    device = await a_till(server)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = [
        "GET /ws/till/ HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Cookie: kasa_till={device.cookie}", "", "",
    ]  # fmt: skip
    writer.write("\r\n".join(lines).encode())
    status = await asyncio.wait_for(reader.readline(), 5)
    assert b" 403 " in status or b" 400 " in status
    writer.close()


async def test_another_address_is_refused_and_not_a_failure(server: LiveServer, shop: Shop) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://127.0.0.1:{server.port}/ws/elsewhere/")
    assert refused.value.response.status_code == 403


async def test_a_device_has_so_many_sockets_and_no_more(server: LiveServer, shop: Shop) -> None:
    device = await a_till(server)
    sockets = [await TillSocket.open(device) for _ in range(16)]
    for socket in sockets:
        assert (await socket.request("hello", protocol=1))["ok"]
    async with await TillSocket.open(device) as one_more:
        await asyncio.wait_for(one_more.link.wait_closed(), 2.0)
        assert one_more.close_code == 4013
    for socket in sockets:
        await socket.close()
    async with await TillSocket.open(device) as again:
        assert (await again.request("hello", protocol=1))["ok"]
