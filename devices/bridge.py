"""The device bridge: a WebSocket server on the loopback address that drives the till machine's devices.

    python -m devices.bridge --config FILE

It imports no Django and nothing else of the store system, so that it installs alone on a till
(`openkasa[bridge]`). The wire, the configuration and the states are described in docs/devices.md.
"""

import argparse
import asyncio
import contextlib
import ipaddress
import json
import logging
import signal
import socket
import ssl
import sys
import time
from collections import deque
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import assert_never

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import MultipleValuesError
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request as HttpRequest
from websockets.http11 import Response

from devices import config as configuration
from devices import pairing, protocol
from devices.chain import Chain
from devices.config import Config
from devices.errors import BridgeError, ConfigError
from devices.journal import Action, Journal
from devices.pairing import Pairing
from devices.protocol import Frame, answer, refusal
from devices.station import Result, Station

log = logging.getLogger("openkasa.bridge")

HELLO_SECONDS = 10.0
# An error per three seconds, sustained, is a client that is broken or hostile.
BAD_FRAMES = 20
BAD_WINDOW_SECONDS = 60.0
MAX_OVERLAPPING = 32
MAX_OUTGOING = 256
CLOSE_BAD_FRAMES = 4400
CLOSE_NOT_PAIRED = 4401


class Client:
    """One browser tab: paired after `hello`, with its own queue of outgoing frames."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.paired = False
        self.leaving = False
        self._out: asyncio.Queue[str] = asyncio.Queue(MAX_OUTGOING)
        self._bad: deque[float] = deque(maxlen=BAD_FRAMES)

    async def send_queued(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.socket.send(await self._out.get())

    def put(self, frame: str) -> bool:
        """Queue a frame; false when the client has not read for so long that it must go."""
        try:
            self._out.put_nowait(frame)
        except asyncio.QueueFull:
            return False
        return True

    def count_bad(self) -> bool:
        """Count a frame that was no request; true when that was one too many in a minute."""
        now = time.monotonic()
        self._bad.append(now)
        return len(self._bad) == BAD_FRAMES and now - self._bad[0] < BAD_WINDOW_SECONDS


class Bridge:
    """Everything between the socket and the station. `run` serves until it is cancelled or told to stop."""

    def __init__(self, config: Config, paired: Pairing) -> None:
        config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._config = config
        self._paired = paired
        self._clients: set[Client] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._hosts: frozenset[str] = frozenset()
        self._journal = Journal(config.data / "actions.sqlite3")
        self._chain = Chain(config.data / "chain.sqlite3", config.chain_max_items, config.chain_max_bytes)
        self._station = Station(config.devices, self._journal, config.data, self._push)
        self.address = ""

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Raises ConfigError when the port cannot be had."""
        try:
            await self._station.start()
            server = await self._listen()
            _say(f"OpenKasa bridge ready on {self.address}")
            await stop.wait()
            log.info("the bridge stops")
            server.close()
            await server.wait_closed()
        finally:
            await self._station.stop()
            self._journal.close()
            self._chain.close()

    async def _listen(self) -> Server:
        context = _tls(self._config)
        try:
            server = await serve(
                self._handle,
                self._config.host,
                self._config.port,
                origins=list(self._config.origins),  # type: ignore[arg-type]
                process_request=self._check_request,
                max_size=protocol.MAX_FRAME_BYTES,
                compression=None,
                ssl=context,
                open_timeout=HELLO_SECONDS,
                server_header="OpenKasa",
                logger=_quiet_logger(),
            )
        except OSError as error:
            raise ConfigError(f"Port {self._config.port} cannot be used: {error}.") from error
        host, port = _bound(server)
        self._hosts = frozenset({f"{host}:{port}", f"localhost:{port}"})
        self.address = f"{'wss' if context else 'ws'}://{host}:{port}/"
        return server

    def _check_request(self, connection: ServerConnection, request: HttpRequest) -> Response | None:
        """Refuse a foreign page before a socket exists. Browsers always send Origin; no Origin is refused
        too.
        """
        try:
            host, origin = request.headers.get("Host"), request.headers.get("Origin")
        except MultipleValuesError:
            host = origin = None
        if host not in self._hosts:
            log.warning("refused a connection for host %r", _short(host))
            return connection.respond(HTTPStatus.FORBIDDEN, "Wrong host.\n")
        if origin not in self._config.origins:
            log.warning("refused a connection from origin %r", _short(origin))
            return connection.respond(HTTPStatus.FORBIDDEN, "This origin is not in bridge.origins.\n")
        if request.path != "/":
            return connection.respond(HTTPStatus.NOT_FOUND, "The socket is at /.\n")
        if len(self._clients) >= self._config.max_clients:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections.\n")
        return None

    async def _handle(self, connection: ServerConnection) -> None:
        client = Client(connection)
        self._clients.add(client)
        sender = asyncio.create_task(client.send_queued())
        deadline = asyncio.get_running_loop().call_later(HELLO_SECONDS, self._hello_missed, client)
        try:
            async with asyncio.TaskGroup() as group:
                await self._receive(client, group)
        finally:
            deadline.cancel()
            sender.cancel()
            self._clients.discard(client)

    async def _receive(self, client: Client, group: asyncio.TaskGroup) -> None:
        slots = asyncio.Semaphore(MAX_OVERLAPPING)
        with contextlib.suppress(ConnectionClosed):
            async for message in client.socket:
                # What comes after the reason to close is read, so that the close arrives, and not served.
                if client.leaving:
                    continue
                await slots.acquire()
                task = group.create_task(self._serve_one(client, message))
                task.add_done_callback(lambda _task: slots.release())

    def _hello_missed(self, client: Client) -> None:
        if not client.paired:
            self._close(client, CLOSE_NOT_PAIRED, "hello did not come")

    async def _serve_one(self, client: Client, message: str | bytes) -> None:
        try:
            frame = protocol.parse_frame(message)
        except BridgeError as error:
            self._send(client, refusal(None, error))
            if client.count_bad():
                log.warning("closed a client that sent %d bad frames in a minute", BAD_FRAMES)
                self._close(client, CLOSE_BAD_FRAMES, "too many bad frames")
            return
        try:
            self._send(client, await self._answer(client, frame))
        except BridgeError as error:
            self._send(client, refusal(frame.id, error))
            if error.code == "wrong_token":
                self._close(client, CLOSE_NOT_PAIRED, "wrong token")
        except Exception:
            log.exception("op %r failed", _short(frame.op))
            self._send(client, refusal(frame.id, BridgeError("internal", "the bridge failed; see its log")))

    async def _answer(self, client: Client, frame: Frame) -> str:
        if not client.paired and frame.op != "hello":
            raise BridgeError("not_paired", "hello comes first")
        match protocol.parse_request(frame):
            case protocol.Hello(token):
                return self._hello(client, frame.id, token)
            case protocol.Devices():
                return answer(frame.id, devices=self._station.describe())
            case protocol.Print() | protocol.Drawer() | protocol.Fiscal() | protocol.Card() as request:
                return _acted(frame.id, await self._station.carry_out(request))
            case protocol.FiscalState(device):
                return answer(frame.id, device=device, health=await self._station.fiscal_state(device))
            case protocol.Show(device, lines):
                self._station.show(device, lines)
                return answer(frame.id, device=device)
            case protocol.CardAbort(action):
                return answer(frame.id, action=action, aborting=self._station.abort(action))
            case protocol.CardLast(device):
                return answer(frame.id, device=device, last=await self._station.card_last(device))
            case protocol.ActionGet(action):
                return answer(frame.id, **_describe(await self._station.get(action)))
            case protocol.ActionResolve(action, printed):
                return answer(frame.id, **_describe(self._station.resolve(action, printed)))
            case protocol.JournalKeep(till, items):
                return answer(frame.id, kept=await asyncio.to_thread(self._chain.keep, till, items))
            case protocol.JournalAcked(till, ids):
                return answer(frame.id, dropped=await asyncio.to_thread(self._chain.acked, till, ids))
            case protocol.JournalList(till, after, limit):
                page = await asyncio.to_thread(self._chain.list, till, after, limit)
                return answer(frame.id, items=[json.loads(text) for text in page.items], more=page.more)
            case other:
                assert_never(other)

    def _hello(self, client: Client, request: int, token: str) -> str:
        if not self._paired.accepts(token):
            log.warning("refused a wrong pairing token")
            raise BridgeError("wrong_token", "the pairing token is wrong; pair the till again")
        client.paired = True
        return answer(request, bridge=protocol.VERSION, devices=self._station.describe())

    def _push(self, kind: str, fields: Mapping[str, object]) -> None:
        """An event to every paired client; nobody there means it is gone, because a late scan sells the wrong
        thing.
        """
        frame = protocol.event(kind, **fields)
        for client in [client for client in self._clients if client.paired]:
            self._send(client, frame)

    def _send(self, client: Client, frame: str) -> None:
        if client.leaving or client.put(frame):
            return
        log.warning("cut off a client that does not read")
        client.leaving, client.paired = True, False
        # It would not read a polite close frame either.
        client.socket.transport.abort()

    def _close(self, client: Client, code: int, reason: str) -> None:
        if client.leaving:
            return
        client.leaving, client.paired = True, False
        task = asyncio.get_running_loop().create_task(_close_after_sending(client, code, reason))
        # The loop holds tasks weakly; this set keeps them alive until the socket is gone.
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


