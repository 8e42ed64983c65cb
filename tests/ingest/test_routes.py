"""CI systems and code hosts report; who may not, and what cannot be read, changes nothing."""

import json
from typing import Any

import pytest

from bot.ingest.secrets import Source, secret_of, signature
from bot.services import requests as ask
from storage.tables import builds
from tests.ingest.conftest import TOKEN, Ci
from tests.services.acting import TESS, Shop

FIX, REVERT = "1f3870be274f6c49b3e31a0c6728957f5a1d9c11", "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"


def report(*commits: Any, build: str = "2.4.0-rc1", release: str = "2.4") -> bytes:
    return json.dumps({"release": release, "build": build, "commits": commits}).encode()


def github_push(*messages: str, ref: str = "refs/heads/main") -> bytes:
    commits = [{"id": FIX, "message": text, "url": f"https://github.example/c/{FIX}", "added": []} for text in messages]
    return json.dumps({"ref": ref, "repository": {"id": 1, "default_branch": "main"}, "commits": commits}).encode()


def github_merge(text: str | None, *, merged: bool = True, base: str = "main") -> bytes:
    change = {
        "number": 7,
        "merged": merged,
        "merge_commit_sha": FIX,
        "title": "Round each line",
        "body": text,
        "html_url": "https://github.example/pull/7",
        "base": {"ref": base},
    }
    event = {"action": "closed", "number": 7, "repository": {"default_branch": "main"}, "pull_request": change}
    return json.dumps(event).encode()


def gitlab_push(*messages: str) -> bytes:
    commits = [{"id": FIX, "message": text, "url": f"https://gitlab.example/c/{FIX}"} for text in messages]
    return json.dumps({"ref": "refs/heads/main", "project": {"default_branch": "main"}, "commits": commits}).encode()


def gitlab_merge(text: str, **commits: Any) -> bytes:
    change = {"action": "merge", "target_branch": "main", "title": "Round", "description": text, **commits}
    return json.dumps({"project": {"default_branch": "main"}, "object_attributes": change}).encode()


async def test_ci_registers_a_build_and_hears_what_it_did(shop: Shop, ci: Ci) -> None:
    shop.plan("2.4")
    waits, named = shop.fixed(release="2.4"), shop.file(release="2.4")
    message = {"sha": FIX, "message": f"Round each line\n\nFixes: {named}, DEF-99", "link": "https://git.example/c/1"}
    answer = await ci.posts(Source.CI, report(REVERT, message))
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ok": True,
            "release": "2.4",
            "build": "2.4.0-rc1",
            "known": False,
            "bound": [waits],
            "fixed": [named],
            "reopened": [],
            "unchanged": [],
            "unknown": ["DEF-99"],
        },
    )
    assert shop.build_of(named, "fixed_in") == shop.build_of(waits, "fixed_in") == "2.4.0-rc1"
    again = await ci.posts(Source.CI, report(REVERT, message))
    assert (again.status_code, again.json()["known"]) == (200, True)
    assert shop.rows(builds) == 1


@pytest.mark.parametrize(
    ("source", "event", "body"),
    [
        (Source.GITHUB, "push", github_push("Fixes: DEF-1")),
        (Source.GITHUB, "pull_request", github_merge("What was wrong\r\n\r\nFixes: DEF-1\r\n")),
        (Source.GITLAB, "Push Hook", gitlab_push("Round\n\nFixes: DEF-1\n")),
        (Source.GITLAB, "Merge Request Hook", gitlab_merge("Fixes: DEF-1", merge_commit_sha=FIX)),
        (Source.GITLAB, "Merge Request Hook", gitlab_merge("Fixes: DEF-1", last_commit={"id": FIX})),
    ],
)
async def test_what_a_code_host_tells_is_fixed_in_the_next_build(
    shop: Shop, ci: Ci, source: Source, event: str, body: bytes
) -> None:
    shop.plan("2.4")
    key = shop.file(release="2.4")
    names = {
        Source.GITHUB: ("X-GitHub-Event", "X-GitHub-Delivery"),
        Source.GITLAB: ("X-Gitlab-Event", "Idempotency-Key"),
    }
    named, delivered = names[source]
    answer = await ci.posts(source, body, **{named: event, delivered: "delivery-1"})
    assert (answer.status_code, answer.json()["fixed"]) == (200, [key])
    assert (shop.defect(key).fix_commit, shop.build_of(key, "fixed_in")) == (FIX, None)
    again = await ci.posts(source, body, **{named: event, delivered: "delivery-1"})
    assert again.json() == {"ok": True, "known": True}
    assert (await ci.posts(Source.CI, report(FIX))).json()["bound"] == [key]
    assert shop.build_of(key, "fixed_in") == "2.4.0-rc1"


