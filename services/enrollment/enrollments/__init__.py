"""Who takes part: the state table, the timeline, the line for a seat, the reports of learning systems."""
