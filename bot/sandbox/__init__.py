"""An embedded Slack-compatible workspace; it knows nothing of the bot."""
