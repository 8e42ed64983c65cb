"""Drawing processes that misbehave; the release's name, in the numbers on stdin, says how."""

import json
import os
import sys
import time
from pathlib import Path

from bot.charts.limits import bound_memory

BEHAVIOUR = json.load(sys.stdin)["release"]
if BEHAVIOUR == "hangs":
    (Path(os.environ["MPLCONFIGDIR"]) / "pid").write_text(str(os.getpid()))
    time.sleep(60)
elif BEHAVIOUR == "raises":
    raise RuntimeError("no font")
elif BEHAVIOUR == "greedy":
    bound_memory()
    bytearray(4 << 30)
elif BEHAVIOUR == "tells":
    os.write(1, b"\x89PNG" + json.dumps(sorted(os.environ)).encode())
else:
    sys.stdout.write("not a picture")
