"""How Slack's requests reach the handlers: signed HTTP or Socket Mode, one set of handlers for both."""
