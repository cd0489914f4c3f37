"""The web channel: JSON frames for the widget, over a WebSocket or plain HTTP.

The frames are told in docs/channels/web.md.
"""

from bot.channels.web.channel import Web, make

__all__ = ["Web", "make"]
