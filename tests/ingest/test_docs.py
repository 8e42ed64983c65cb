"""The commands of docs/builds.md, run as they stand there against a server that listens."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.ingest.routes import ingest_routes
from bot.ingest.secrets import Source, secret_of
from bot.transports.http import build_http
from bot.transports.server import HttpServer
from tests.commandline.test_importing import Checkout
from tests.ingest.conftest import TOKEN
from tests.services.acting import Shop

PAGE = Path(__file__).parents[2] / "docs" / "builds.md"


def commands() -> str:
    """The block after "## From CI"."""
    section = PAGE.read_text().partition("## From CI")[2]
    block = re.search(r"(?:^    .*\n)+", section, re.MULTILINE)
    assert block
    return re.sub(r"^    ", "", block[0], flags=re.MULTILINE)


async def nothing() -> list[object]:
    return []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.commit("Begin")
    made.git("tag", "2.4.0-rc2")
    return made


async def test_what_the_page_tells_ci_to_run_registers_the_build(shop: Shop, checkout: Checkout) -> None:
    shop.plan("2.4")
    key = shop.file(release="2.4")
    sha = checkout.commit(f"Round each line — “all” of them\n\nFixes: {key}")
    server = HttpServer(build_http(None, nothing, ingest_routes(TOKEN, shop.workspace.units)), "127.0.0.1", 0)  # type: ignore[arg-type]
    await server.start()
    script = commands().replace("https://defects.example.com", server.address).replace("T0123", shop.workspace.team)
    secret = secret_of(TOKEN, Source.CI, shop.workspace.team)
    process = await asyncio.create_subprocess_exec(
        "bash", "-euc", f"SECRET={secret}\n{script}", cwd=checkout.path, stdout=-1, stderr=-1
    )
    said, errors = await asyncio.wait_for(process.communicate(), 60)
    await server.stop()
    assert process.returncode == 0, (said, errors)
    assert f'"fixed":["{key}"]'.encode() in said
    assert (shop.defect(key).fix_commit, shop.build_of(key, "fixed_in")) == (sha, "2.4.0-rc3")
