"""No event can be replaced, no text beside one reworded."""

from alembic import op

revision = "0008"
down_revision = "0007"

_CLOSING = {
    "sqlite": (
        """
CREATE TRIGGER events_no_replace BEFORE insert ON events WHEN EXISTS (SELECT 1 FROM events WHERE \
team_id = NEW.team_id AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
""",
        """
CREATE TRIGGER event_texts_no_update BEFORE update ON event_texts
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
""",
        """
CREATE TRIGGER event_texts_no_replace BEFORE insert ON event_texts WHEN EXISTS (SELECT 1 FROM event_texts WHERE \
team_id = NEW.team_id AND seq = NEW.seq AND name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
""",
    ),
    "postgresql": (
        """
CREATE TRIGGER event_texts_erasable BEFORE UPDATE OR TRUNCATE ON event_texts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events()
""",
    ),
}


def upgrade() -> None:
    for statement in _CLOSING[op.get_bind().dialect.name]:
        op.execute(statement)
