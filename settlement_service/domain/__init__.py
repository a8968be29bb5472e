"""The nouns of bookkeeping and the pure functions over them: events, the posting matrix, entries, totals, books."""
