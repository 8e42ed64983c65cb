"""People without a key at the door, and one workspace's words before another's eyes."""

from __future__ import annotations

import inspect
import random
import time
import typing
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import Connection, create_engine, delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.domain.errors import DomainError
from bot.domain.project import Project
from bot.domain.query import Query, parse
from bot.domain.release import Release
from bot.services import conversations, filing, releases
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.records import SavedList
from bot.transports.http import build_http, slack_endpoint
from storage.database import open_store
from storage.errors import StoreError
from storage.guard import Unbound
from storage.projects import UnknownWorkspace
from storage.tables import metadata
from storage.tenant import Tenant
from tests.faults.outcome import Outcome, Row
from tests.faults.stage import Stage
from tests.owner import as_owner
from tests.storage.acting import DEVON, START, TESS, Workspace, file
from tests.transports.slack import SECRET, Heard, as_form, command, signed, tiny_app

CANARY = "theirs"  # stands in every word that the other workspace has
MINE, OTHER = "T2", "T1"


async def forgeries(_: Stage, size: int) -> Outcome:
    """Signatures that are wrong in one place, of another body, of another secret, too old or not yet due."""
    chosen, heard = random.Random(4), Heard()
    door = httpx.ASGITransport(build_http(slack_endpoint(tiny_app(heard), SECRET), _no_checks))
    outcome, statuses = Outcome(size), set()
    async with httpx.AsyncClient(transport=door, base_url="http://bot") as client:
        for number in range(size):
            body, headers = as_form(command() | {"text": f"new Title {number}"})
            raw = [(name.encode(), value.encode()) for name, value in (headers | _forged(body, chosen)).items()]
            statuses.add((await client.post("/slack/events", content=body, headers=raw)).status_code)
        genuine = await client.post("/slack/events", content=body, headers=headers | signed(body))
    outcome.check(statuses == {401}, f"answers were {sorted(statuses)}")
    outcome.check(genuine.status_code == 200, "even a genuine request was refused")
    outcome.check(len(heard.commands) == 1, f"{len(heard.commands) - 1} forgeries were accepted")
    return outcome


async def _no_checks() -> Sequence[Any]:
    return ()


def _forged(body: bytes, chosen: random.Random) -> dict[str, str]:
    good = signed(body)
    signature, stamp = good["x-slack-signature"], good["x-slack-request-timestamp"]
    place = chosen.randrange(3, len(signature))
    other = chosen.choice([digit for digit in "0123456789abcdef" if digit != signature[place]])
    ways: tuple[dict[str, str], ...] = (
        good | {"x-slack-signature": signature[:place] + other + signature[place + 1 :]},
        good | {"x-slack-signature": signature[: chosen.randrange(len(signature))]},
        good | {"x-slack-request-timestamp": str(int(stamp) + chosen.choice((-1, 1, 60)))},
        signed(body, at=time.time() - chosen.randrange(302, 10**6)),
        signed(body, at=time.time() + chosen.randrange(302, 10**6)),
        signed(body, secret=chosen.randbytes(16).hex()),
        signed(body.swapcase()),
        {},
    )
    return chosen.choice(ways)


# Keys, channels and people bear one name in both workspaces: what answers must be one's own.
NAMED = {
    "key": ["DEF-1", "DEF-2", "DEF-3"],
    "channel": ["C1"],
    "person": [TESS, DEVON],
    "actor": [TESS, DEVON],
    "thread_ts": ["1.0"],
    "message_ts": ["1.0"],
}


@dataclass(frozen=True)
class Theirs:
    """What somebody could know of the other workspace, by the type of what is asked with."""

    values: dict[Any, list[Any]]

    def arguments(self, method: Any, chosen: random.Random) -> dict[str, Any] | None:
        """None where the method asks for what nobody could bring along."""
        hints, given = typing.get_type_hints(method), {}
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]:
            known = NAMED.get(name) or self.values.get(hints.get(name))
            if known is None and parameter.default is inspect.Parameter.empty:
                return None
            if known is not None and (parameter.default is inspect.Parameter.empty or chosen.random() < 0.5):
                given[name] = chosen.choice(known)
        return given


def _settle_in(town: Workspace, word: str) -> None:
    """A workspace whose every word holds that one."""
    town.act(lambda uow: releases.plan_release(uow, ask.PlanRelease(f"2.4-{word}")))
    town.act(lambda uow: releases.register_build(uow, ask.RegisterBuild(f"2.4-{word}", f"rc1-{word}")))
    for number in range(3):
        town.act(file(f"{word} title {number}", component=word, release=f"2.4-{word}"), TESS)
    talk = ask.Comment("DEF-1", f"{word} comment")
    town.units.perform_sync(town.context(TESS, ts="1.0"), lambda uow: conversations.comment(uow, talk))
    town.act(lambda uow: filing.edit(uow, ask.Edit("DEF-2", title=f"{word} again")), DEVON)
    town.act(lambda uow: uow.lists.save(SavedList(TESS, "C1", word, f"text:{word}")))