@pytest.mark.parametrize(
    ("event", "body", "query"),
    [
        ("push", github_push("Fixes: DEF-1", ref="refs/heads/try-it"), ""),
        ("push", github_push("Fixes: DEF-1"), "&branch=release/2.4"),
        ("pull_request", github_merge("Fixes: DEF-1", merged=False), ""),
        ("pull_request", github_merge("Fixes: DEF-1", base="try-it"), ""),
        ("ping", b'{"zen": "Fixes: DEF-1"}', ""),
    ],
)
async def test_what_reaches_no_build_says_nothing(shop: Shop, ci: Ci, event: str, body: bytes, query: str) -> None:
    key = shop.file()
    answer = await ci.posts(Source.GITHUB, body, query=query, **{"X-GitHub-Event": event})
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "ignored": event})
    assert shop.status(key) == "new"


async def test_a_release_branch_counts_where_the_address_names_it(shop: Shop, ci: Ci) -> None:
    key = shop.file()
    body = github_push(f"Fixes: {key}", ref="refs/heads/release/2.4")
    await ci.posts(Source.GITHUB, body, query="&branch=main&branch=release/2.4", **{"X-GitHub-Event": "push"})
    assert shop.status(key) == "resolved"


@pytest.mark.parametrize("source", list(Source))
@pytest.mark.parametrize("forged", ["", "sha256=", "sha256=" + "0" * 64, "ümlaut", "another's"])
async def test_whatever_is_not_signed_with_the_right_secret_is_refused(
    shop: Shop, ci: Ci, source: Source, forged: str
) -> None:
    shop.plan("2.4")
    body = report()
    if forged == "another's":
        other = secret_of(TOKEN, source, "T0OTHER")
        forged = other if source is Source.GITLAB else signature(other, body)
    answer = await ci.posts(source, body, signed=forged)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_signature")
    assert TOKEN not in answer.text
    assert secret_of(TOKEN, source, shop.workspace.team) not in answer.text
    assert shop.rows(builds) == 0


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "JSON"),
        (b"[]", "object"),
        (report(release=""), "release"),
        (report("no hash"), "commits.0"),
        (json.dumps({"release": "2.4", "build": "rc1", "comits": []}).encode(), "comits"),
        (report(build="x" * 201), "build"),
        ('{"release": "2.4"'.encode("utf-16"), "JSON"),
    ],
)
async def test_what_cannot_be_read_is_told_with_its_place_and_changes_nothing(
    shop: Shop, ci: Ci, body: bytes, place: str
) -> None:
    shop.plan("2.4")
    answer = await ci.posts(Source.CI, body)
    assert (answer.status_code, answer.json()["error"]) == (422, "unreadable")
    assert place in answer.json()["message"]
    assert shop.rows(builds) == 0


async def test_what_is_refused_is_told_in_the_words_that_people_get(shop: Shop, ci: Ci) -> None:
    shop.plan("2.4")
    answer = await ci.posts(Source.CI, report(release="2.5"))
    assert answer.status_code == 422
    assert "2.4" in answer.json()["message"]
    assert "<" not in answer.json()["message"]


async def test_a_report_for_no_workspace_and_one_that_is_too_large_are_refused(ci: Ci) -> None:
    assert (await ci.http.post("/ingest/build", content=b"{}")).json()["error"] == "no_team"
    assert (await ci.posts(Source.CI, b" " * ((10 << 20) + 1))).status_code == 413


async def test_a_store_that_is_gone_is_said_and_the_report_can_be_sent_again(shop: Shop, ci: Ci) -> None:
    shop.plan("2.4")
    await shop.workspace.store.close()
    answer = await ci.posts(Source.CI, report())
    assert (answer.status_code, answer.json()["error"]) == (503, "not_saved")
    assert answer.json()["message"] == "Not saved, nothing changed. Send it again."


async def test_a_revert_that_is_pushed_takes_the_fix_back(shop: Shop, ci: Ci) -> None:
    shop.plan("2.4")
    key = shop.file(release="2.4")
    await ci.posts(Source.CI, report({"sha": FIX, "message": f"Fixes: {key}"}))
    shop.do(ask.VerifyPass(key), TESS)
    body = json.dumps(
        {
            "ref": "refs/heads/main",
            "repository": {"default_branch": "main"},
            "commits": [{"id": REVERT, "message": f'Revert "Round"\n\nThis reverts commit {FIX}.'}],
        }
    ).encode()
    answer = await ci.posts(Source.GITHUB, body, **{"X-GitHub-Event": "push"})
    assert answer.json()["reopened"] == [key]
    assert shop.status(key) == "triaged"
