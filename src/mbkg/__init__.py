"""mbkg: China's medical-security budgets and final accounts as one RDF graph.

`documents` reads a file, `tables`, `sheets` and `narrative` find what it prints, `facts` says what that means, `graph` keeps
it, `ask` answers from it. Data flows down that list; imports point up it.
"""

__version__ = "0.1.0"
