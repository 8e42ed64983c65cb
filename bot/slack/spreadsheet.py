"""CSV that no spreadsheet runs."""

import csv
import io
from collections.abc import Iterable

# A cell that begins like a formula would be run (owasp.org/www-community/attacks/CSV_Injection; ASVS 5.0, 1.2.10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """For what people typed."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
