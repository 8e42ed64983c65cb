"""How payloads reach the app: over its websockets or, signed, at its request URL."""
