"""`countersign audit verify`: is the event log whole, and does it end where a digest said it did?"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commandline.decision import verify_decisions
from bot.commandline.exits import Exit, fail
from bot.commandline.reading import opened

if TYPE_CHECKING:
    from storage.chain import Verdict
    from storage.database import Store

app = typer.Typer(help="The event log as evidence.", no_args_is_help=True, rich_markup_mode=None)

# By storage.chain's reasons.
WORDS: Mapping[str, str] = {
    "gap": "is missing",
    "content": "does not have the content that it was sealed with",
    "order": "does not follow the one before it",
    "text": "has a text beside it that it was not sealed with",
    "cut": "is missing: the log was cut short before it",
    "beyond the head": "stands behind the head: it was not written by Countersign",
    "head differs": "does not have the hash that the head says",
}
PRINTED = "does not have the hash that was printed: the log was computed anew"
NO_EVENT = "names no event, so every log would fit: take the newest SEQ:HASH that anybody kept."
# As a digest prints it, with or without its `#`.
_HEAD = re.compile(r"#?(\d{1,18}):([0-9a-f]{4,64})")


@app.callback()
def audit() -> None:
    """The event log as evidence."""


@app.command()
def verify(
    head: Annotated[str | None, typer.Option(help="SEQ:HASH as a digest or a decision printed it.")] = None,
    team: Annotated[str | None, typer.Option(help="One workspace; all in the store without it.")] = None,
    decision: Annotated[
        str | None, typer.Option(help="The decisions of this release instead: 2.4, or a file that was exported.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A list of {team, events, head, printed, broken}.")] = False,
) -> None:
    """Walks the log's hash chain. Ends with 1 at the first event that does not hold; --head also finds a log that was
    cut short or computed anew. --decision re-checks the records of a release, also from a file and without a store."""
    if decision is not None:
        verify_decisions(decision, team)
        return
    printed = _parsed(head) if head else None
    with opened() as store:
        verdicts = {each: _verdict(store, each, printed) for each in _asked(store, team, printed)}
    if as_json:
        typer.echo(json.dumps([_as_json(each, verdict, printed) for each, verdict in verdicts.items()], indent=2))
    else:
        for each, verdict in verdicts.items():
            typer.echo(_sentence(each, verdict, printed))
    if any(verdict.broken for verdict in verdicts.values()):
        raise typer.Exit(Exit.NEGATIVE)


def _parsed(head: str) -> tuple[int, str]:
    found = _HEAD.fullmatch(head.strip("`"))
    if found is None:
        fail(Exit.USAGE, f"--head {head} is not SEQ:HASH: copy it from a digest's last line, such as 18231:9f2c41d0.")
    if not int(found[1]):
        fail(Exit.USAGE, f"--head {head} {NO_EVENT}")
    return int(found[1]), found[2]


def _asked(store: "Store", team: str | None, printed: tuple[int, str] | None) -> list[str]:
    from storage.across_teams import logs

    known = store.read_sync(logs)
    if team is not None and team not in known:
        fail(Exit.USAGE, f"There is no workspace {team}.", f"Known: {', '.join(known) or 'none'}")
    if team is None and printed is not None and len(known) != 1:
        fail(Exit.USAGE, "Say whose head that is: --team.", f"Known: {', '.join(known) or 'none'}")
    return known if team is None else [team]


def _verdict(store: "Store", team: str, printed: tuple[int, str] | None) -> "Verdict":
    from storage.chain import verify as walk
    from storage.tenant import Tenant

    def read(connection: Any) -> "Verdict":
        return walk(Tenant(connection, team, datetime.now(UTC)), printed)

    return store.read_sync(read)


def _sentence(team: str, verdict: "Verdict", printed: tuple[int, str] | None) -> str:
    seq, digest = verdict.head
    if verdict.broken is None:
        return (
            f"{team}: the chain holds up to {seq}:{digest}.{_proved(seq, printed)}"
            if seq
            else f"{team}: the log is empty."
        )
    broken = verdict.broken
    recomputed = printed is not None and broken.reason == "head differs" and broken.seq == printed[0]
    return f"{team}: event {broken.seq} {PRINTED if recomputed else WORDS[broken.reason]}."


def _proved(last: int, printed: tuple[int, str] | None) -> str:
    """A chain can be computed anew by whoever owns the store, a hash that somebody kept cannot."""
    if printed is None:
        return ""
    rest = "" if printed[0] == last else f"; from {printed[0] + 1} on only the chain speaks for it"
    return f" Up to {printed[0]} it is the log that was printed{rest}."


def _as_json(team: str, verdict: "Verdict", printed: tuple[int, str] | None) -> dict[str, object]:
    seq, digest = verdict.head
    broken = verdict.broken
    return {
        "team": team,
        "events": verdict.events,
        "head": f"{seq}:{digest}",
        "printed": printed[0] if printed and not broken else None,
        "broken": {"seq": broken.seq, "reason": broken.reason} if broken else None,
    }
