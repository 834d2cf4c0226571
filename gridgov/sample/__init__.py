"""A made-up district: a believable fabric and its people, from a seed."""
