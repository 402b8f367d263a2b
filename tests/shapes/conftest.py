"""The fixtures of this folder: one small Turtle file for every outcome that a rule can give.

`<rule id>/<outcome>.ttl`, or `<outcome>.<remark>.ttl` where one outcome has several ways to come about; how one looks is told in README.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
