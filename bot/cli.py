"""The command line: the table of its commands. `countersign --help` imports nothing that takes time."""

import typer

from bot.commandline import audit, config, gates, importing, tracing, workspace
from bot.commandline.backup import backup
from bot.commandline.decision import decision
from bot.commandline.digest import digest
from bot.commandline.doctor import doctor
from bot.commandline.erase import erase
from bot.commandline.exits import EXIT_CODES
from bot.commandline.export import export
from bot.commandline.learn import learn
from bot.commandline.manifest import manifest
from bot.commandline.migrate import migrate
from bot.commandline.partition import partition
from bot.commandline.quality import quality
from bot.commandline.sandbox import sandbox
from bot.commandline.serve import serve

app = typer.Typer(
    name="countersign",
    help="Countersign: defects under control from the first complaint to the hour a release ships.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: quicker by half, and the same on every terminal
    pretty_exceptions_enable=False,  # its traces would show local variables, secrets among them
)
app.command()(sandbox)
app.command()(serve)
app.command()(migrate)
app.command()(partition)
app.command()(doctor)
app.command()(digest)
app.command()(decision)
app.command()(quality)
app.command()(export)
app.command()(backup)
app.command()(erase)
app.command()(learn)
app.command()(manifest)
app.add_typer(audit.app, name="audit")
app.add_typer(gates.app, name="gates")
app.add_typer(importing.app, name="import")
app.add_typer(tracing.app, name="trace")
app.add_typer(config.app, name="config")
app.add_typer(workspace.app, name="workspace")
app.add_typer(workspace.keys, name="keys")


def main() -> None:
    app()
