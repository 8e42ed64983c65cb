"""What the bot intends to say: one row per Slack call, written with the change, rendered when it is delivered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.domain.events import Scalar

# An answer to one person is worthless later (reliability: sent at most once, within 60 s).
ANSWER_LIFE = timedelta(seconds=60)
# A channel that opens again after weeks wants to read today's digest, not one of each day.
DIGEST_LIFE = timedelta(days=1)


class Sort(StrEnum):
    """Each has one renderer in `bot/slack/` and one row in the delivery table."""

    CARD = "card"  # post the card, or bring the live one up to date; body: defect_id
    LINE = "line"  # one line in the defect's thread; body: defect_id, line, mention, facts
    REACTION = "reaction"  # body: channel, ts, name, remove
    EPHEMERAL = "ephemeral"  # body: channel, user, thread_ts, template, facts
    RESPOND = "respond"  # to a response_url; body: url, template, facts
    DIRECT = "direct"  # a direct message; body: user, template, facts
    KEY_NOTE = "key_note"  # a defect named elsewhere, in a line; body: defect_id, channel, thread_ts
    NOTICE = "notice"  # one line in a channel's root; body: channel, template, facts
    FAILURES = "failures"  # of a test run; body: run_id, part; of part 0 all that it says, else `again` to redraw
    DIGEST = "digest"  # body: digest_id, channel
    DIGEST_DETAIL = "digest_detail"  # long lists in the digest's thread; body: digest_id, section
    PICTURE = "picture"  # the burn-up in the digest's thread; body: digest_id
    WHOLE_TEXT = "whole_text"  # what a message had to leave out; body: channel, thread_ts, text
    FILE = "file"  # an uploaded one, to be published in a thread; body: channel, thread_ts, file_id
    JOIN = "join"  # body: channel
    HOME = "home"  # body: user
    SIGNERS = "signers"  # sends nothing itself: whoever signed what has changed gets the next one; body: release_id
    SIGN_AGAIN = "sign_again"  # a direct message; body: user, release_id, signoff_id


Body = Mapping[str, Scalar | list[str] | dict[str, Scalar]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`lane` orders: rows of one lane leave in the order they were written. `fold`: of several waiting rows with one
    fold key only the newest is sent (two updates of one card). `bulk` rows yield to the others."""

    sort: Sort
    lane: str
    body: Body = field(default_factory=dict)
    fold: str | None = None
    life: timedelta | None = None
    bulk: bool = False
