"""A drawing process that takes no time: any numbers give the smallest picture."""

import sys

if __name__ == "__main__":
    sys.stdin.buffer.read()
    sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" + bytes(64))
