"""`/sparql`: the SPARQL 1.1 Protocol over the graph.

request.py   what a request asks, decoded once
formats.py   in which format it is answered
endpoint.py  the path itself: answers kept before, jobs, refusals
tokens.py    what a query says about itself (read in the evaluator)
"""
