"""How the failures of a test run leave: the message in the channel, then its thread; drawn anew when one is filed."""

from bot.jobs.courier import Courier, Gone, Stray
from bot.services.delivery import Settled, State, Then, Verdict
from bot.services.questions import Questions
from bot.services.records import Place
from bot.slack.failures import Part, part_message, root_message

NO_THREAD = Settled(State.NEEDLESS, "the message of the test run is not there")


async def send_failures(courier: Courier) -> Verdict:
    run_id, part = str(courier.row.body["run_id"]), _part(courier)
    if part == 0:
        channel = str(courier.row.body["channel"])
        place = await courier.post(channel, None, root_message(courier.row.body))
        return Settled(State.SENT, then=_keep(run_id, 0, place))
    if courier.row.body.get("again"):
        return await _again(courier, run_id, part)
    root = await courier.ask(lambda questions: questions.clusters.message(run_id, 0))
    if root is None:
        return NO_THREAD
    message = part_message(await courier.ask(lambda questions: _drawn_from(questions, run_id, part)))
    try:
        place = await courier.post(root.channel, root.ts, message)
    except Stray:
        return NO_THREAD
    return Settled(State.SENT, then=_keep(run_id, part, place))


async def _again(courier: Courier, run_id: str, part: int) -> Verdict:
    """What has not been posted yet will say it by itself."""
    there = await courier.ask(lambda questions: questions.clusters.message(run_id, part))
    if there is None:
        return NO_THREAD
    message = part_message(await courier.ask(lambda questions: _drawn_from(questions, run_id, part)))
    try:
        await courier.must("chat.update", {"channel": there.channel, "ts": there.ts, **message}, there.channel)
    except Gone:
        return NO_THREAD
    return Settled(State.SENT)


def _drawn_from(questions: Questions, run_id: str, part: int) -> Part:
    clusters = questions.clusters.shown(run_id, part)
    defects = {id_: questions.defect_by_id(id_).defect for id_ in {c.defect_id for c in clusters if c.defect_id}}
    shown = {key for cluster in clusters for key in cluster.keys}
    names = questions.clusters.names(clusters[0].project_id, shown) if clusters else {}
    return Part(clusters, defects, names)


def _part(courier: Courier) -> int:
    part = courier.row.body.get("part")
    return part if isinstance(part, int) else 0


def _keep(run_id: str, part: int, place: Place) -> Then:
    return lambda uow: uow.clusters.posted(run_id, part, place)
