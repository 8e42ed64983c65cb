"""Every human-visible word, one Jinja text template per message kind."""
