"""Somebody else's web site, on an origin of its own, that holds the chat."""

from html import escape
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.bot.fake_dialogue import serve

PAGE = """\
<!doctype html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>A town</title>{style}</head>
<body>
<main><h1>The town of Nowhere</h1><p>Opening hours. <a href="#tawjih" id="help">Ask for help</a></p></main>
<script src="{edge}/widget.js"{attributes}></script>
</body>
</html>
"""
RUDE = """<style>
html { font-size: 62.5%; letter-spacing: 4px; text-transform: uppercase; line-height: 3; color: red; }
* { float: left; color: red !important; font-family: monospace; margin: 7px; }
div, section, button, tawjih-chat { position: static; display: inline; background: yellow; }
</style>"""


class Site:
    """Its pages: `url(language="ar", accent="#ffeb3b")`; what is given becomes data- attributes."""

    def start(self):
        config = uvicorn.Config(
            Starlette(routes=[Route("/", self.page)]), host="127.0.0.1", port=0, log_config=None
        )
        self._server, self._thread, port = serve(config)
        self.origin = f"http://127.0.0.1:{port}"
        self.edge = ""

    def stop(self):
        self._server.should_exit = True
        self._thread.join()

    def url(self, *, rude=False, lang="en", **attributes):
        query = "&".join(f"{name}={value}" for name, value in attributes.items())
        return f"{self.origin}/?lang={lang}&rude={rude:d}&{query}".replace("#", "%23")

    async def page(self, request):
        given = dict(parse_qsl(request.url.query))
        language, rude = given.pop("lang"), given.pop("rude") == "1"
        attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in given.items())
        page = PAGE.format(
            language=language,
            direction="rtl" if language == "ar" else "ltr",
            style=RUDE if rude else "",
            edge=self.edge,
            attributes=attributes,
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": self.policy(rude=rude)})

    def policy(self, *, rude):
        """As strict as a page that holds the chat can be."""
        socket = self.edge.replace("http", "ws", 1)
        style = "'unsafe-inline'" if rude else "'none'"
        return (
            f"default-src 'none'; script-src {self.edge}; connect-src {self.edge} {socket}; "
            f"style-src {style}; img-src {self.edge} data:; form-action 'none'; base-uri 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
