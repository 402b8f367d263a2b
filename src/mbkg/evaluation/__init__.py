"""Evaluating: questions with gold answers are asked, every answer is marked, and the marks are added up.

    gold file ─► questions ─► answers ─► marks ─► summary

The gold is one JSON object a line (`gold.py` says which fields); marking is done on meaning, never on wording: numbers after conversion of
their units, names by all their short forms, refusals by what is said. An unanswerable question is right exactly where it is refused.
"""

from __future__ import annotations

from mbkg.evaluation.gold import read_answers, read_gold
from mbkg.evaluation.marking import Mark, mark
from mbkg.evaluation.summary import Marked, summary, summary_text

__all__ = ["Mark", "Marked", "mark", "read_answers", "read_gold", "summary", "summary_text"]
