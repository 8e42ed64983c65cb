"""`POST /ingest/build|github|gitlab?team=T0123`: who reports is checked first, over the raw bytes; what cannot be read
or done is answered in words and changes nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict

import structlog
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.domain.errors import DomainError
from bot.domain.values import Surface
from bot.ingest import github, gitlab
from bot.ingest.answers import Answer, build_told, results_told
from bot.ingest.executions import Unreadable, portions
from bot.ingest.junit_apart import checksum, read_apart
from bot.ingest.pushes import Events
from bot.ingest.reports import BuildReport
from bot.ingest.secrets import Source, equal, secret_of, signature
from bot.services import requests as ask
from bot.services.commits import Told, report_build, report_commits
from bot.services.context import Context, Receipt
from bot.services.ports import AlreadyDone, MaybeSaved, UnitOfWork, UnitsOfWork
from bot.services.results import import_results
from bot.slack.escaping import plain
from bot.slack.mrkdwn import render_plain
from bot.slack.refusals import refusal
from bot.transports.http import BODY_DEADLINE, limited_body

_log = structlog.get_logger(__name__)

# Executions in one transaction: 2.4 and 12 ms on SQLite, 9 and 30 ms on PostgreSQL.
BESIDE_PEOPLE, ALONE = 15, 200
ACTOR = "CI"
LIMIT = 10 << 20  # bytes
NAME = 200  # characters of a test run's name
SIGNED = "x-countersign-signature-256"
FAULTS = 5  # of a body that does not fit, how many are told


class Turned(Exception):
    """Nothing was done; `code` is for programs, its words are in templates/ingest.j2."""

    def __init__(self, status: int, code: str, **facts: object) -> None:
        super().__init__(code)
        self.status, self.code, self.facts = status, code, facts


class Door:
    """One request that was let in."""

    def __init__(self, request: Request, team_id: str, body: bytes) -> None:
        self.team_id, self.body = team_id, body
        self.branches = tuple(request.query_params.getlist("branch"))
        self.header = request.headers.get

    def context(self, *receipts: Receipt) -> Context:
        return Context(self.team_id, ACTOR, Surface.INGEST, receipts=receipts)


def ingest_routes(token: str, units: UnitsOfWork, near: Callable[[], bool] = lambda: False) -> Sequence[BaseRoute]:
    """`token`: COUNTERSIGN_INGEST_TOKEN. `near`: whether people are being answered, who would wait for a long step."""
    ingest = Ingest(token, units, near)
    return [
        Route("/ingest/build", ingest.build, methods=["POST"]),
        Route("/ingest/junit", ingest.junit, methods=["POST"]),
        Route("/ingest/github", ingest.github, methods=["POST"]),
        Route("/ingest/gitlab", ingest.gitlab, methods=["POST"]),
    ]


class Ingest:
    def __init__(self, token: str, units: UnitsOfWork, near: Callable[[], bool]) -> None:
        self._token = token
        self._units = units
        self._near = near

    async def build(self, request: Request) -> Response:
        async def take() -> Answer:
            door = await self._enter(request, Source.CI, SIGNED)
            report = BuildReport.model_validate_json(door.body).request()
            return {"ok": True} | build_told(
                await self._units.perform(door.context(), lambda uow: report_build(uow, report))
            )

        return await _answered(take)

    async def junit(self, request: Request) -> Response:
        async def take() -> Answer:
            door = await self._enter(request, Source.CI, SIGNED)
            asked = request.query_params.get
            release, build = asked("release", ""), asked("build", "")
            if not release or not build:
                raise Turned(400, "no_build")
            run = ask.ImportResults(release, build, asked("name", "")[:NAME], checksum(door.body))
            report = portions(await read_apart(door.body), lambda: BESIDE_PEOPLE if self._near() else ALONE)
            return {"ok": True} | results_told(await import_results(self._units, door.context(), run, report))

        return await _answered(take)

    async def github(self, request: Request) -> Response:
        async def take() -> Answer:
            door = await self._enter(request, Source.GITHUB, "x-hub-signature-256")
            return await self._hook(
                door, github.EVENTS, door.header("x-github-event"), door.header("x-github-delivery")
            )

        return await _answered(take)

    async def gitlab(self, request: Request) -> Response:
        async def take() -> Answer:
            door = await self._enter(request, Source.GITLAB, "x-gitlab-token")
            delivery = door.header("idempotency-key") or door.header("x-gitlab-event-uuid")
            return await self._hook(door, gitlab.EVENTS, door.header("x-gitlab-event"), delivery)

        return await _answered(take)

    async def _enter(self, request: Request, source: Source, header: str) -> Door:
        """Raises Turned. GitLab sends its secret as it is, the others sign with theirs."""
        team_id = request.query_params.get("team", "")
        if not team_id:
            raise Turned(400, "no_team")
        body = await limited_body(request, LIMIT, 10 * BODY_DEADLINE)
        secret = secret_of(self._token, source, team_id)
        expected = secret if source is Source.GITLAB else signature(secret, body)
        if not equal(request.headers.get(header), expected):
            raise Turned(401, "invalid_signature", source=source.value, team=team_id)
        return Door(request, team_id, body)

    async def _hook(self, door: Door, events: Events, event: str | None, delivery: str | None) -> Answer:
        reading = events.get(event or "")
        report = reading(door.body, door.branches) if reading else None
        if report is None:
            return {"ok": True, "ignored": event}
        receipts = (Receipt("webhook", delivery[:200]),) if delivery else ()

        def use_case(uow: UnitOfWork) -> Told:
            return report_commits(uow, report)

        return {"ok": True, **asdict(await self._units.perform(door.context(*receipts), use_case))}


async def _answered(take: Callable[[], Awaitable[Answer]]) -> Response:
    """The one edge: each failure in words, none with a trace."""
    try:
        return JSONResponse(await take())
    except AlreadyDone:
        return JSONResponse({"ok": True, "known": True})
    except Turned as error:
        return _turned(error.status, error.code, render_plain("ingest", error.code, **error.facts))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:FAULTS]]
        return _turned(422, "unreadable", render_plain("ingest", "unreadable", faults=faults))
    except Unreadable as error:
        return _turned(422, "unreadable", str(error))
    except DomainError as error:
        return _turned(422, "refused", plain(str(refusal(error).get("text", ""))))
    except MaybeSaved:
        return _turned(503, "maybe_saved", render_plain("ingest", "maybe_saved"))
    except HTTPException:
        raise
    except Exception:  # noqa: BLE001 - the edge
        _log.exception("ingest_failed")
        return _turned(503, "not_saved", render_plain("ingest", "not_saved"))


def _turned(status: int, code: str, words: str) -> Response:
    return JSONResponse({"ok": False, "error": code, "message": words}, status)
