"""Small mappers for rows that YAML alone cannot tell: `prepare(row, today) -> row`."""
