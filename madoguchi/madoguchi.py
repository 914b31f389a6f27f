"""The composition root: Reflex's app, the HTTP routes beside it, and what runs while it lives.

Reflex imports this module both to build the pages and to serve them, so nothing is opened here: no
database, no thread, no secret. What needs one belongs into a lifespan task, registered below with
``app.register_lifespan_task``.
"""

from functools import partial

import reflex as rx

from madoguchi.built_pages import BUILT
from madoguchi.http import build_http
from madoguchi.life import life
from madoguchi.pages import book, messages, reservations, shell, slots, stats, theme, today, welcome
from madoguchi.pages import settings as settings_page
from madoguchi.safety import protect
from madoguchi.settings import settings
from madoguchi.state import guard
from madoguchi.tracing import traced

app = rx.App(
    api_transformer=[build_http(), partial(protect, settings=settings, pages=BUILT), traced],
    head_components=theme.head(),
    html_lang="ja",
    extra_app_wraps={
        (55, "ErrorBoundary"): lambda stateful: shell.broken_page(stateful=stateful),
        (5, "Overlay"): lambda stateful: shell.stale_marker() if stateful else None,
    },
)
app.add_page(welcome.page, route="/", title=shell.SYSTEM_NAME)
app.add_page(today.page, route="/staff", title=today.TITLE, on_load=today.ON_LOAD)
for one in (book, reservations, slots, messages, stats, settings_page):
    app.add_page(one.page, route=one.ROUTE, title=one.TITLE, on_load=one.ON_LOAD)
app.add_middleware(guard(), index=0)
app.register_lifespan_task(life)
