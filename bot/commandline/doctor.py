"""`countersign doctor`: is everything there that the bot needs? Each line with its remedy."""

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commandline.exits import Exit
from bot.commandline.settings import settings_or_exit

if TYPE_CHECKING:
    from bot.commandline.examination import Finding
    from bot.config import Settings


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="A list of {check, state, says, remedy}.")] = False,
) -> None:
    """Checks tokens, scopes, database, clock and time zones. Ends with 1 when a check fails."""
    findings = asyncio.run(_examine(settings_or_exit()))
    _print(findings, as_json)


def _print(findings: "list[Finding]", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(f"{finding.state.upper():<5} {finding.check:<11} {finding.says}")
            if finding.remedy:
                typer.echo(f"{'':<17} -> {finding.remedy}")
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(Exit.NEGATIVE)


async def _examine(settings: "Settings") -> "list[Finding]":
    from datetime import UTC, datetime

    from bot.commandline.examination import Patient, examine
    from bot.slack.gateway import SlackGateway

    async with SlackGateway(settings.slack_api_url) as slack:
        return await examine(Patient(settings, slack, lambda: datetime.now(UTC)))
