"""Names for what is about to be said, looked up when it is delivered and never before an answer."""

import asyncio
from collections.abc import Iterable, Mapping

from bot.domain.events import Scalar
from bot.jobs.courier import Courier
from bot.services.views import DefectView
from bot.slack.names import PERSON, Names, named, people_of

# Facts that name people.
PEOPLE = ("actor", "owner", "person", "user", "by", "asked")


async def names(courier: Courier, views: Iterable[DefectView] = (), facts: Mapping[str, Scalar] | None = None) -> Names:
    known = (facts or {}).get
    said = (value for fact in PEOPLE if isinstance(value := known(fact), str) and PERSON.fullmatch(value))
    everybody = sorted({*filter(PERSON.fullmatch, people_of(views)), *said})
    found = await asyncio.gather(*map(courier.name, everybody))
    return named(dict(zip(everybody, found, strict=True)))
