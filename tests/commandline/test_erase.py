"""`countersign erase` takes the words and leaves the proof."""

import asyncio
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.domain.results import Outcome
from bot.domain.values import Resolution, Surface
from bot.ingest.junit import read_junit
from bot.services import conversations, filing, releases, testing
from bot.services import defects as use
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.results import import_results
from storage.database import open_store
from storage.projection import ERASED
from storage.tables import clusters, events, executions, metadata, outbox
from tests.ingest.test_junit import suite
from tests.looking import look
from tests.owner import as_owner, owner_url
from tests.storage import test_projection as projected
from tests.storage.acting import DEVON, TESS, Workspace, file
from tests.storage.test_event_log import verdict

CANARY = "canary"  # stands in every word that somebody wrote
KEPT = "harmless"


@pytest.fixture
def town(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """DEF-1 is full of Tess's words and one of Devon's; DEF-2 is Devon's, with Tess's title once; T2 has its own."""
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", store_url)
    store = open_store(store_url)
    made = Workspace(store)
    made.act(file("Canary one of Tess", actual="canary two", steps="canary three"), TESS)
    made.act(lambda uow: use.ask_info(uow, ask.AskInfo("DEF-1", DEVON, "canary four?")), TESS)
    made.units.perform_sync(
        made.context(TESS, ts="1763890000.000200"),
        lambda uow: conversations.comment(uow, ask.Comment("DEF-1", "canary five")),
    )
    made.act(lambda uow: conversations.comment(uow, ask.Comment("DEF-1", f"{KEPT} answer")), DEVON)
    made.act(file("Canary six"), TESS)
    made.act(lambda uow: filing.edit(uow, ask.Edit("DEF-2", title=f"{KEPT} title")), DEVON)
    made.act(lambda uow: use.resolve(uow, ask.Resolve("DEF-2", Resolution.WONT_FIX, note="harmless note")), DEVON)
    Workspace(store, "T2").act(file("Harmless elsewhere"), TESS)
    yield made
    store.close_sync()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["erase", *words])


def everything(url: str) -> str:
    """Every row of every table, in small letters."""
    with as_owner(url) as connection:
        rows = (connection.execute(text(f"SELECT * FROM {table}")).all() for table in metadata.tables)
        return repr(list(rows)).lower()


def erasures(town: Workspace) -> list[tuple[str, object]]:
    found = look(town.store, "T1", select(events).where(events.c.kind == "texts_erased"))
    return [(row.actor, json.loads(row.body)["facts"]) for row in found]


def test_a_person_s_words_are_gone_from_everywhere_and_the_log_still_verifies(town: Workspace, store_url: str) -> None:
    before = verdict(town)
    assert everything(store_url).count(CANARY) > 10
    answer = run(TESS, "--team", "T1", "--yes", "--json")
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    assert (told["team"], told["kind"]) == ("T1", "person")
    assert (told["removed"]["texts"], told["removed"]["comments"], told["removed"]["defects"]) == (8, 1, 2)
    left = everything(store_url)
    assert CANARY not in left
    assert left.count(KEPT) > 3
    now = verdict(town)
    assert (before.broken, now.broken, now.events - before.events) == (None, None, 1)
    assert erasures(town) == [("operator", {"what": TESS})]
    assert projected.stored(town)[1] == projected.rebuilt(town)[1]
    titles = {key: town.ask(lambda q, key=key: q.defect(key).defect.title) for key in ("DEF-1", "DEF-2")}  # type: ignore[misc]
    assert titles == {"DEF-1": ERASED, "DEF-2": f"{KEPT} title"}
    assert town.ask(lambda q: q.similar(q.project_for("C1").id, "canary one of tess")) == []
    again = run(TESS, "--team", "T1", "--yes")
    assert (again.exit_code, again.stdout.splitlines()[0]) == (1, "There was nothing to erase.")


def test_a_defect_s_words_are_gone_and_its_card_says_so(town: Workspace, store_url: str) -> None:
    answer = run("def-1", "--team", "T1", "--yes")
    assert (answer.exit_code, answer.stdout.startswith("Erased: 7 texts, 2 comments")) == (0, True)
    assert " 1 defect, " in answer.stdout
    assert "canary six" in everything(store_url)
    for word in ("one of tess", "two", "three", "four", "five"):
        assert f"canary {word}" not in everything(store_url)
    assert verdict(town).broken is None
    cards = look(town.store, "T1", select(outbox).where(outbox.c.sort == "card").order_by(outbox.c.id))
    assert cards[-1].body == {"defect_id": town.ask(lambda q: q.defect("DEF-1").defect.id)}


def raw(url: str) -> bytes:
    """What stands in the database's files, freed room and all."""
    if url.startswith("sqlite"):
        path = Path(str(make_url(url).database))
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    files = "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relkind IN ('r', 't')"
    with as_owner(url) as connection:
        connection.execute(text("CHECKPOINT"))
        return b"".join(connection.scalars(text(f"{files} AND oid >= 16384")))


