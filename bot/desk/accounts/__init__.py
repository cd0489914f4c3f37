"""Accounts of the console: who they are, how they sign in, what an administrator does to them."""
