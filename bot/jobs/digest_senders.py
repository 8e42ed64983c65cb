"""How a digest leaves: its root message, its long lists one by one, its picture. Each is composed from the record, as
of its instant, so the three agree whenever they are sent."""

import asyncio
from collections.abc import Mapping

from bot.domain.values import Surface
from bot.jobs.courier import Courier, Gone, Stray
from bot.jobs.files import is_shown, publish, upload
from bot.jobs.picture import Painter, PictureFailed
from bot.jobs.senders import Sender
from bot.services.composing import compose
from bot.services.context import Context
from bot.services.delivery import Settled, State, Then, Verdict
from bot.services.digest_facts import DigestFacts
from bot.services.outgoing import Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.records import DigestRecord
from bot.services.views import BurnDay
from bot.slack.digests import detail_messages, digest_message, people_in, picture_words
from bot.slack.names import PERSON

NO_THREAD = Settled(State.NEEDLESS, "the digest is not there")
# The lists of a large release are many messages; whoever wants more presses for it.
MOST_DETAILS = 12


async def send_digest(courier: Courier) -> Verdict:
    record, facts = await _composed(courier)
    place = await courier.post(record.channel, None, digest_message(facts, await _names(courier, facts)))
    return Settled(State.SENT, then=lambda uow: uow.digests.posted(record.id, place.ts))


async def send_detail(courier: Courier) -> Verdict:
    """One message, and a row for the next one: a row that is tried again repeats only its own call."""
    record, facts = await _composed(courier)
    if record.ts is None:
        return NO_THREAD
    part = _part(courier)
    messages = detail_messages(facts, await _names(courier, facts))[:MOST_DETAILS]
    if part >= len(messages):
        return Settled(State.NEEDLESS, "no list is longer than the root message shows")
    try:
        await courier.post(record.channel, record.ts, messages[part])
    except Stray:
        return NO_THREAD
    return Settled(State.SENT, then=_next(courier, part + 1) if part + 1 < len(messages) else None)


async def send_picture(courier: Courier, painter: Painter) -> Verdict:
    """The digest never waits for it, and goes without when it cannot be drawn."""
    record, facts = await _composed(courier)
    if record.ts is None:
        return NO_THREAD
    if facts.quiet:
        return Settled(State.NEEDLESS, "a quiet day is one line")
    if record.picture and await is_shown(courier, record.picture, record.channel):
        return Settled(State.SENT)
    try:
        png = await painter.burn_up(
            facts.status.release.name, facts.status.release.ships_on, await _days(courier, facts)
        )
    except PictureFailed as failed:
        return Settled(State.NEEDLESS, f"no picture: {failed}")
    return await _publish(courier, record, facts, png)


def senders(painter: Painter) -> Mapping[Sort, Sender]:
    """For bot.jobs.delivery.Delivery."""

    async def picture(courier: Courier) -> Verdict:
        return await send_picture(courier, painter)

    return {Sort.DIGEST: send_digest, Sort.DIGEST_DETAIL: send_detail, Sort.PICTURE: picture}


async def _composed(courier: Courier) -> tuple[DigestRecord, DigestFacts]:
    def question(questions: Questions) -> tuple[DigestRecord, DigestFacts]:
        record = questions.digest(str(courier.row.body["digest_id"]))
        return record, compose(questions, record)

    return await courier.ask(question)


async def _names(courier: Courier, facts: DigestFacts) -> dict[str, str]:
    """Slack is not asked of what is no person (`CI`), which is named by its word."""
    people = sorted(filter(PERSON.fullmatch, people_in(facts)))
    return dict(zip(people, await asyncio.gather(*map(courier.name, people)), strict=True))


async def _days(courier: Courier, facts: DigestFacts) -> list[BurnDay]:
    view = facts.status.view
    return await courier.ask(lambda questions: questions.burn_up(view.release, view.project.timezone))


def _part(courier: Courier) -> int:
    part = courier.row.body.get("part")
    return part if isinstance(part, int) else 0


def _next(courier: Courier, part: int) -> Then:
    row = courier.row
    message = Outgoing(row.sort, row.lane, {**row.body, "part": part}, bulk=row.bulk)
    return lambda uow: uow.outbox.put(message)


async def _publish(courier: Courier, record: DigestRecord, facts: DigestFacts, png: bytes) -> Verdict:
    title = picture_words(facts)
    file_id = await upload(courier, f"burn-up-{facts.status.release.name}.png", png, title)
    await _keep(courier, record, file_id)
    try:
        await publish(courier, file_id, title, record.channel, record.ts)
    except (Gone, Stray):
        return NO_THREAD
    return Settled(State.SENT)


async def _keep(courier: Courier, record: DigestRecord, file_id: str) -> None:
    def keep(uow: UnitOfWork) -> None:
        uow.digests.pictured(record.id, file_id)

    await courier.office.units.perform(Context(courier.row.team_id, "", Surface.SYSTEM), keep)
