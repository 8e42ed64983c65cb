"""The digest as Markdown: the same facts and words, complete, for a terminal, a file or a release page."""

from collections.abc import Iterator, Mapping

from bot.services.digest_facts import DigestFacts
from bot.slack.digests import EVERYTHING, LIMITS, Digest
from bot.slack.escaping import Mrkdwn, plain
from bot.slack.voices import markdown


def digest_markdown(facts: DigestFacts, names: Mapping[str, str]) -> str:
    """Ends with a newline. Its lists are whole, since nothing limits them here."""
    voice = markdown(names, facts.status.view.project.timezone)
    digest = Digest(facts, voice)
    parts = [digest.part("quiet"), digest.part("mark")] if facts.quiet else _parts(digest)
    return "\n\n".join(plain(part) for part in parts if part) + "\n"


def _parts(digest: Digest) -> Iterator[Mrkdwn]:
    yield digest.headline()
    yield digest.part("turned")
    yield digest.part("since")
    yield _titled(digest.part("gates_title"), digest.gates(EVERYTHING))
    for name in LIMITS:
        yield _titled(*digest.listed(name, EVERYTHING).split("\n", 1))
    if digest.facts.trend:
        yield digest.part("quality")
    if digest.facts.gaps:
        yield digest.part("gaps")
    yield _titled(*digest.ending().split("\n", 1))
    yield _titled(*digest.unsigned().split("\n", 1))
    yield digest.part("mark")


def _titled(title: str = "", lines: str = "") -> Mrkdwn:
    return Mrkdwn(f"{title}\n\n{lines}") if lines else Mrkdwn(title)