async def _close_after_sending(client: Client, code: int, reason: str) -> None:
    # One turn of the loop lets the answer that explains the closing leave first.
    await asyncio.sleep(0.05)
    await client.socket.close(code, reason)


def _acted(request: int, result: Result) -> str:
    """`ok` means that the effect is known to have happened; everything else is an error with the action's
    state.
    """
    action = result.action
    fields: dict[str, object] = {"action": action.id, "state": action.state, "repeated": result.repeated}
    if action.result is not None:
        fields["result"] = action.result
    if action.state == "done":
        return answer(request, **fields)
    return refusal(request, BridgeError(action.code or "internal", action.detail), **fields)


def _describe(action: Action) -> dict[str, object]:
    return {
        "action": action.id,
        "op_of_action": action.op,
        "device": action.device,
        "state": action.state,
        "code": action.code,
        "detail": action.detail,
        "settled_by": action.settled_by,
        "result": action.result,
    }


def _bound(server: Server) -> tuple[str, int]:
    """Where we really listen; a bridge that listens anywhere but on the loopback address must not live."""
    (listener,) = server.sockets
    name = listener.getsockname()
    assert ipaddress.ip_address(name[0]).is_loopback
    host = f"[{name[0]}]" if listener.family == socket.AF_INET6 else str(name[0])
    return host, int(name[1])


