"""`python -m bot`: serve the edge, with no banner, no access log, bounded frames."""

import sys

import uvicorn

from errors import SettingsError
from settings import get_settings


def main() -> None:
    """Serve until stopped. A setting that is wrong stops the start, by its name."""
    try:
        settings = get_settings()
        uvicorn.run(
            "bot.app:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            server_header=False,
            access_log=False,
            log_config=None,
            ws_max_size=256 * 1024,
            timeout_graceful_shutdown=10,
        )
    except SettingsError as error:
        sys.exit(f"cannot start: {error}")


if __name__ == "__main__":
    main()
