"""The digest as Slack draws it: one root message within the limits, the long lists in its thread."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.services.digest_facts import Counted, DigestFacts, Section
from bot.slack import voices
from bot.slack.acts import ACTION, act_button
from bot.slack.blocks import Json, actions, context, option, overflow, section
from bot.slack.chunks import chunked
from bot.slack.elements import button
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import OPTION_VALUE, Act, action_id, encode
from bot.slack.mrkdwn import render, render_plain
from bot.slack.releases import SHOWN, buttons, gates, people_of, text_of, words
from bot.slack.signing import sign_buttons, signatures

PEOPLE = 10
# A message holds 13,200 characters over all its blocks (slack-api: msg_blocks_too_long).
CHUNKS = 4
EVERYTHING = 10_000


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest in one voice; each method is one of its parts, empty where there is nothing to say."""

    facts: DigestFacts
    voice: voices.Voice

    def part(self, block: str, shown: int = SHOWN, **more: object) -> Mrkdwn:
        status = self.facts.status
        return render("digest", block, f=self.facts, s=status, shown=shown, **self.voice.facts(), **more)

    def headline(self) -> Mrkdwn:
        was = self.facts.since.verdict
        return words(self.facts.status, self.voice, "release/status", "headline", was=was, as_of=None)

    def gates(self, shown: int = SHOWN) -> Mrkdwn:
        return gates(self.facts.status, self.voice, shown)

    def ending(self) -> Mrkdwn:
        return self.part("ending") if self.facts.ending else Mrkdwn()

    def unsigned(self) -> Mrkdwn:
        """How far it is signed, while that is not far enough."""
        signing = self.facts.signing
        return signatures(self.facts.status, self.voice, signing) if signing else Mrkdwn()

    def listed(self, name: Section, shown: int) -> Mrkdwn:
        """A titled list; empty when it has no entry."""
        if not lengths(self.facts)[name]:
            return Mrkdwn()
        title = self.part("queue_title" if name is Section.QUEUE else f"{name.value}_title")
        return _lines(title, self.part(name.value, shown))


def lengths(facts: DigestFacts) -> Mapping[Section, int]:
    return {Section.BLOCKERS: len(facts.blockers), Section.QUEUE: len(facts.queue), Section.NEXT: len(facts.next)}


# How many entries of each list the root message shows.
LIMITS = {Section.BLOCKERS: SHOWN, Section.QUEUE: SHOWN, Section.NEXT: PEOPLE}


def people_in(facts: DigestFacts) -> frozenset[str]:
    """Everybody whom the digest may name: their names are looked up before it is drawn."""
    return people_of(facts.status) | facts.people


def digest_message(facts: DigestFacts, names: Mapping[str, str]) -> Json:
    """The root message; `names`: Slack id -> display name of `people_in`. A quiet day is one line."""
    digest = Digest(facts, voices.slack(names))
    if facts.quiet:
        line = Mrkdwn(f"{digest.part('quiet')}  {digest.part('mark')}")
        return {"text": line, "blocks": [section(line)]}
    drawn = [*_root(digest), *buttons(facts.status, at=facts.status.at), context(digest.part("mark"))]
    return {"text": text_of(drawn), "blocks": drawn}


def detail_messages(facts: DigestFacts, names: Mapping[str, str]) -> list[Json]:
    """Replies in its thread: the lists that the root message could only begin. None on a quiet day."""
    if facts.quiet:
        return []
    digest = Digest(facts, voices.slack(names))
    long = [digest.listed(name, EVERYTHING) for name, limit in LIMITS.items() if lengths(facts)[name] > limit]
    if any(len(gate.offenders) > SHOWN for gate in facts.status.readiness.gates):
        long.insert(0, _lines(digest.part("gates_title"), digest.gates(EVERYTHING)))
    chunks = [section(Mrkdwn(chunk)) for text in (*long, *_counted_lists(digest)) for chunk in chunked(text)]
    return [_message(chunks[start : start + CHUNKS]) for start in range(0, len(chunks), CHUNKS)]


def picture_words(facts: DigestFacts) -> Mrkdwn:
    """What the picture shows, for who cannot see it and as the words beside it."""
    return render("digest", "picture", s=facts.status)


def _root(digest: Digest) -> Iterator[Json]:
    facts = digest.facts
    yield section(_lines(digest.headline(), digest.part("turned")))
    yield section(digest.part("since"), accessory=_behind(facts))
    yield section(_lines(digest.part("gates_title"), digest.gates()))
    for name, limit in LIMITS.items():
        text = digest.listed(name, limit)
        hidden = lengths(facts)[name] - limit
        if text:
            words = _lines(text, digest.part("more", number=hidden) if hidden > 0 else Mrkdwn())
            yield section(words, accessory=_listed(facts, name))
    if facts.trend:
        last = f"{facts.status.view.project.prefix}/{facts.trend[-1].release}"
        yield section(digest.part("quality"), accessory=act_button(Act("quality", last, extra=_at(facts))))
    if facts.gaps:
        yield section(digest.part("gaps"), accessory=act_button(Act("gaps", facts.status.view.named, extra=_at(facts))))
    yield from (section(text) for text in (digest.ending(), digest.unsigned()) if text)
    if facts.signing:
        yield actions(*sign_buttons(facts.status, facts.signing))


def _at(facts: DigestFacts) -> Mapping[str, str]:
    """What a button shows is of the digest's instant."""
    return {"at": facts.status.at.isoformat()}


def _listed(facts: DigestFacts, name: Section) -> Json | None:
    """The defects of a part, each with what can be done about it."""
    if not facts.id:
        return None
    act = Act("digest_list", facts.id, extra={"of": name.value})
    return button(render_plain("digest", "list_button"), action_id(ACTION), encode(act))


def _behind(facts: DigestFacts) -> Json | None:
    """The lists behind the counted numbers: a menu, or a button where there is only one."""
    acts = [
        (
            render_plain("digest", "counted_button", number=len(facts.since.keys(what)), what=what),
            Act("digest_list", facts.id, extra={"of": what}),
        )
        for what in Counted
        if facts.since.keys(what)
    ]
    if not acts or not facts.id:
        return None
    if len(acts) == 1:
        return button(acts[0][0], action_id(ACTION), encode(acts[0][1]))
    return overflow(action_id(ACTION), [option(label, encode(act, OPTION_VALUE)) for label, act in acts])


def _counted_lists(digest: Digest) -> Iterator[Mrkdwn]:
    """All keys behind a number, where a reader would otherwise have to press for them one list at a time."""
    for what in Counted:
        keys = digest.facts.since.keys(what)
        if len(keys) > SHOWN:
            yield _lines(digest.part(f"{what.value}_title"), Mrkdwn(", ".join(keys)))


def _message(blocks: list[Json]) -> Json:
    return {"text": text_of(blocks), "blocks": blocks}


def _lines(*texts: Mrkdwn) -> Mrkdwn:
    return Mrkdwn("\n".join(filter(None, texts)))