def _tls(config: Config) -> ssl.SSLContext | None:
    if config.tls is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(*config.tls)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"bridge.tls_certificate and bridge.tls_key cannot be used: {error}.") from error
    return context


def _quiet_logger() -> logging.Logger:
    # The library logs every port scan with a trace; what we refuse is logged by ourselves in one line.
    quiet = logging.getLogger("openkasa.bridge.wire")
    quiet.setLevel(logging.CRITICAL)
    return quiet


def _say(line: str) -> None:
    """A line for whoever started the bridge, at once: a supervisor waits for it on the other end of a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _short(text: str | None) -> str | None:
    return None if text is None else text[:100]


def _pair(config: Config, renew: bool) -> Pairing:
    """The pairing in force; on the first run, or when renewed, the token is printed once and never again."""
    if config.token_sha256 is not None:
        if renew:
            raise ConfigError("The pairing token is fixed by bridge.token_sha256; change it there.")
        return Pairing(config.token_sha256)
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = config.data / "pairing.json"
    paired = pairing.load(path)
    if paired is not None and not renew:
        return paired
    token = pairing.create(path)
    _say(f"Pairing token (shown this once; enter it in the till's settings): {token}")
    return Pairing(pairing.token_hash(token))


async def _serve(config: Config, paired: Pairing) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Windows has no signal handlers in its loop; there Ctrl-C arrives as KeyboardInterrupt.
    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    await Bridge(config, paired).run(stop)


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns 0 after a clean stop, 2 for a configuration that cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m devices.bridge", description="The OpenKasa device bridge."
    )
    parser.add_argument(
        "--config", type=Path, required=True, metavar="FILE", help="the TOML configuration file"
    )
    parser.add_argument("--check", action="store_true", help="check the configuration and leave")
    parser.add_argument(
        "--new-token", action="store_true", help="make a new pairing token, print it and leave"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        config = configuration.load(options.config)
        if options.check:
            _say(f"{options.config} is right: {len(config.devices)} devices.")
            return 0
        paired = _pair(config, options.new_token)
        if not options.new_token:
            asyncio.run(_serve(config, paired))
    except ConfigError as error:
        sys.stderr.write(f"The bridge cannot start. {error}\n")
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
