"""Tables become maps and documents; asks nobody for data."""
