"""What `/readyz` asks: each part of the process says whether it can work, and if not, why."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

DEADLINE = 2.0  # seconds; a part that hangs is not ready


@dataclass(frozen=True, slots=True)
class Check:
    """`reason`: one sentence, also when all is well ("2 of 2 connections"); it must hold no secret. `blocks`: a process
    that fails it should get no requests, because another one may answer better."""

    name: str
    ok: bool
    reason: str
    blocks: bool = True


Checks = Callable[[], Awaitable[Sequence[Check]]]


async def readiness(checks: Checks, deadline: float = DEADLINE) -> tuple[bool, dict[str, object]]:
    """(ready, the JSON body). A set of checks that does not answer in time is a failed check."""
    try:
        async with asyncio.timeout(deadline):
            found = list(await checks())
    except TimeoutError:
        found = [Check("readiness", False, f"no answer within {deadline:g} s")]
    ready = all(check.ok for check in found if check.blocks)
    return ready, {
        "ready": ready,
        "checks": [{"name": check.name, "ok": check.ok, "reason": check.reason} for check in found],
    }
