"""People in a query: who has it, who filed it, whose move it is."""

from sqlalchemy import and_, false, or_

from bot.domain.query import Me, Missing, Person, UnresolvedPerson, Value
from storage.questions.scene import Condition, Reader, Scene, held


def person(*names: str) -> Reader:
    """One column, or several that hold people alike."""

    def read(scene: Scene, value: Value) -> Condition:
        columns = [scene.columns[name] for name in names]
        if isinstance(value, Missing):
            return and_(*(column.is_(None) for column in columns))
        person = _who(scene, value)
        return or_(false(), *(held(column, column == person) for column in columns if person is not None))

    return read


def _who(scene: Scene, value: Value) -> str | None:
    if isinstance(value, Me):
        return scene.asker.me
    if not isinstance(value, Person):
        raise TypeError(f"{value!r} is nobody")
    if value.user_id is None:
        raise UnresolvedPerson(value.name)
    return value.user_id


def waits(scene: Scene, value: Value) -> Condition:
    """The first part repeats what the second implies; by it an index finds the few."""
    whose = person("waits")(scene, value)
    return whose if isinstance(value, Missing) else and_(person("asked", "owner", "reporter")(scene, value), whose)
