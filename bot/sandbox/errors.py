"""Refusals of the workspace.

`SlackError` is what a Web API method answers (`{"ok": false, "error": code, ...}`); `PersonCannot` is what a
client would not let a person do at all (no payload is sent to the app).
"""

from __future__ import annotations

from bot.sandbox.types import Json


class SandboxError(Exception):
    """Root of everything the workspace refuses."""


class SlackError(SandboxError):
    """A refusal with Slack's own code; `fields` are merged into the answer beside `error`."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code)
        self.code = code
        self.fields: Json = dict(fields)

    def body(self) -> Json:
        return {"ok": False, "error": self.code, **self.fields}


class PortTaken(SandboxError):
    """Something else listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken by another program: stop it, or choose another port (0 takes a free one)."
        )
        self.port = port


class StateUnreadable(SandboxError):
    """What an earlier run left cannot be read."""

    def __init__(self, path: object, reason: object) -> None:
        super().__init__(f"{path} cannot be read ({reason}). Start once with --fresh to begin anew.")


class PersonCannot(SandboxError):
    """The client refuses before anything leaves it: no such button, not a member, a command inside a thread."""


def wrong_arguments(*messages: str) -> SlackError:
    """`invalid_arguments` with the lines Slack puts into `response_metadata.messages`."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {line}" for line in messages]})
