"""What a file is, by its content alone, and whether there is anything in it that could do harm.

Runs in a process of its own with little memory and time (`python -m bot.attachments.content`): what
reads hostile files may be killed by one, and takes nothing else with it.
"""
