"""A real Chromium on the page, and a small app behind it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from bot.manifest import build_manifest
from bot.sandbox.run import Sandbox, sandbox
from tests.browser.app import Heard, connected
from tests.browser.page import SandboxPage

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# What a test brings about on purpose: a refusal of the client's own, a broken line.
EXPECTED = ("409", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")


def chromium() -> str:
    """Where it is; a missing browser fails the run, it does not skip it."""
    path = os.environ.get("COUNTERSIGN_CHROMIUM") or "/usr/bin/chromium"
    assert shutil.which(path), f"no Chromium at {path}: set COUNTERSIGN_CHROMIUM"
    return path


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture
async def running() -> AsyncIterator[Sandbox]:
    async with sandbox(None, 0, build_manifest()) as started:
        yield started


@pytest.fixture
async def heard(running: Sandbox) -> AsyncIterator[Heard]:
    """What the small app was sent."""
    heard = Heard()
    handler = connected(running.space, heard)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await running.space.feed.wait_until(lambda: bool(running.space.delivery.sockets.connections), 30)
    yield heard
    await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport={"width": 1280, "height": 820}, timezone_id="Europe/Berlin")
    yield made
    await made.close()


@asynccontextmanager
async def watched(context: BrowserContext, address: str) -> AsyncIterator[SandboxPage]:
    """Whatever the browser complains of fails the test, and so does any request to somebody else."""
    complaints: list[str] = []
    tab = await context.new_page()
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else complaints.append(asked.url))
    opened = SandboxPage(tab, address)
    await opened.open()
    yield opened
    await tab.close()
    assert [line for line in complaints if not any(known in line for known in EXPECTED)] == []


@pytest.fixture
async def page(context: BrowserContext, running: Sandbox) -> AsyncIterator[SandboxPage]:
    """Tess's page."""
    async with watched(context, running.page) as opened:
        yield opened
