"""Which keeper is turned to: the supervisor tells the front over a socket, and hands it a way to each new keeper."""

from __future__ import annotations

import array
import socket

_NAME_BYTES = 64


class Ended(Exception):
    """The supervisor is gone."""


def tell(control: socket.socket, generation: str, keeper: socket.socket) -> None:
    """Hand the front a keeper. What cannot be told is told again to the next front."""
    name = generation.encode()[:_NAME_BYTES].ljust(_NAME_BYTES, b"\0")
    socket.send_fds(control, [name], [keeper.fileno()], socket.MSG_DONTWAIT)


class Turning:
    """The front's side: the keeper of the newest generation."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.generation = ""
        self._keeper: socket.socket | None = None

    def take(self) -> None:
        """Take the next keeper that was handed over; waits for it unless the socket says that there is one.

        Raises:
            Ended: there will be none.
        """
        name, handles, _, _ = socket.recv_fds(self.control, _NAME_BYTES, 1)
        if not name or not handles:
            raise Ended
        if self._keeper is not None:
            self._keeper.close()
        self._keeper = socket.socket(fileno=handles[0])
        self.generation = name.rstrip(b"\0").decode()

    def new_evaluator(self) -> socket.socket:
        """Our end of a connection to an evaluator that is being forked.

        Raises:
            OSError: the keeper is gone, or has more to do than it can note.
        """
        if self._keeper is None:
            raise ConnectionError("no keeper yet")
        ours, theirs = socket.socketpair()
        try:
            handles = array.array("i", [theirs.fileno()])
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handles)]
            self._keeper.sendmsg([b"+"], ancillary, socket.MSG_DONTWAIT | getattr(socket, "MSG_NOSIGNAL", 0))
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours


def wanted(channel: socket.socket) -> socket.socket | None:
    """The keeper's side: the connection for the next evaluator that somebody wants, None when nobody can want one any more."""
    said, handles, _, _ = socket.recv_fds(channel, 1, 1)
    if not said:
        return None
    if not handles:  # the asker was gone before its descriptor arrived, or this process may open no more
        return wanted(channel)
    return socket.socket(fileno=handles[0])
