"""The ways to the store and to Slack, with what `/metrics` tells of them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from bot.metrics import Metrics
from bot.services.context import Context
from bot.services.ports import UnitOfWork, UnitsOfWork
from bot.services.questions import Questions
from bot.slack.answers import Ambiguous, Answer, Ok, Permanent, RateLimited, Retryable
from bot.slack.gateway import SlackGateway

T = TypeVar("T")
OUTCOMES: Mapping[type[Answer], str] = MappingProxyType(
    {Ok: "ok", RateLimited: "rate_limited", Retryable: "retryable", Ambiguous: "ambiguous", Permanent: "refused"}
)
# Uploads and answers to a response_url are no methods.
POST = "post"


class MeasuredUnits:
    """Wakes whoever works after each commit, so that nothing waits for their next look into the store."""

    def __init__(self, units: UnitsOfWork, metrics: Metrics) -> None:
        self._units = units
        self._metrics = metrics
        self.committed: Sequence[Callable[[], None]] = ()

    async def perform(self, context: Context, use_case: Callable[[UnitOfWork], T]) -> T:
        with self._metrics.commit():
            result = await self._units.perform(context, use_case)
        for wake in self.committed:
            wake()
        return result

    async def ask(self, team_id: str, question: Callable[[Questions], T]) -> T:
        return await self._units.ask(team_id, question)


class MeasuredSlack:
    def __init__(self, slack: SlackGateway, metrics: Metrics) -> None:
        self._slack = slack
        self._metrics = metrics

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        return self._counted(method, await self._slack.call(token, method, payload, deadline=deadline))

    async def send(self, url: str, *, content: bytes | None = None, message: Mapping[str, Any] | None = None) -> Answer:
        return self._counted(POST, await self._slack.send(url, content=content, message=message))

    def _counted(self, method: str, answer: Answer) -> Answer:
        self._metrics.called(method, OUTCOMES[type(answer)])
        return answer
