"""Slack to us: what Slack can send, parsed, handed to a use case, answered."""
