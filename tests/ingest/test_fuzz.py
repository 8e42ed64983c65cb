"""Signed reports that are none: real ones with something broken, other encodings, other content types, nothing at all.
Each is answered in words of ours, and nothing is logged as a mistake of our own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from bot.ingest.secrets import Source
from tests.faults.fuzz import JUNK, TRACES, broken, listening
from tests.ingest.conftest import TOKEN, Ci
from tests.services.acting import Shop

COMMIT = {"id": "abc1234def", "sha": "abc1234def", "message": "Round once\n\nFixes: DEF-1", "url": "https://x/c/1"}
REQUEST = {"merged": True, "title": "Fixes: DEF-1", "body": "x", "merge_commit_sha": "abc1234", "base": {"ref": "main"}}
MERGED = {"action": "merge", "state": "merged", "title": "x", "target_branch": "main", "last_commit": COMMIT}
PROJECT = {"default_branch": "main"}
REAL: Mapping[tuple[Source, str], Mapping[str, Any]] = {
    (Source.CI, ""): {"release": "2.4", "build": "2.4.0-rc1", "commits": [COMMIT]},
    (Source.GITHUB, "push"): {"ref": "refs/heads/main", "repository": PROJECT, "commits": [COMMIT]},
    (Source.GITHUB, "pull_request"): {"action": "closed", "repository": PROJECT, "pull_request": REQUEST},
    (Source.GITLAB, "Push Hook"): {"ref": "refs/heads/main", "project": PROJECT, "commits": [COMMIT]},
    (Source.GITLAB, "Merge Request Hook"): {"project": PROJECT, "object_attributes": MERGED},
}
EVENT = {Source.GITHUB: "X-GitHub-Event", Source.GITLAB: "X-GitLab-Event"}
XML = b'<testsuite name="a"><testcase classname="c" name="TC-1"><failure message="m">x</failure></testcase></testsuite>'
TYPES = ("application/json", "application/xml; charset=utf-16", "multipart/form-data; boundary=x", "text/plain", "\xff")
ANSWERED = {200, 400, 413, 422}
Send = Callable[..., None]


def throw(send: Send) -> None:
    quick = settings(max_examples=50, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    anything = st.one_of(st.binary(max_size=200), JUNK.map(lambda junk: json.dumps(junk).encode()))
    encodings = st.sampled_from(["utf-8", "utf-16", "utf-32", "latin-1"])
    doors = st.sampled_from(sorted(REAL))
    types = st.sampled_from(TYPES)

    @seed(1)
    @quick
    @given(doors, st.data(), encodings, types)
    def real_ones_broken(door: tuple[Source, str], data: st.DataObject, encoding: str, type_: str) -> None:
        body = json.dumps(data.draw(broken([REAL[door]])), ensure_ascii=data.draw(st.booleans()))
        send(*door, body.encode(encoding, "replace"), type_)

    @seed(2)
    @quick
    @given(doors, anything, types)
    def nothing_at_all(door: tuple[Source, str], raw: bytes, type_: str) -> None:
        send(*door, raw, type_)

    @seed(3)
    @quick
    @given(st.integers(0, len(XML)), anything, st.integers(0, len(XML)), types)
    def results_broken(start: int, raw: bytes, end: int, type_: str) -> None:
        send(Source.CI, "", XML[:start] + raw + XML[end:], type_, path="junit", query="&release=2.4&build=2.4.0-rc1")

    real_ones_broken()
    nothing_at_all()
    results_broken()


async def test_whatever_a_signed_report_holds_it_is_answered_in_words(ci: Ci, shop: Shop) -> None:
    shop.plan("2.4")
    shop.file()
    loop, answers = asyncio.get_running_loop(), list[httpx.Response]()

    async def take(source: Source, event: str, raw: bytes, type_: str, path: str, query: str) -> None:
        told = {EVENT[source]: event} if source in EVENT else {}
        answers.append(await ci.posts(source, raw, path=path, query=query, **told, **{"Content-Type": type_}))

    def send(source: Source, event: str, raw: bytes, type_: str, path: str = "", query: str = "") -> None:
        asyncio.run_coroutine_threadsafe(take(source, event, raw, type_, path, query), loop).result(60)

    with listening() as ear:
        await asyncio.to_thread(throw, send)
    assert not ear.heard
    assert len(answers) >= 150
    assert {answer.status_code for answer in answers} <= ANSWERED
    assert {200, 422} <= {answer.status_code for answer in answers}
    assert [a.text for a in answers if any(trace in a.text for trace in (*TRACES, TOKEN))] == []
