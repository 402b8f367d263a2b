"""How many requests a client may make."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict

_MOST_CLIENTS = 20_000


class Rates:
    """So many requests a minute for each client, evenly refilled; as many at once. The longest unseen clients are forgotten first."""

    def __init__(self, per_minute: int) -> None:
        self._per_second = per_minute / 60
        self._most = float(per_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> int:
        """0 and one request is taken, or how many whole seconds the client is to wait."""
        who, now = _network(client), time.monotonic()
        left, seen = self._left.pop(who, (self._most, now))
        left = min(self._most, left + (now - seen) * self._per_second)
        granted = left >= 1
        self._left[who] = (left - granted, now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return 0 if granted else max(1, math.ceil((1 - left) / self._per_second))


def _network(client: str) -> str:
    """An address; of IPv6 the network of a household, which can take any address in it."""
    if ":" not in client:
        return client
    try:
        address = ipaddress.IPv6Address(client.partition("%")[0])
    except ValueError:
        return client
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, 64), strict=False))
