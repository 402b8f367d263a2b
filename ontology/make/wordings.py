"""Write ontology/asking/wordings.letters.txt: for every rule of wordings.toml the letters without which it says nothing.

    python ontology/make/wordings.py

Compiling the rules takes longer than answering a question. A rule is compiled only for a text that holds one letter of each of its sets;
the sets are read off the rule's own pattern. The first line names the version of wordings.toml that they were read off.
"""

import hashlib
import re
import tomllib
from pathlib import Path
from re import _constants as op
from re import _parser as parser

from mbkg.ask.wording import patterns

ASKING = Path(__file__).resolve().parent.parent / "asking"
MOST = 5  # sets kept for a rule
WIDEST = 60  # a set with more letters tells too little


def letters(pattern: str) -> list[str]:
    """The sets of letters, smallest first, of each of which every match holds at least one."""
    if pattern.startswith("(?i)"):
        return []
    sets = {frozenset(found) for found in _needed(parser.parse(pattern)) if len(found) <= WIDEST}
    kept = [one for one in sets if not any(other < one for other in sets)]
    return ["".join(sorted(one)) for one in sorted(kept, key=lambda one: (len(one), sorted(one)))[:MOST]]


def _needed(parsed: "parser.SubPattern") -> list[frozenset[str]]:
    sets: list[frozenset[str]] = []
    for kind, value in parsed:
        if kind is op.LITERAL:
            sets.append(frozenset(chr(value)))
        elif kind is op.IN:
            plain = [chr(code) for name, code in value if name is op.LITERAL]
            sets += [frozenset(plain)] if len(plain) == len(value) else []
        elif kind is op.BRANCH:
            sides = [_needed(side) for side in value[1]]
            if all(sides):
                sets.append(frozenset().union(*(min(side, key=len) for side in sides)))
        elif kind is op.SUBPATTERN:
            sets += _needed(value[3])
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0]:
            sets += _needed(value[2])
        elif kind is op.ASSERT:
            sets += _needed(value[1])
    return sets


def lines(source: bytes) -> list[str]:
    """The version of a rule file, and the sets of each of its rules.

    Raises:
        re.error: a rule cannot be compiled; it stops here, not at somebody's question.
    """
    rules = patterns(tomllib.loads(source.decode()))
    for pattern in (pattern for rule in rules for pattern in rule):
        re.compile(pattern)
    return [hashlib.sha1(source).hexdigest(), *(" ".join(letters(said)) or "-" for said, _ in rules)]


def main() -> None:
    found = lines((ASKING / "wordings.toml").read_bytes())
    (ASKING / "wordings.letters.txt").write_text("\n".join(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
