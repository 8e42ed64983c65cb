"""What Slack takes, and what it refuses: every block, element and view with its limits."""
