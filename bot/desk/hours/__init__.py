"""When the desk is open: hours of each weekday, and holidays."""
