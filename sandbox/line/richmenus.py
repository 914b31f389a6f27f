"""Rich menus of the account: objects, pictures, the default one and aliases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.line import ids
from sandbox.line.errors import LineRefusal

_MOST = 1000


@dataclass
class RichMenu:
    """One menu. It can be shown once it has its picture."""

    id: str
    definition: Mapping[str, Any]
    picture: bytes = b""
    media_type: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of the picture's own coordinates."""
        return int(self.definition["size"]["width"]), int(self.definition["size"]["height"])

    def as_json(self) -> dict[str, Any]:
        """LINE's rich menu response object."""
        return {"richMenuId": self.id, **self.definition}


@dataclass
class RichMenus:
    """All menus by id, aliases by name, and the id of the default menu."""

    menus: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_id: str | None = None

    def create(self, definition: Mapping[str, Any]) -> RichMenu:
        """Keep a checked definition; raises `LineRefusal` 400 beyond 1,000 menus."""
        if len(self.menus) >= _MOST:
            raise LineRefusal(400, "The maximum number of rich menus has been reached")
        menu = RichMenu(ids.rich_menu_id(), definition)
        self.menus[menu.id] = menu
        return menu

    def get(self, menu_id: str) -> RichMenu:
        """The menu; raises `LineRefusal` 404."""
        menu = self.menus.get(menu_id)
        if menu is None:
            raise LineRefusal(404, "Not found")
        return menu

    def showable(self, menu_id: str) -> RichMenu:
        """The menu with its picture; raises `LineRefusal` 404, or 400 without a picture."""
        menu = self.get(menu_id)
        if not menu.picture:
            raise LineRefusal(400, "must upload richmenu image before applying it to user")
        return menu

    def delete(self, menu_id: str) -> None:
        """Remove the menu; nobody is shown it from now on."""
        self.get(menu_id)
        del self.menus[menu_id]
        if self.default_id == menu_id:
            self.default_id = None

    def create_alias(self, name: str, menu_id: str) -> None:
        """Name a menu that has its picture; raises `LineRefusal` 400 when the name is taken."""
        if name in self.aliases:
            raise LineRefusal(400, "conflict richmenu alias id")
        if len(self.aliases) >= _MOST:
            raise LineRefusal(400, "The maximum number of rich menu aliases has been reached")
        self.aliases[name] = self._aliased(menu_id)

    def change_alias(self, name: str, menu_id: str) -> None:
        """Let a known alias name another menu."""
        self.alias(name)
        self.aliases[name] = self._aliased(menu_id)

    def alias(self, name: str) -> str:
        """The menu id behind an alias; raises `LineRefusal` 404."""
        if name not in self.aliases:
            raise LineRefusal(404, "richmenu alias not found")
        return self.aliases[name]

    def _aliased(self, menu_id: str) -> str:
        if menu_id not in self.menus:
            raise LineRefusal(400, "richmenu not found")
        return self.showable(menu_id).id

    def shown_to(self, linked_id: str | None) -> RichMenu | None:
        """The menu on the phone of somebody who is linked to ``linked_id``, or to none."""
        for menu_id in (linked_id, self.default_id):
            if menu_id in self.menus:
                return self.menus[menu_id]
        return None
