"""How far a release is signed, and the buttons that sign it: each carries what it showed."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.signoffs import Signoff
from bot.domain.turning import Signing
from bot.services.readiness import ReleaseStatus
from bot.slack.acts import act_button
from bot.slack.blocks import Json, actions, section
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import Act
from bot.slack.mrkdwn import render
from bot.slack.names import Names
from bot.slack.voices import Voice, slack


def signing_blocks(status: ReleaseStatus, voice: Voice, signing: Signing | None, at: datetime | None) -> Iterator[Json]:
    """`at`: of another instant nothing can be signed. Nothing where nobody is asked to sign."""
    if signing is None or status.release.shipped_at is not None:
        return
    waived = any(gate.waived for gate in status.readiness.gates)
    if status.policy.signoffs or waived:
        yield section(signatures(status, voice, signing))
        if at is None:
            yield actions(*sign_buttons(status, signing))
    if signing.edit is not None:
        yield section(render("release/signatures", "edit", s=status, g=signing, **voice.facts()))
        if at is None:
            extra = {"number": str(signing.edit.policy.version)}
            yield actions(act_button(Act("sign_gates", status.view.project.prefix, extra=extra)))


def again_message(status: ReleaseStatus, signing: Signing, signoff: Signoff, names: Names) -> Json:
    """To whoever signed what has changed since: what did, and the buttons that sign what stands."""
    covered = all(gate.stands for gate in status.readiness.gates)
    facts = {"s": status, "g": signing, "signed": signoff, "covered": covered}
    words = render("release/signatures", "again", **facts, **slack(names).facts())
    return {"text": words, "blocks": [section(words), actions(*sign_buttons(status, signing))]}


def signatures(status: ReleaseStatus, voice: Voice, signing: Signing) -> Mrkdwn:
    holders = {role: status.view.project.policy.holders(frozenset({role})) for role in status.policy.signoffs}
    return render("release/signatures", "roles", s=status, g=signing, holders=holders, **voice.facts())


def sign_buttons(status: ReleaseStatus, signing: Signing) -> Iterator[Json]:
    """Go only where every gate passes or is waived; it ships once all have signed."""
    extra = {"snapshot": status.snapshot.hash, "at": status.at.isoformat()}
    covered = all(gate.stands for gate in status.readiness.gates)
    if covered and not signing.signatures.complete:
        yield act_button(Act("go", status.view.named, extra=extra), style="primary")
    if covered and signing.signatures.complete:
        yield act_button(Act("ship", status.view.named), style="primary")
    yield act_button(Act("nogo", status.view.named, extra=extra), 1)
