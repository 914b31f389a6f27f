"""The composition root: Reflex's app, the HTTP routes beside it, and what runs while it lives.

Reflex imports this module both to build the pages and to serve them, so nothing is opened here: no
database, no thread, no secret.
"""

import reflex as rx

from madoguchi.http import build_http
from madoguchi.pages import theme, welcome

app = rx.App(
    api_transformer=build_http(),
    head_components=theme.head(),
    style=theme.BASE_STYLE,
    html_lang="ja",
)
app.add_page(welcome.page, route="/", title="窓口予約システム")
