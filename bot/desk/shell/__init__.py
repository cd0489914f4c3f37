"""What every page of the console stands in: layout, words, permission, CSRF, errors."""
