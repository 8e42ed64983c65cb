"""A report is read in a child process: a serving process answers people meanwhile, and a parser in a thread of its own
would hold the interpreter."""

import asyncio
import hashlib
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator

from bot.domain.results import Execution
from bot.ingest.executions import Unreadable, unpacked

SECONDS = 60.0


async def read_apart(report: bytes) -> Iterator[Execution]:
    """Raises Unreadable."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.ingest.junit", stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        told, trouble = await asyncio.wait_for(child.communicate(report), SECONDS)
    except TimeoutError:
        raise Unreadable(f"The report could not be read within {SECONDS:g} s.") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise Unreadable(trouble.decode(errors="replace").strip().splitlines()[-1])
    return (unpacked(each) for line in told.splitlines() for each in json.loads(line))


def checksum(report: bytes) -> str:
    return hashlib.sha256(report).hexdigest()
