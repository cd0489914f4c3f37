"""The action server: rasa-sdk's application on loopback. `python -m actions`."""

import asyncio
import gc
import logging
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sqlalchemy.exc import SQLAlchemyError

from actions import desk_card
from actions.router import actions
from catalogue.search import keep_in_memory
from languages.replies import get_replies
from settings import get_settings
from store.engine import get_database

# Each holds a database connection with its cache, and two cores keep no more of them busy.
_THREADS = 4


def make_app() -> Sanic[Any, Any]:
    """The application with every action registered."""
    executor = ActionExecutor()
    for action in actions():
        executor.register_action(action)
    app = create_app(executor, cors_origins=None)
    desk_card.add_to(app)
    app.before_server_start(_settle)
    app.after_server_start(_warm_up)
    return app


async def _settle(_: Sanic[Any, Any]) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
    gc.freeze()  # what was imported stays: nobody needs to look through it for rubbish


async def _warm_up(app: Sanic[Any, Any]) -> None:
    app.add_task(asyncio.to_thread(_learn_words))


def _learn_words() -> None:
    """Read the vocabulary before somebody has to wait for it; without it that comes later."""
    try:
        with get_database().read() as session:
            keep_in_memory(session)
    except SQLAlchemyError as error:
        structlog.get_logger().warning("vocabulary_waits", why=type(error).__name__)
    else:
        gc.freeze()  # it stays as well


def main() -> None:
    """Serve until told to stop."""
    settings = get_settings()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)  # it tells every action's name
    # It serves the protocol of Rasa 3.6: tried, and tested with every dialogue.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")
    get_replies()  # what is wrong in replies/ or profile.yml stops the start, not a conversation
    get_database()
    host = os.environ.get("ACTIONS_HOST", "127.0.0.1")
    make_app().run(
        host=host, port=settings.actions_port, single_process=True, access_log=False, motd=False
    )


if __name__ == "__main__":
    main()
