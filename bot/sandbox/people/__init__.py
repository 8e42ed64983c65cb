"""What a person does in the client: each act builds Slack's payload, delivers it, and applies the answer."""
