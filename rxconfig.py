"""How Reflex builds and runs the pages. Read at build and at start, so no secret is needed here."""

import os

import reflex as rx

from madoguchi.frontend import FrontEndPlugin, allowed_origins

config = rx.Config(
    app_name="madoguchi",
    plugins=[
        rx.plugins.RadixThemesPlugin(
            theme=rx.theme(appearance="light", accent_color="blue", gray_color="gray", radius="medium")
        ),
        FrontEndPlugin(),
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
    default_color_mode="light",
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    cors_allowed_origins=allowed_origins(os.environ),
    telemetry_enabled=False,
    show_built_with_reflex=False,
)
