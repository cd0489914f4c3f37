"""The list of conversations: who waits, what one holds, what is over; search, presence, news."""
