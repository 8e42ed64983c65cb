"""A thread that comes along with the message it hangs on: read once, after the answer, and kept as evidence.

The defect is filed without it; what Slack does not hand out stays behind the message's link.
"""

from dataclasses import replace

from bot.services import requests as ask
from bot.services.context import Receipt
from bot.services.conversations import add_evidence
from bot.services.ports import AlreadyDone, UnitOfWork
from bot.slack.answers import Ok
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.messages import evidence_of
from handlers.modals.memo import Memo
from handlers.payload import Body, each, word

MOST = 200  # messages of a thread


async def copy_thread(desk: Desk, incoming: Incoming, memo: Memo, key: str) -> None:
    root = memo.thread_ts or memo.message_ts
    asked = {"channel": memo.channel, "ts": root, "limit": MOST}
    answer = await desk.slack.call(incoming.token, "conversations.replies", asked)
    if not isinstance(answer, Ok):
        return
    messages = [message for message in each(answer.data, "messages") if _worth(message, memo, incoming)]
    receipt = Receipt("thread", f"{key}:{memo.channel}:{root}")
    context = replace(incoming.context, receipts=(receipt,))

    def keep(uow: UnitOfWork) -> None:
        for message in messages:
            add_evidence(uow, ask.AddEvidence(key, evidence_of(message, memo.channel, memo.permalink)))

    try:
        await desk.units.perform(context, keep)
    except AlreadyDone:
        return


def _worth(message: Body, memo: Memo, incoming: Incoming) -> bool:
    """Not the message itself, which is evidence already, and not our own words."""
    ts = word(message, "ts")
    return bool(ts) and ts != memo.message_ts and word(message, "user") != incoming.bot and not word(message, "bot_id")
