"""What the form for a new defect says, and what the message that it was opened on brings along."""

from bot.domain.errors import Missing
from bot.domain.values import Priority, Severity
from bot.services import requests as ask
from bot.slack.channels import Standing
from handlers.modals.alike import DETAILS
from handlers.modals.filled import Filled
from handlers.modals.memo import Memo

# Where we are, or come to be, a card can stand in the message's own thread.
_REACHABLE = frozenset({Standing.MEMBER, Standing.JOINABLE})


def file(filled: Filled, memo: Memo) -> ask.FileDefect:
    """Raises Missing without a title."""
    title = filled.text("title")
    if not title:
        raise Missing("title", "new")
    severity, priority = filled.choice("severity"), filled.choice("priority")
    return ask.FileDefect(
        title=title,
        severity=Severity(severity) if severity in set(Severity) else None,
        priority=Priority(priority) if priority in set(Priority) else None,
        component=filled.text("component") or None,
        release=filled.choice("release") or None,
        build=filled.choice("build") or None,
        environment=filled.text("environment") or None,
        requirements=filled.several("requirement"),
        actual=filled.text("actual"),
        expected=filled.text("expected"),
        steps=filled.text("steps"),
        evidence=(evidence(filled, memo),) if memo.message_ts else (),
        in_thread=bool(memo.message_ts) and memo.standing in _REACHABLE,
        home=memo.channel if memo.standing == Standing.MEMBER else "",
        files=filled.files("files"),
        cluster=memo.cluster or None,
    )


def reported(filled: Filled, memo: Memo) -> tuple[ask.Evidence, ...]:
    """The message, and what was typed beside it: nothing of that is lost where nothing is filed."""
    typed = {name: filled.now(name) for name in ("title", *DETAILS)}
    if memo.message_ts and not filled.changed("title"):
        del typed["title"]
    words = "\n".join(filter(None, typed.values()))
    files = filled.files("files")
    own = (ask.Evidence(memo.channel, "", text=words or None, files=files),) if words or files else ()
    return (*((evidence(filled, memo),) if memo.message_ts else ()), *own)


def evidence(filled: Filled, memo: Memo) -> ask.Evidence:
    """The message. Of a conversation that we are not in, its words and files come only where the person says so."""
    reachable = memo.standing in _REACHABLE
    copied = reachable or "copy" in filled.ticked("take_copy")
    return ask.Evidence(
        channel=memo.channel,
        message_ts=memo.message_ts,
        author=memo.author or None,
        text=(memo.text or None) if copied else None,
        permalink=memo.permalink or None,
        thread_ts=memo.thread_ts or None,
        files=memo.files if reachable else (),
    )
