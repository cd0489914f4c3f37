"""WhatsApp, by the Cloud API. See docs/channels/whatsapp.md."""

from bot.channels.whatsapp.channel import WhatsApp, make

__all__ = ["WhatsApp", "make"]
