"""Reports as one RDF graph: IRIs, triples, the store that keeps them and the queries that read it."""
