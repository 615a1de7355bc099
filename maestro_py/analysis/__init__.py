"""From inputs to results: engine choice, result columns, energy, tables."""
