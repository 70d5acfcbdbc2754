"""A TCP proxy that cuts a connection when told to: halfway a request, halfway its answer, or in between."""

from __future__ import annotations

import random
import socket
import struct
import threading
from contextlib import suppress

CHUNK = 65536
RESET = struct.pack("ii", 1, 0)
"""Linger no time: whoever is at the other side gets a reset instead of an end."""
WAYS = ("request", "silence", "answer")
"""Cut halfway the request; after the request, before its answer; halfway the answer."""


class Proxy:
    """Passes on what comes in on its port, and cuts a save when one is asked for."""

    def __init__(self, upstream: int) -> None:
        """`upstream`: the port of the server."""
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._armed: tuple[str, float] | None = None
        self._lock = threading.Lock()
        self._cut = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def cut_next(self, chance: random.Random, patience: float) -> bool:
        """Cut the next save that passes; whether one did within so many seconds."""
        self._cut.clear()
        self._armed = (chance.choice(WAYS), chance.random())
        return self._cut.wait(patience)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(here,), daemon=True).start()

    def _serve(self, here: socket.socket) -> None:
        try:
            there = socket.create_connection(("127.0.0.1", self._upstream), timeout=5)
            there.settimeout(None)
        except OSError:
            _reset(here)
            return
        pair = _Pair(here, there)
        threading.Thread(target=self._pass_on, args=(pair, "answer"), daemon=True).start()
        self._pass_on(pair, "request")

    def _pass_on(self, pair: _Pair, direction: str) -> None:
        source, target = (pair.here, pair.there) if direction == "request" else (pair.there, pair.here)
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if direction == "request":
                    pair.saves = data.startswith(b"POST") or (pair.saves and not data.startswith(b"GET"))
                part = self._part(pair, direction, data)
                if part is None:
                    target.sendall(data)
                    continue
                target.sendall(part)
                pair.reset()
                self._cut.set()
                return
        pair.close()

    def _part(self, pair: _Pair, direction: str, data: bytes) -> bytes | None:
        """What still goes through when this is where the connection is cut; None when it is not."""
        with self._lock:
            if self._armed is None or not pair.saves:
                return None
            way, share = self._armed
            if (direction == "answer") != (way == "answer"):
                return None
            self._armed = None
        return data if way == "silence" else data[: int(share * len(data))]


class _Pair:
    """The two sides of a connection that passes through. `saves`: its last request was a post."""

    def __init__(self, here: socket.socket, there: socket.socket) -> None:
        self.here, self.there, self.saves = here, there, False

    def reset(self) -> None:
        """Cut both sides."""
        _reset(self.here)
        _reset(self.there)

    def close(self) -> None:
        """End both sides, and wake up who reads from them."""
        for side in (self.here, self.there):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


def _reset(side: socket.socket) -> None:
    with suppress(OSError):
        side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        side.shutdown(socket.SHUT_RD)  # the other thread may be reading: the kernel closes when that ends
    side.close()
