"""設定: how a desk calls, in a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import reflex as rx

from ..domain.calling_rules import BOUNDS, CallingRules
from ..domain.languages import LANGUAGES
from ..domain.order import OrderKind
from ..domain.returning import ReturnRule
from ..domain.roles import Permission, may
from ..services import counters, desk_rules
from ..services.actors import Actor
from . import caller, typed
from .access import needs, signed_in
from .desk_choice import DeskChoice
from .settings_changes import differences, merged, taken_now
from .settings_saved import PUT_BACK, SAME, SavedForm
from .slots_form import read_number, text_of
from .slots_view import Option

SWITCHES: Final = ("remote", "speech")
AT_CALLING: Final = "calling"
"""What the form of the rules is called; a counter's is ``counter-ID``."""
_NOT_SAVED: Final = "ほかの画面で設定が変わりました。まだ保存していません。確かめて、もう一度押してください。"
_NOT_PUT_BACK: Final = "ほかの画面で設定が変わったため、元に戻していません。"


@dataclass
class CounterLine:
    """A counter and what it takes."""

    id: int
    label: str
    takes: list[str]
    """Ids of services; empty: all."""
    serial: int = 0
    """Grows when the boxes are to show what is saved."""


@dataclass(frozen=True)
class _Chosen:
    """A counter's services before and after they were saved."""

    counter_id: int
    before: tuple[int, ...]
    after: tuple[int, ...]


class SettingsCalling(DeskChoice, SavedForm, rx.State):
    """One desk's calling rules."""

    desk_code: str = ""
    may_change: bool = False
    values: dict[str, str] = {}
    kind: str = OrderKind.APPOINTMENTS_FIRST.value
    """The policy that is chosen in the form, saved or not: its numbers are shown."""
    services: list[Option] = []
    counters: list[CounterLine] = []
    _opened: tuple[CallingRules, ...] = ()
    """The rules that the form was filled with."""
    _taken: dict[int, tuple[int, ...]] = {}
    """By counter, the services that its form was filled with."""

    @rx.event
    @signed_in
    async def opened(self) -> None:
        """Show the first desk, or the one shown last."""
        actor = await caller.onlooker()
        if actor is None:
            return
        self._quiet()
        self.may_change = may(actor.role, Permission.ADMINISTER)
        await self._open(actor, await self._first_desk(actor))

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_desk(self, desk_id: str) -> None:
        """Show another desk's rules; what was typed for the one before is thrown away."""
        actor = await caller.acting()
        if actor is not None and (wanted := self._known_desk(desk_id)):
            self._quiet()
            await self._open(actor, wanted)

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def choose_kind(self, kind: str) -> None:
        """Show the numbers of another policy; nothing is saved yet."""
        if kind in set(OrderKind):
            self.kind = kind

    @rx.event
    @needs(Permission.ADMINISTER)
    async def save(self, form_data: dict[str, Any]) -> None:
        """Set the rules as the form says; for ten seconds they can be put back."""
        actor = await caller.acting()
        self._quiet(AT_CALLING)
        if actor is None or not self.desk_id or not self._opened:
            return
        wanted = rules_from(form_data, self.values)
        if wanted is None:
            self.refusal = "数字をすべて入力してください。まだ保存していません。"
            return
        saved = await self._run(desk_rules.save_rules, actor, self.desk_id, wanted, self._opened[0])
        if saved is None:
            await self._tell_changes(actor, wanted)
            return
        await self._show_rules(actor, self.desk_id, anew=True)
        if saved.before == saved.after:
            self._keep(SAME)
        else:
            self._keep("保存しました。次の呼び出しから使います。", saved)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def undo(self) -> None:
        """Put back what the last save replaced, unless somebody has saved something else since."""
        actor = await caller.acting()
        done = self._taken_up()
        if actor is not None and done and await self._put_back(actor, done[0]):
            self._keep(PUT_BACK)

    @rx.event
    @needs(Permission.ADMINISTER)
    async def choose_services(self, form_data: dict[str, Any]) -> None:
        """Set which services a counter takes: its ticked ones, with all ticked or none: every one."""
        actor = await caller.acting()
        counter_id = typed.whole(text_of(form_data, "counter"))
        self._quiet(f"counter-{counter_id}")
        if actor is None or counter_id not in self._taken:
            return
        ticked = [int(one.value) for one in self.services if f"takes-{one.value}" in form_data]
        chosen = [] if len(ticked) == len(self.services) else ticked
        before = self._taken[counter_id]
        if await self._choose(actor, counter_id, chosen, before, otherwise=_NOT_SAVED):
            if sorted(before) == sorted(chosen):
                self._keep(SAME)
            else:
                self._keep("保存しました。", _Chosen(counter_id, before, tuple(chosen)))

    async def _put_back(self, actor: Actor, done: desk_rules.Saved | _Chosen) -> bool:
        if isinstance(done, _Chosen):
            back, mine = done.before, done.after
            return await self._choose(actor, done.counter_id, back, mine, otherwise=_NOT_PUT_BACK)
        if await self._run(desk_rules.save_rules, actor, self.desk_id, done.before, done.after) is None:
            await self._tell_changes(actor)
            return False
        await self._show_rules(actor, self.desk_id, anew=True)
        return True

    async def _choose(
        self, actor: Actor, counter_id: int, chosen: Sequence[int], before: Sequence[int], *, otherwise: str
    ) -> bool:
        """Save a counter's services and show them; what is being typed elsewhere stays.

        `otherwise` is said where somebody else has chosen meanwhile.
        """
        saved = await self._run(counters.choose_services, actor, counter_id, list(chosen), list(before))
        found = await self._run(desk_rules.counters_for, actor, self.desk_id)
        one = next((one for one in found.counters if one.id == counter_id), None) if found else None
        if one is None:
            return False
        if saved is None:
            if one.services != self._taken[counter_id]:
                self.refusal, self.changes = otherwise, [taken_now(_takes(one), self.services)]
                # Its boxes stay as they are ticked: told now, another press saves them.
                self._taken = {**self._taken, counter_id: one.services}
            return False
        self._taken = {**self._taken, counter_id: one.services}
        self.counters = [
            _line(one, line, anew=True) if line.id == one.id else replace(line) for line in self.counters
        ]
        return True

    async def _tell_changes(self, actor: Actor, typed_rules: CallingRules | None = None) -> None:
        """After a refusal say what somebody else has saved. What was typed stays in its fields; the others
        show what is saved, so that another press wipes nothing unseen."""
        now = await self._run(desk_rules.rules_for, actor, self.desk_id)
        if now is None or now == self._opened[0]:
            return
        was, found = values_of(self._opened[0]), values_of(now)
        mine = None if typed_rules is None else values_of(typed_rules)
        self.refusal = _NOT_PUT_BACK if mine is None else _NOT_SAVED
        self.changes = differences(was, found, mine)
        if mine is not None:
            self.values, self._opened = merged(was, found, mine), (now,)
            self.kind = self.values["order_kind"]
            self.serial += 1

    async def _open(self, actor: Actor, desk_id: int) -> None:
        if desk_id and await self._show_rules(actor, desk_id) and await self._show_counters(actor, desk_id):
            self.desk_id = desk_id

    async def _show_rules(self, actor: Actor, desk_id: int, *, anew: bool = False) -> bool:
        """Read the rules. The fields show them `anew`, or when they are others: a page that was only
        connected again keeps what is being typed."""
        rules = await self._run(desk_rules.rules_for, actor, desk_id)
        if rules is None:
            return False
        values = values_of(rules)
        if anew or desk_id != self.desk_id or values != self.values:
            self.values, self.kind = values, rules.order_kind.value
            self.serial += 1
        self._opened = (rules,)
        return True

    async def _show_counters(self, actor: Actor, desk_id: int) -> bool:
        """The same for the counters."""
        found = await self._run(desk_rules.counters_for, actor, desk_id)
        if found is None:
            return False
        shown = {one.id: one for one in self.counters}
        self.services = [Option(f"{service_id}", name) for service_id, name in found.services]
        self.counters = [_line(one, shown.get(one.id)) for one in found.counters]
        self._taken = {one.id: one.services for one in found.counters}
        return True


