"""After a change: is what was signed still what stands? Whoever signed something else is asked again, directly."""

from functools import partial

from bot.domain.signoffs import Signoff
from bot.domain.turning import Signing
from bot.jobs.anchoring import direct_channel
from bot.jobs.courier import Courier
from bot.services.delivery import Settled, State, Verdict
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from bot.services.resigning import ask_again, outdated, signoff_of
from bot.services.signing import signing_of
from bot.slack.names import referenced
from bot.slack.signing import again_message

HOLDS = Settled(State.NEEDLESS, "what was signed is what stands")


async def look_after_signers(courier: Courier) -> Verdict:
    release_id = str(courier.row.body["release_id"])
    stale = await courier.ask(lambda questions: outdated(questions, release_id))
    return Settled(State.SENT, then=partial(ask_again, stale=stale)) if stale else HOLDS


async def send_sign_again(courier: Courier) -> Verdict:
    """Drawn from what stands when it is sent: its buttons sign that."""
    body = courier.row.body
    stands, signing, signoff = await courier.ask(
        lambda questions: _standing(questions, str(body["release_id"]), str(body["signoff_id"]))
    )
    if signoff is None:
        return HOLDS
    channel = await direct_channel(courier, str(body["user"]))
    await courier.post(channel, None, again_message(stands, signing, signoff, referenced))
    return Settled(State.SENT)


def _standing(questions: Questions, release_id: str, signoff_id: str) -> tuple[ReleaseStatus, Signing, Signoff | None]:
    stands = status(questions, questions.release_by_id(release_id))
    return stands, signing_of(questions, stands), signoff_of(questions, stands, signoff_id)
