"""Serving: the graph over HTTP, for programs that speak SPARQL, for JSON, and for people.

    supervisor ─ binds the port, starts the rest, watches for a newer graph, stops everything
      ├─ keeper (one per generation) ─ holds the graph in memory and forks itself on demand
      │     └─ evaluators ─ each runs one job at a time; a job over its limit is ended by ending its process
      └─ front ─ HTTP: reads requests, hands jobs to evaluators, keeps what was answered before

They are joined by sockets without names, so nothing of a server stands on disk, and each ends when those are gone that it works for. The
supervisor hands the front a way to the keeper; the front sends the keeper one end of a new connection, and an evaluator is forked for it.

Oxigraph cannot be interrupted from Python, so nothing that runs a query shares a process with anything else that must go on. A fork of
the keeper costs milliseconds and shares its memory, so an evaluator that had to be ended is replaced at once.
"""
