"""Reading a listing: what its words say beyond the fields that its publisher filled in."""
