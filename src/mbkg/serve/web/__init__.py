"""The page: what people see, rendered on the server, usable without scripts.

routes ─ the paths; hands each page to an evaluator as the job `page`, keeps what was rendered for a generation
views/ ─ graph and parameters to what a template shows, one module a page
queries/ ─ the SPARQL that views bind and run
examples/ ─ queries that the editor offers
templates/, static/ ─ markup, style, and the few scripts that make it quicker to use
"""
