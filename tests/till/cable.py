"""A cable between a till and its server that can be pulled: a forwarder on a port of its own."""

import socket
import threading
from contextlib import suppress

CHUNK = 65_536


class Cable:
    """What comes in at `port` goes to the server; pulled, nothing is there and every connection is gone."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.port = 0
        self.plug()

    @property
    def plugged(self) -> bool:
        """Whether anything gets through."""
        return self._listener is not None

    def plug(self) -> None:
        """Opens the same port as before."""
        if self._listener is not None:
            return
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._listen, args=(listener,), daemon=True).start()

    def pull(self) -> None:
        """Ends every connection at once and takes no new one."""
        with self._lock:
            listener, self._listener = self._listener, None
            ends, self._ends = self._ends, set()
        if listener is not None:
            # Closing alone does not wake the thread that waits for a connection.
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for end in ends:
            _close(end)

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                till, _address = listener.accept()
                self._join(till)

    def _join(self, till: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._server), timeout=10)
        except OSError:
            _close(till)
            return
        server.settimeout(None)
        with self._lock:
            pulled = self._listener is None
            if not pulled:
                self._ends |= {till, server}
        if pulled:
            _close(till)
            _close(server)
            return
        for source, target in ((till, server), (server, till)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                target.sendall(data)
        with self._lock:
            self._ends -= {source, target}
        _close(source)
        _close(target)


def _close(end: socket.socket) -> None:
    """Whoever waits on it wakes up."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
