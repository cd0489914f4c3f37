"""What runs inside Rasa: understanding, replies and the one channel to the edge.

Its own environment (Python 3.10): it imports none of the other rooms and none imports it.
"""