def values_of(rules: CallingRules) -> dict[str, str]:
    """The rules as the form's fields have them."""
    numbers = {name: str(getattr(rules, name)) for name in BOUNDS}
    switches = {name: "1" if getattr(rules, name) else "" for name in SWITCHES}
    kinds = {"order_kind": rules.order_kind.value, "return_rule": rules.return_rule.value}
    notices = {f"notice_{language}": rules.notice.get(language, "") for language in LANGUAGES}
    return {**numbers, **switches, **kinds, **notices}


def rules_from(form_data: object, shown: dict[str, str]) -> CallingRules | None:
    """The rules that a form describes; None when one of its numbers is none.

    Numbers of a policy that is not chosen are not in the form: they stay as they were.
    """
    given = form_data if isinstance(form_data, dict) else {}
    numbers = {
        name: read_number(text_of(given, name) if name in given else shown.get(name)) for name in BOUNDS
    }
    try:
        kinds: dict[str, Any] = {
            "order_kind": OrderKind(text_of(given, "order_kind")),
            "return_rule": ReturnRule(text_of(given, "return_rule")),
        }
    except ValueError:
        return None
    if None in numbers.values():
        return None
    switches = {name: name in given for name in SWITCHES}
    notice = {language: text_of(given, f"notice_{language}") for language in LANGUAGES}
    return CallingRules(**numbers, **kinds, **switches, notice=notice)  # type: ignore[arg-type]


def _takes(one: desk_rules.CounterServices) -> list[str]:
    return [f"{service_id}" for service_id in one.services]


def _line(one: desk_rules.CounterServices, shown: CounterLine | None, *, anew: bool = False) -> CounterLine:
    takes = _takes(one)
    serial = 0 if shown is None else shown.serial + (anew or takes != shown.takes)
    return CounterLine(one.id, one.label, takes, serial)
