"""The one alias for what goes over Slack's wires."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
