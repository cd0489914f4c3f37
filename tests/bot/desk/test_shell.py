"""What every page of the console is held to."""

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from bot.desk.permissions import ALLOWED, Permission, Role
from bot.desk.shell.routes import inside, readable_on
from bot.desk.shell.views import View

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# The last route answers whatever is left with 404 and does nothing.
NOWHERE = "/{_:path}"


def routes(app):
    """Every route of the console, those of included routers as well."""
    desk = next(route.app for route in app.routes if getattr(route, "path", "") == "/desk")
    found, waiting = [], list(desk.routes)
    while waiting:
        route = waiting.pop()
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        if inner and not isinstance(route, Mount):
            waiting += inner
        else:
            found.append(route)
    return found


def declared(route):
    return [one.call for one in route.dependant.dependencies if isinstance(one.call, View)]


async def test_every_route_declares_its_permission_and_checks_forms(console):
    seen = set()
    for route in routes(console.app):
        if isinstance(route, Mount):
            assert route.path == "/static"
            continue
        assert isinstance(route, APIRoute), route
        views = declared(route)
        assert len(views) == 1, f"{route.path} declares {len(views)} views"
        if UNSAFE & route.methods and route.path != NOWHERE:
            assert views[0].csrf, f"{route.path} changes something and checks no form"
        seen.add(route.path)
    assert {"/", "/sign-in", "/sign-out", "/language"} <= seen


def test_each_role_may_do_what_the_one_before_it_may():
    counsellor, supervisor, administrator = (ALLOWED[role] for role in Role)
    assert counsellor < supervisor < administrator
    assert set().union(*ALLOWED.values()) == set(Permission) - {Permission.CODE}


async def test_a_visitor_is_sent_to_sign_in_and_comes_back_to_where_they_were_going(console):
    browser = console.browser()
    for path, then in (("/", ""), ("/account?x=1", "?next=/account%3Fx%3D1")):
        response = await browser.get(path)
        assert (response.status_code, response.headers["location"]) == (303, f"/desk/sign-in{then}")


async def test_htmx_is_sent_elsewhere_as_a_whole_page(console):
    response = await console.browser().get("/account", headers={"hx-request": "true"})
    assert response.status_code == 204
    assert response.headers["hx-redirect"] == "/desk/sign-in?next=/account"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
async def test_what_is_not_there_says_so_in_the_visitors_language(console, language):
    response = await console.browser(language).get("/nowhere/at/all")
    assert response.status_code == 404
    assert console.desk.pages.words.text("error_404", language).partition("'")[0] in response.text
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in response.text


async def test_every_response_carries_the_policy_and_is_kept_nowhere(console):
    for path in ("/sign-in", "/nowhere", "/"):
        headers = (await console.browser().get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"


async def test_files_have_an_address_of_their_content_and_are_kept(console):
    browser = console.browser()
    address = console.desk.pages._environment.globals["static"]("desk.css")  # noqa: SLF001
    response = await browser.get(address.removeprefix("/desk"))
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]
    assert (await browser.get("/static/../permissions.py")).status_code == 404


@pytest.mark.parametrize("form", ["", "0" * 64, "é"])
async def test_a_form_that_is_not_ours_is_refused(console, form):
    browser = console.signed_in()
    response = await browser.post("/language", csrf=form, language="ar")
    assert response.status_code == 403
    assert "out of date" in response.text
    assert (await browser.get("/account")).text.count('dir="rtl"') == 0


async def test_another_sessions_form_is_refused_and_another_sites_too(console):
    browser, other = console.signed_in(), console.signed_in()
    assert (await browser.post("/language", csrf=other.csrf, language="ar")).status_code == 403
    foreign = {"sec-fetch-site": "cross-site"}
    assert (await browser.post("/language", headers=foreign, language="ar")).status_code == 403
    assert (await browser.post("/language", language="ar")).status_code == 303


async def test_the_language_is_the_accounts_own_and_stays(console):
    browser = console.signed_in(language="en")
    response = await browser.post("/language", language="ar", back="/desk/account")
    assert response.headers["location"] == "/desk/account"
    assert 'dir="rtl"' in (await browser.get("/")).text
    assert (await browser.post("/language", language="xx")).status_code == 400


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/users?x=1", "/users?x=1"),
        ("/desk/users", "/users"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/desk//evil.example", "/"),
        ("/a\r\nb", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_outside(path, to):
    assert inside(path) == to


@pytest.mark.parametrize(("colour", "on"), [("#0b6e4f", "#ffffff"), ("#ffd54f", "#000000")])
def test_what_stands_on_the_accent_can_be_read(colour, on):
    assert readable_on(colour) == on
