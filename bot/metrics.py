"""What `GET /metrics` says of this process, in Prometheus' words; docs/operations.md explains each of them."""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Network, IPv6Network, ip_address
from types import MappingProxyType
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.services.ports import AlreadyDone
from storage.errors import StoreError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Slack waits three seconds.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
# What became of a unit of work that was not committed; anything else was refused by the domain.
_NOT_COMMITTED: Mapping[type[BaseException], str] = MappingProxyType({AlreadyDone: "known", StoreError: "failed"})


Network = IPv4Network | IPv6Network


class Counted(Protocol):
    """bot.jobs.counters.Counters."""

    @property
    def digests(self) -> Mapping[str, int]: ...

    def named(self) -> Mapping[str, int]: ...


class Metrics:
    """One registry per process, so that several bots can live in one."""

    def __init__(self) -> None:
        self.registry = own = CollectorRegistry()
        self._acks = Histogram(
            "ack_seconds", "from a request's arrival to its answer", ("road", "kind"), registry=own, buckets=SECONDS
        )
        self._commits = Histogram(
            "commit_seconds", "from asking for a unit of work to its end", ("outcome",), registry=own, buckets=SECONDS
        )
        self._known = Counter("receipts_known", "deliveries that had been handled before", registry=own)
        self._calls = Counter("slack_calls", "calls of Slack's Web API", ("method", "outcome"), registry=own)
        self.store_waiting = Gauge("store_waiting", "units of work that have not begun", registry=own)
        self.outbox_waiting = Gauge("outbox_waiting", "messages that are not settled", registry=own)
        self.workspaces_refused = Gauge("workspaces_refused", "workspaces that refuse our token", registry=own)
        self.outbox_oldest = Gauge("outbox_oldest_seconds", "age of the oldest unsettled message", registry=own)

    def acked(self, road: str, kind: str, status: int, seconds: float) -> None:  # noqa: ARG002 - a Watch's signature
        self._acks.labels(road, kind).observe(seconds)

    def called(self, method: str, outcome: str) -> None:
        self._calls.labels(method, outcome).inc()

    def count(self, counted: Counted) -> None:
        """From now on its numbers are shown too."""
        self.registry.register(_Delivered(counted))

    @contextmanager
    def commit(self) -> Iterator[None]:
        began, outcome = time.monotonic(), "committed"
        try:
            yield
        except BaseException as error:
            outcome = next((word for kind, word in _NOT_COMMITTED.items() if isinstance(error, kind)), "refused")
            raise
        finally:
            self._commits.labels(outcome).observe(time.monotonic() - began)
            if outcome == "known":
                self._known.inc()


class _Delivered(Collector):
    def __init__(self, counted: Counted) -> None:
        self._counted = counted

    def collect(self) -> Iterator[CounterMetricFamily]:
        for name, value in self._counted.named().items():
            yield CounterMetricFamily(name, name.replace("_", " "), value)
        digests = CounterMetricFamily("digests", "digests by how their sending ended", labels=("outcome",))
        for outcome, value in self._counted.digests.items():
            digests.add_metric((outcome,), value)
        yield digests


def metrics_route(metrics: Metrics, refresh: Callable[[], Awaitable[None]], readers: Sequence[Network]) -> Route:
    """To whoever asks from `readers`; for all others the address does not exist. `refresh` sets the gauges."""

    async def answer(request: Request) -> Response:
        asking = request.client and request.client.host
        if not asking or not any(ip_address(asking) in network for network in readers):
            raise HTTPException(404)
        await refresh()
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE)

    return Route("/metrics", answer)