def _known(town: Workspace) -> Theirs:
    """Ids are guessed, objects are made up; names that would be echoed are not their own."""

    def found(questions: Questions) -> dict[Any, list[Any]]:
        project = questions.projects()[0]
        release = replace(questions.releases(project)[0], name="as guessed")
        ids = [questions.defect(f"DEF-{number}").defect.id for number in (1, 2, 3)]
        words = [
            *ids,
            project.id,
            release.id,
            "DEF-1",
            "DEF-3",
            "C1",
            "1.0",
            TESS,
            DEVON,
            f"2.4-{CANARY}",
            CANARY,
            "title",
        ]
        optional: dict[Any, list[Any]] = {str | None: [*words, None], Project | None: [project, None]}
        plain: dict[Any, list[Any]] = {str: words, Project: [project], Release: [release], int: [0, 1, 7], bool: [True]}
        queries = [parse("open"), parse(f"text:{CANARY}"), parse("sort:age")]
        return plain | optional | {Query: queries, Collection[str]: [ids, [TESS]], datetime | None: [START, None]}

    return Theirs(town.ask(found))


class _Undone(Exception):
    """Nothing of a try is kept."""


def _try_question(town: Workspace, theirs: Theirs, chosen: random.Random) -> object:
    name = chosen.choice([each for each in vars(Questions) if not each.startswith("_") and each != "now"])
    given = theirs.arguments(getattr(Questions, name), chosen)
    return None if given is None else town.ask(lambda questions: getattr(questions, name)(**given))


PARTS = ("projects", "defects", "releases", "conversations", "digests", "lists", "log")


def _try_repository(town: Workspace, theirs: Theirs, chosen: random.Random) -> object:
    answers: list[object] = []

    def use_case(uow: UnitOfWork) -> None:
        part = getattr(uow, chosen.choice(PARTS))
        names = [each for each in dir(part) if not each.startswith("_") and each not in ("drain", "flush", "write")]
        method = getattr(type(part), chosen.choice(names))
        given = theirs.arguments(method, chosen) if inspect.isfunction(method) else None
        if given is not None:
            answers.append(method(part, **given))
            uow.commit()
        raise _Undone

    with suppress(_Undone):
        town.act(use_case)
    return answers


def _try_statement(town: Workspace, _: Theirs, chosen: random.Random) -> object:
    """A fault of ours: a statement without its condition, or for the other workspace. It must not run."""
    table = chosen.choice(list(metadata.tables.values()))
    kinds = (select(table), update(table).values(team_id=MINE), delete(table))
    loose = chosen.choice(kinds)
    held = loose.where(table.c.team_id == chosen.choice((OTHER, MINE)))

    def work(connection: Connection) -> object:
        Tenant(connection, MINE, START)
        return connection.execute(chosen.choice((loose, held))).all()

    try:
        return town.store.run_sync(work)
    except Unbound:
        return "refused"


TRIES = (_try_question, _try_repository, _try_statement)


async def tenants(stage: Stage, size: int) -> Outcome:
    outcome = Outcome(size)
    with stage.postgres() as url:
        for where, share in ((stage.sqlite(), size // 2), (url, size - size // 2)):
            _between(where, share, outcome)
        _past_us(url, outcome)
    return outcome


def _between(url: str, size: int, outcome: Outcome) -> None:
    store, chosen = open_store(url), random.Random(8)
    theirs, mine = Workspace(store, OTHER), Workspace(store, MINE)
    _settle_in(theirs, CANARY)
    _settle_in(mine, "mine")
    known, before = _known(theirs), _rows_of(url, OTHER)
    seen = 0
    outcome.check(
        CANARY in repr(theirs.ask(lambda questions: questions.defect("DEF-1"))), "not even its own people see it"
    )
    for _ in range(size):
        answer = _answer(chosen, mine, known)
        seen += "mine" in answer
        outcome.check(CANARY not in answer.replace(f"text:{CANARY}", ""), f"seen on {store.dialect}: {answer[:300]}")
    outcome.check(seen > size // 50, f"only {seen} of {size} tries answered anything")
    outcome.check(_rows_of(url, OTHER) == before, f"rows of the other workspace changed on {store.dialect}")
    outcome.notes.append(f"{seen} tries answered with own rows on {store.dialect}")
    store.close_sync()


def _answer(chosen: random.Random, mine: Workspace, known: Theirs) -> str:
    try:
        return repr(chosen.choice(TRIES)(mine, known, chosen))
    except (DomainError, StoreError, UnknownWorkspace, ValueError, TypeError, AttributeError, LookupError) as error:
        # What was guessed is told back; what is near to it must be one's own.
        return str(getattr(error, "nearest", ""))


def _rows_of(url: str, team: str) -> str:
    with as_owner(url) as connection:
        tables = (select(table).where(table.c.team_id == team) for table in metadata.sorted_tables)
        return repr([sorted(map(repr, connection.execute(each))) for each in tables])


def _past_us(url: str, outcome: Outcome) -> None:
    """PostgreSQL alone, as the bot's role with tools of its own."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        for table in metadata.tables:
            for statement in (f"SELECT * FROM {table}", f"DELETE FROM {table} WHERE team_id = '{OTHER}' RETURNING *"):
                connection.execute(text("SELECT set_config('app.team', :team, true)"), {"team": MINE})
                with suppress(DBAPIError):
                    shown = repr(connection.execute(text(statement)).all())
                    outcome.check(CANARY not in shown and f"'{OTHER}'" not in shown, f"seen past us: {statement}")
                connection.rollback()


ROWS = (
    Row("forgeries", "a forged or stale signature", forgeries, 1_000, 10_000),
    Row("tenants", "one workspace asks for another's rows", tenants, 2_000, 20_000),
)
