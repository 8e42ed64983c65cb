"""What a drawing process may take of the machine."""

import sys

MEMORY = 1 << 30  # bytes of address space; drawing needs about a third of it


def bound_memory(most: int = MEMORY) -> None:
    """From here on this process fails to allocate past `most`. Nothing where the system has no such limit."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX alone

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