def test_no_file_holds_the_words_when_what_the_command_says_was_done(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every second defect of a page stays."""
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", store_url)
    store = open_store(store_url)
    town = Workspace(store)
    for number in range(20):
        town.act(file(f"{(KEPT, CANARY)[number % 2]} {number}"), (DEVON, TESS)[number % 2])
    store.close_sync()
    answer = run(TESS, "--team", "T1", "--yes")
    assert answer.exit_code == 0
    if "VACUUM FULL as the owner" in answer.stdout:
        assert CANARY.encode() in raw(store_url)
        engine = create_engine(owner_url(store_url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text("VACUUM FULL"))
    left = raw(store_url).lower()
    assert (left.count(CANARY.encode()), left.count(KEPT.encode()) > 10) == (0, True)


def failed(name: str, error: str) -> str:
    return f'<testcase classname="shop" name="{name}"><failure message="{error}"/></testcase>'


def imported(town: Workspace, *cases: str) -> None:
    report = suite(*cases)
    request = ask.ImportResults("2.4", "rc1", "nightly", sha256(report).hexdigest())
    context = Context("T1", "CI", Surface.INGEST)
    asyncio.run(import_results(town.units, context, request, [read_junit(report)]))


def test_the_errors_of_test_runs_go_with_their_defect(town: Workspace, store_url: str) -> None:
    town.act(lambda uow: releases.plan_release(uow, ask.PlanRelease("2.4")))
    town.act(lambda uow: releases.register_build(uow, ask.RegisterBuild("2.4", "2.4.0-rc1")))
    alike = (failed(f"pay {n}", f"canary card {n} declined in the shop") for n in range(60))
    imported(town, *alike, failed("cart", "harmless cart was never emptied"))
    (cluster,) = look(town.store, "T1", select(clusters).where(clusters.c.said.contains("canary")))
    filed = town.act(lambda uow: filing.file_defect(uow, ask.FileDefect("Card", home="C1", cluster=cluster.id)), TESS)
    key, tied = filed.defect.key, cluster.keys.split()[0]
    result = ask.RecordResult(tied, Outcome.FAILED, note="canary by hand")
    town.act(lambda uow: testing.record_result(uow, result), DEVON)
    imported(town, failed("later", "canary card 99 declined in the shop"))
    before = verdict(town)
    answer = run(key, "--team", "T1", "--yes")
    assert (answer.exit_code, answer.stderr) == (0, "")
    left = everything(store_url)
    for words in ("canary card", "canary by hand"):
        assert words not in left
    assert "harmless cart was never emptied" in left
    assert (verdict(town).broken, verdict(town).events - before.events) == (None, 1)
    ended = look(town.store, "T1", select(executions.c.outcome, executions.c.message))
    assert [row.outcome for row in ended] == ["failed"] * 63
    assert len([row for row in ended if row.message]) == 1


def test_of_a_workspace_only_the_sealed_log_stays_and_no_other_is_touched(town: Workspace, store_url: str) -> None:
    before = verdict(town)
    assert run("T1", "--yes").exit_code == 0
    left = everything(store_url)
    assert CANARY not in left
    assert f"{KEPT} elsewhere" in left
    assert f"{KEPT} title" not in left
    now = verdict(town)
    assert (now.broken, now.events - before.events) == (None, 1)
    assert erasures(town) == [("operator", {"what": "T1"})]
    assert town.act(file("A new life")) == "DEF-1"


def test_the_file_of_the_database_holds_no_word_of_it(town: Workspace, store_url: str) -> None:
    """On SQLite, where rows that were deleted may stay in free pages and in the log beside the file."""
    town.store.close_sync()
    answer = json.loads(run(TESS, "--team", "T1", "--yes", "--json").stdout)
    parsed = make_url(store_url)
    assert answer["scrubbed"] is (parsed.get_backend_name() == "sqlite")
    if answer["scrubbed"]:
        path = Path(str(parsed.database))
        held = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*")).lower()
        assert KEPT.encode() in held
        assert CANARY.encode() not in held


def test_what_is_not_confirmed_or_not_there_is_not_erased(town: Workspace, store_url: str) -> None:
    before = everything(store_url)
    for words, said in (
        (["DEF-1", "--team", "T1"], "--yes"),
        (["DEF-9", "--team", "T1", "--yes"], "There is no defect DEF-9."),
        (["DEF-1", "--yes"], "--team"),
        (["everything", "--yes"], "no defect, no person and no workspace"),
        (["T1", "--team", "T2", "--yes"], "leave out --team"),
    ):
        refused = run(*words)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert said in refused.stderr
    assert everything(store_url) == before
