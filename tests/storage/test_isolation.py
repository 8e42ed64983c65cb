"""No statement shows one workspace the rows of another: PostgreSQL's own rules, and a look at each statement before."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Select, create_engine, delete, exists, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from storage.database import Store
from storage.guard import Unbound
from storage.protection import bypassed
from storage.tables import comments, defects, heads, metadata, projects
from storage.tables.across import VIEWS, across_outbox
from storage.tenant import TEAM, Tenant, param
from tests.owner import as_owner
from tests.storage.acting import START, Workspace, file

# Of a view across workspaces: whose it is, which, in what order, when, and how it stands; `code` is a word of Slack's.
TOLD = {"team_id", "id", "lane", "after_seq", "bulk", "state", "road", "code"}
INSTANTS = {"created_at", "due_at", "expires_at", "lease_until", "settled_at", "next_at", "since"}


@pytest.fixture
def other(store: Store, workspace: Workspace) -> Workspace:
    """Both workspaces have filed one defect."""
    made = Workspace(store, "T2")
    workspace.act(file("Ours"))
    made.act(file("Theirs"))
    return made


@pytest.fixture
def serving(postgres_url: str) -> Iterator[Connection]:
    """As the bot's role, past all that is ours."""
    engine = create_engine(postgres_url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def test_the_bot_s_role_owns_nothing_and_is_bound(serving: Connection, postgres_url: str) -> None:
    assert not bypassed(serving)
    with as_owner(postgres_url) as owner:
        assert bypassed(owner)
    owned = "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
    assert serving.scalar(text(owned)) == 0


def test_every_table_has_its_rule(serving: Connection) -> None:
    secured = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
    ruled = "SELECT tablename FROM pg_policies WHERE policyname = 'own_team' AND cmd = 'ALL'"
    assert set(serving.scalars(text(secured))) == set(serving.scalars(text(ruled))) == set(metadata.tables)


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_postgresql_raises_where_no_workspace_is_named_and_shows_no_other(
    other: Workspace, serving: Connection
) -> None:
    for named in (None, "", "T2", ""):
        with serving.begin() as transaction:
            if named is not None:
                serving.execute(text("SELECT set_config('app.team', :team, true)"), {"team": named})
            if named:
                assert set(serving.scalars(text("SELECT title FROM defects"))) == {"Theirs"}
                assert serving.execute(text("UPDATE defects SET title = 'Taken' WHERE team_id = 'T1'")).rowcount == 0
                with pytest.raises(DBAPIError, match="row-level security"):
                    serving.execute(text("INSERT INTO workspaces VALUES ('T1', now())"))
            else:
                with pytest.raises(DBAPIError, match="no workspace is set"):
                    serving.execute(text("SELECT title FROM defects"))
            transaction.rollback()
    assert other.ask(lambda questions: questions.defect("DEF-1").defect.title) == "Theirs"


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE defects CASCADE",
        "ALTER TABLE defects DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_team ON defects",
        "DELETE FROM across_outbox",
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE events SET actor = 'UNOBODY'",
        "CREATE TABLE mine (n int)",
    ],
)
def test_the_bot_s_role_cannot_take_its_bonds_off(serving: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        serving.execute(text(statement))


def test_what_is_seen_across_workspaces_are_ids_teams_and_instants() -> None:
    assert len(VIEWS) == 8
    for view in across_outbox.metadata.tables.values():
        assert set(view.columns.keys()) <= TOLD | INSTANTS


_THEIRS = comments.c.defect_id == defects.c.id
_JOINED = select(comments.c.text).select_from(comments.join(defects, _THEIRS)).where(comments.c.team_id == TEAM)
_OUTER = select(defects.c.title).select_from(
    defects.outerjoin(comments, _THEIRS & (comments.c.team_id == defects.c.team_id) & (defects.c.team_id == TEAM))
)
_TWIN = defects.alias()
LOOSE = {
    "no condition": select(defects.c.title),
    "another's name": select(defects.c.title).where(defects.c.team_id == param("of")),
    "half of an or": select(defects.c.title).where((defects.c.team_id == TEAM) | (defects.c.key == "DEF-1")),
    "a negation": select(defects.c.title).where(~(defects.c.team_id == TEAM)),
    "one side of a join": _JOINED,
    "an outer join's own condition": _OUTER,
    "a subquery": select(projects.c.id).where(
        projects.c.team_id == TEAM, exists().where(comments.c.defect_id == projects.c.id)
    ),
    "an alias": select(_TWIN.c.title).join(defects, defects.c.key == _TWIN.c.key).where(defects.c.team_id == TEAM),
    "a change": update(defects).values(title="Taken"),
    "a deletion": delete(comments).where(comments.c.id == "x"),
}


@pytest.mark.parametrize("name", list(LOOSE))
def test_a_statement_that_nothing_holds_to_the_workspace_is_never_run(other: Workspace, name: str) -> None:
    with pytest.raises(Unbound, match="to a workspace"):
        other.store.run_sync(lambda c: Tenant(c, "T2", START).change(LOOSE[name], of="T1"))


MINE: Select[tuple[str]] = select(defects.c.title).where(defects.c.team_id == TEAM)


def test_a_statement_for_another_workspace_than_the_transaction_s_is_never_run(other: Workspace) -> None:
    def without(connection: Connection) -> object:
        return connection.execute(MINE, {"team": "T1"}).all()

    def for_another(connection: Connection) -> object:
        Tenant(connection, "T2", START)
        return connection.execute(MINE, {"team": "T1"}).all()

    def into_another(connection: Connection) -> object:
        Tenant(connection, "T2", START)
        return connection.execute(insert(heads), {"team_id": "T1", "seq": 0, "hash": ""})

    def both(connection: Connection) -> object:
        return Tenant(connection, "T2", START), Tenant(connection, "T1", START)

    def nobody(connection: Connection) -> object:
        return Tenant(connection, "", START)

    def in_words(connection: Connection) -> object:
        Tenant(connection, "T2", START)
        return connection.execute(text("SELECT title FROM defects")).all()

    for work in (without, for_another, into_another, both, nobody, in_words):
        with pytest.raises(Unbound):
            other.store.run_sync(work)
    assert other.store.run_sync(lambda c: Tenant(c, "T2", START).all(MINE)) == [("Theirs",)]


def test_what_one_unit_of_work_was_bound_to_binds_no_other(other: Workspace) -> None:
    """Units of work share connections, and on SQLite a transaction."""
    assert other.store.run_sync(lambda c: Tenant(c, "T2", START).all(MINE)) == [("Theirs",)]
    with pytest.raises(Unbound, match="no workspace is set"):
        other.store.run_sync(lambda c: c.execute(MINE, {"team": "T2"}).all())
