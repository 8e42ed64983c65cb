"""JUnit XML as test runners write it (github.com/testmoapp/junitxml describes what is common to them).

    python -m bot.ingest.junit < report.xml

prints the executions as JSON, a list of PORTION to a line: a serving process reads large reports in a child of its own,
since whoever waits for an answer would wait for the parser.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from bot.domain.failures import fingerprint
from bot.domain.results import BAD, Execution, Outcome, settled
from bot.ingest.executions import Unreadable, packed, portions

LIMIT = 10 << 20  # bytes
MOST = 50_000  # cases
LONGEST = 2_000  # characters of a name or a message
READ = 2 * LONGEST  # of a message, before what says nothing is left out
# `TC_7` too: a name in Java, Go or Python holds no hyphen.
_KEY = re.compile(r"(?<![A-Za-z0-9])TC[-_]([1-9][0-9]{0,8})(?![A-Za-z0-9])", re.IGNORECASE)
# A property that names the test case, as test management tools call it.
_KEY_PROPERTIES = frozenset({"test_key", "testcase", "test_case", "test_id", "tc"})
# Surefire: failed, and passed when it was run again (maven.apache.org/surefire, rerunFailingTestsCount).
_FLAKY = frozenset({"flakyfailure", "flakyerror"})
# gotestsum: this and nothing else is the message of whatever failed; the text says what, among go test's own lines.
_EMPTY = "Failed"
_GO = re.compile(r"^[ \t]{0,80}(?:=== (?:RUN|PAUSE|CONT|NAME)|--- (?:FAIL|SKIP|PASS):).*$", re.MULTILINE)


def read_junit(report: bytes) -> list[Execution]:
    """One per case. Raises Unreadable: no XML, a document type with entities, no test case, more than MOST."""
    if len(report) > LIMIT:
        raise Unreadable(f"The report is larger than {LIMIT >> 20} MiB.")
    found: list[Execution] = []
    try:
        for element in _cases(report):
            found.append(_execution(element))
            if len(found) > MOST:
                raise Unreadable(f"The report has more than {MOST:,} test cases; send it in parts.")
    except ParseError as error:
        line, column = error.position
        what = str(error).partition(":")[0]
        raise Unreadable(f"This is no XML: {what} at line {line}, column {column + 1}.") from error
    except DefusedXmlException as error:
        raise Unreadable("A document type with entities is not read; JUnit reports have none.") from error
    except (ValueError, LookupError) as error:
        raise Unreadable(f"This cannot be read: {error}.") from error
    if not found:
        raise Unreadable("There is no <testcase> in it.")
    return [_marked(execution) for execution in settled(found)]


def _marked(execution: Execution) -> Execution:
    if execution.outcome not in BAD:
        return execution
    return replace(execution, fingerprint=fingerprint(execution.case, execution.message))


def _cases(report: bytes) -> Iterator[Element]:
    """Each is forgotten when it was read."""
    inside: list[Element] = []
    for event, element in iterparse(io.BytesIO(report), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            inside.append(element)
            continue
        inside.pop()
        if _tag(element) == "testcase":
            yield element
            element.clear()
        elif _tag(element) == "testsuite":
            element.clear()


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower()


def _execution(case: Element) -> Execution:
    name, group = case.get("name", "").strip(), case.get("classname", "").strip()
    # Jest and Mocha write the whole name, and a part of it as the class.
    said_already = name.startswith(group) or name.endswith(group)
    whole = name or group if said_already else f"{group}::{name}"
    if not whole:
        raise ValueError("a <testcase> without a name")
    outcome, message, flaky = _outcome(case)
    return Execution(whole[:LONGEST], outcome, _seconds(case.get("time", "")), message, _key(case, whole), flaky)


def _outcome(case: Element) -> tuple[Outcome, str, bool]:
    children = {_tag(child): child for child in case}
    for tag, outcome in (("error", Outcome.ERROR), ("failure", Outcome.FAILED), ("skipped", Outcome.SKIPPED)):
        if tag in children:
            return outcome, _message(children[tag]), False
    flaky = next((children[tag] for tag in children if tag in _FLAKY), None)
    return Outcome.PASSED, "" if flaky is None else _message(flaky), flaky is not None


def _message(element: Element) -> str:
    message, text = element.get("message") or "", (element.text or "").strip()
    said = text or message if message == _EMPTY else message or text or element.get("type") or ""
    said = said[:READ].replace("\x00", "")
    return (_GO.sub("", said).strip() or message)[:LONGEST]


def _seconds(text: str) -> float:
    """`1,234.5` too; what is no number is 0."""
    try:
        seconds = float(text.replace(",", ""))
    except ValueError:
        return 0.0
    return seconds if 0 <= seconds < 1e9 else 0.0


def _key(case: Element, name: str) -> str | None:
    """A property that names it, else a key within its name."""
    for each in case.iter():
        if _tag(each) == "property" and each.get("name", "").lower() in _KEY_PROPERTIES:
            value = each.get("value") or (each.text or "")
            if found := _KEY.fullmatch(value.strip()):
                return f"TC-{found[1]}"
    found = _KEY.search(name)
    return f"TC-{found[1]}" if found else None


def main() -> int:
    try:
        for portion in portions(read_junit(sys.stdin.buffer.read(LIMIT + 1))):
            sys.stdout.write(json.dumps([packed(each) for each in portion]) + "\n")
    except Unreadable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
