"""Tables, projects and statements become BudgetFacts: one figure about the world each, with every place that prints it."""

from mbkg.facts.model import BudgetFact, Coordinates, Evidence
from mbkg.facts.report import report_facts

__all__ = ["BudgetFact", "Coordinates", "Evidence", "report_facts"]
