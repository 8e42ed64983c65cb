"""One whole release, day by day, over both transports: what happens, what each morning's digest says, and why."""
