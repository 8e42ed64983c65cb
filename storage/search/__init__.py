"""Which defects a text reminds of. What is said is compared by its terms (`analysis`); of all that have some of them
the nearest are found by an inverted index of each store's own kind (`postings`, `candidates`), then ordered by what
linear weights make of some features (`features`, `weights`); how sure that is decides what is shown (`ranking`)."""
