"""Us to Slack: blocks, words, limits, the gateway."""
