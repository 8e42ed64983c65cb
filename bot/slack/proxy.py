"""Which proxy a request takes, by the environment's HTTPS_PROXY and NO_PROXY.

slack_sdk ignores NO_PROXY and sends even 127.0.0.1 through the proxy; aiohttp's `trust_env` knows no proxy for
`wss:` and lets ~/.netrc overwrite the token's header. So the address is decided here and passed on.
"""

import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_ALIKE = {"ws": "http", "wss": "https"}


def proxy_for(url: str) -> str | None:
    """The proxy's address, or None to connect directly; loopback addresses never take one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_this_machine(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(_ALIKE.get(parts.scheme, parts.scheme)) or proxies.get("all")


def is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
