"""`countersign manifest`: what to paste at api.slack.com/apps under *Create New App*, *From a manifest*."""

import json
from typing import Annotated

import typer

from bot.commandline.exits import Exit, fail


def manifest(
    url: Annotated[
        str | None, typer.Option(help="Public https address of the bot; without it the app uses Socket Mode.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="Put before each command's name: acme- makes /acme-defect.")] = "",
    mentions_only: Annotated[
        bool,
        typer.Option(
            "--mentions-only",
            help="Ask for no history scopes: acts in threads then need the mention, and a post whose answer was lost "
            "cannot be looked up.",
        ),
    ] = False,
) -> None:
    """Prints the Slack app manifest as JSON."""
    from bot.manifest import ManifestRefused, build_manifest

    try:
        built = build_manifest(url=url, prefix=prefix, mentions_only=mentions_only)
    except ManifestRefused as error:
        fail(Exit.USAGE, str(error))
    typer.echo(json.dumps(built, indent=2, ensure_ascii=False))
