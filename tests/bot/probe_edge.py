"""An edge with the probe channel, as a process of its own that can be killed.

python -m tests.bot.probe_edge PORT PLATFORM; settings come from the environment.
"""

import sys

import uvicorn

from bot.app import create_app
from bot.channels import rest, web
from tests.bot.probe import Probe


def main() -> None:
    port, platform = int(sys.argv[1]), sys.argv[2]
    app = create_app(makers=[rest.make, web.make, lambda *_: Probe(platform, keep=True)])
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
