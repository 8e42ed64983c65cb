"""What a form's pickers offer while somebody types: defects, releases, builds, requirements, test cases."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType

from bot.domain.errors import NotFound
from bot.domain.policy import admit
from bot.domain.query import parse
from bot.domain.traceability import case_key, requirement_key
from bot.services.questions import Questions
from bot.services.views import DefectView
from bot.slack.blocks import Json, option
from bot.slack.cut import cut_plain
from bot.slack.mrkdwn import render_plain
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.modals.memo import Memo, unpack
from handlers.payload import word
from handlers.references import KEY_ONLY

MOST = 100  # options that Slack takes
LABEL = 75
PATIENCE = 2.0  # seconds; nothing is offered later, and Slack asks again with the next letter
_NOT_WORDS = str.maketrans({'"': " ", "\\": " "})

Offer = Callable[[Questions, Incoming, Memo, str], list[Json]]


async def suggest(desk: Desk, incoming: Incoming) -> list[Json]:
    """An empty list where nothing fits. Raises TimeoutError, and what the store raises."""
    offer = OFFERS.get(word(incoming.body, "action_id"))
    if offer is None:
        return []
    typed, memo = word(incoming.body, "value").strip(), unpack(word(incoming.body, "view", "private_metadata"))
    reading: asyncio.Future[list[Json]] = asyncio.ensure_future(
        desk.units.ask(incoming.context.team_id, lambda q: _offered(q, offer, incoming, memo, typed))
    )
    return await asyncio.wait_for(reading, PATIENCE)


def _offered(q: Questions, offer: Offer, incoming: Incoming, memo: Memo, typed: str) -> list[Json]:
    """Raises NotAllowed: what is on record is not for people of another company."""
    admit(q.project_for(memo.channel or None), "list", incoming.context.guest_team)
    return offer(q, incoming, memo, typed)[:MOST]


def _defects(q: Questions, incoming: Incoming, memo: Memo, typed: str) -> list[Json]:
    """By key, by words; without either, what waits for the person, then what is open."""
    found: list[DefectView] = []
    if KEY_ONLY.fullmatch(typed):
        with suppress(NotFound):
            found.append(q.defect(typed))
    elif typed:
        words = typed.translate(_NOT_WORDS)
        found += q.matching(parse(f'text:"{words}"'), incoming.context.actor, limit=MOST).items if words.strip() else ()
    else:
        found += q.waits_for(incoming.context.actor)[:20]
        found += q.matching(parse("status:open"), incoming.context.actor, limit=MOST - len(found)).items
    keys = {view.defect.key: view.defect.title for view in found if view.defect.key != memo.key}
    return [_option(f"{key} {title}", key) for key, title in keys.items()]


def _releases(q: Questions, _: Incoming, memo: Memo, typed: str) -> list[Json]:
    project = q.project_for(memo.channel or None)
    names = [release.name for release in q.releases(project) if release.undecided]
    return [_option(name, name) for name in names if typed.casefold() in name.casefold()]


def _builds(q: Questions, _: Incoming, memo: Memo, typed: str) -> list[Json]:
    """The newest first: of the defect's release, then of the others that are undecided."""
    first = list(q.defect(memo.key).builds) if memo.key else []
    project = q.project_for(memo.channel or None)
    undecided = [release for release in q.releases(project) if release.undecided]
    others = [build for release in undecided for build in q.release_by_id(release.id).builds]
    names = dict.fromkeys(build.name for build in [*reversed(first), *reversed(others)])
    offered = [_option(name, name) for name in names if typed.casefold() in name.casefold()]
    following = [_option(render_plain("forms", "next_build"), "next")] if memo.form == "fixed" and not typed else []
    return following + offered


def _touched(q: Questions, _: Incoming, memo: Memo, typed: str) -> list[Json]:
    """Requirements and test cases of the defect's project; a key that nobody has imported yet is taken as it is."""
    project = q.defect(memo.key).project if memo.key else q.project_for(memo.channel or None)
    found = [_option(f"{each.key} {each.title}", each.key) for each in q.traces.offered(project.id, typed, MOST)]
    written = requirement_key(typed) or case_key(typed)
    if written and all(option["value"] != written for option in found):
        found.append(_option(render_plain("forms", "unknown_target", key=written), written))
    return found


def _option(label: str, value: str) -> Json:
    return option(cut_plain(label, LABEL), value)


OFFERS: Mapping[str, Offer] = MappingProxyType(
    {
        "key": _defects,
        "original": _defects,
        "release": _releases,
        "to": _releases,
        "build": _builds,
        "requirement": _touched,
        "target": _touched,
    }
)
