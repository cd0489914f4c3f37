"""A random sample of conversations to look at, and what came of them."""
