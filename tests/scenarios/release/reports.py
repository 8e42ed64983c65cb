"""The reports of the release's test runs, written by pytest itself over a small shop's tests."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.scenarios.release.plan import BY_KEY, BY_NAME, BY_PROPERTY, function_of

# One child for all runs: it takes longer to begin than to test.
CHILD = """\
import json, os, pytest, sys
for run, found in json.loads(sys.stdin.read()).items():
    os.environ["FOUND"] = json.dumps(found)
    pytest.main(["-q", "-p", "no:cacheprovider", f"--junitxml={run}.xml", "test_shop.py"])
"""
HEAD = """\
import json
import os

import pytest


def buys(key):
    outcome, _, why = json.loads(os.environ["FOUND"]).get(key, "passed").partition(": ")
    if outcome == "skipped":
        pytest.skip(why)
    if outcome == "broken":
        raise OSError(why)
    if outcome == "failed":
        raise AssertionError(why)


@pytest.mark.parametrize("key", {by_property})
def test_checks_out(key, record_property):
    record_property("test_key", f"TC-{{key}}")
    buys(f"TC-{{key}}")


@pytest.mark.parametrize("key", {by_key})
def test_pays(key):
    buys(key)
"""
EACH = """

def {name}():
    buys("{key}")
"""


def written(folder: Path, runs: Mapping[str, Mapping[str, str]]) -> dict[str, bytes]:
    """Run -> its report. `runs`: run -> key of a test case -> `failed: why` and the like, for all that do not pass."""
    by_key = [f"TC-{number}" for number in BY_KEY]
    text = HEAD.format(by_property=[str(number) for number in BY_PROPERTY], by_key=by_key)
    text += "".join(EACH.format(name=function_of(number), key=f"TC-{number}") for number in BY_NAME)
    (folder / "test_shop.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    subprocess.run(
        [sys.executable, "-c", CHILD],
        cwd=folder,
        input=json.dumps(runs),
        env=own,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return {run: (folder / f"{run}.xml").read_bytes() for run in runs}
