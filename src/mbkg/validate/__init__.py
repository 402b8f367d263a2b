"""Accounting rules proved on the graph: which printed figures tie out, which do not, and which could not be checked.

A rule is a SHACL shape in `shapes/` whose focus node is a report; nothing of a rule is written in Python. Here shapes are loaded, run and
their results turned into findings with places, causes and counts.
"""
