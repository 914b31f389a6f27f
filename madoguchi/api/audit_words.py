"""What the rows of the audit log are called on the page and in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

ACTIONS: Final[Mapping[str, str]] = {
    "see_contact": "連絡先を見た",
    "search_contact": "連絡先で検索した",
    "print_names": "氏名を印刷した",
    "show_own_data": "本人の求めで情報を示した",
    "erase_own_data": "本人の求めで情報を消去した",
    "sign_in": "ログインした",
    "sign_in_failed": "ログインに失敗",
    "sign_out": "ログアウトした",
    "lock": "画面をロックした",
    "unlock": "ロックを解除した",
    "end_sessions": "ログインを取り消した",
    "change_password": "パスワードを変えた",
    "enrol_totp": "認証アプリを登録した",
    "drop_totp": "認証アプリを外した",
    "use_recovery_code": "予備コードを使った",
    "make_recovery_codes": "予備コードを作った",
    "create_staff": "職員を登録した",
    "change_role": "役割を変えた",
    "rename_staff": "職員の表示名を変えた",
    "disable_staff": "利用を止めた",
    "enable_staff": "利用を再開した",
    "reset_password": "仮パスワードにした",
    "change_sign_in_rules": "認証アプリの決まりを変えた",
    "verify_audit": "監査記録を確かめた",
    "export_audit": "監査記録を書き出した",
    "seal_begun": "記録の末尾を封印した",
    "seal_broken": "封印の異常を見つけた",
    "restore": "バックアップから戻した",
    "migrate_data": "別のデータベースから移した",
    "download_statistics": "統計を書き出した",
    "book": "予約を登録した",
    "edit_booking": "予約を直した",
    "move_booking": "予約の日時を変えた",
    "cancel_booking": "予約を取り消した",
    "mark_missed": "予約を来庁なしにした",
    "take_back_missed": "来庁なしを取り消した",
    "undo_cancel": "予約の取り消しを戻した",
    "check_in": "受付した",
    "take_check_in_back": "受付を取り消した",
    "issue": "番号を出した",
    "call": "呼び出した",
    "recall": "もう一度呼んだ",
    "serve": "対応を始めた",
    "miss": "不在にした",
    "hold": "保留にした",
    "resume": "順番に戻した",
    "finish": "終了した",
    "cancel": "番号を取り消した",
    "reopen": "終わった番号を開き直した",
    "release": "呼び出しを戻した",
    "postpone": "順番を後にした",
    "prioritize": "優先を変えた",
    "hand_over": "引き継いだ",
    "send_on": "次の業務へ送った",
    "follow": "続く業務を変えた",
    "undo": "操作を元に戻した",
    "take_counter": "窓口に就いた",
    "leave_counter": "窓口を離れた",
    "pause_counter": "窓口の休止を変えた",
    "release_counter": "窓口を空きに戻した",
    "choose_services": "窓口の業務を変えた",
    "stop_numbers": "番号の発行を止めた・再開した",
    "close_desk": "窓口を早く閉めた",
    "change_desk": "窓口の設定を変えた",
    "change_service": "業務の設定を変えた",
    "add_service": "業務を追加した",
    "add_counter": "窓口番号を追加した",
    "rename_counter": "窓口番号を変えた",
    "retire_counter": "窓口番号の使用をやめた",
    "restore_counter": "窓口番号の使用を再開した",
    "change_texts": "案内の文を変えた",
    "change_paper": "番号札の内容を変えた",
    "change_calling": "呼び出しの決まりを変えた",
    "change_rules": "業務の決まりを変えた",
    "change_plan": "予約枠を変えた",
    "choose_pool": "予約枠の組を変えた",
    "rename_pool": "予約枠の組の名前を変えた",
    "make_pairing_code": "発券機の登録番号を作った",
    "pair_terminal": "発券機を登録した",
    "rename_terminal": "発券機の名前を変えた",
    "revoke_terminal": "発券機の登録を解除した",
}
KINDS: Final[Mapping[str, str]] = {
    "reservation": "予約",
    "ticket": "番号札",
    "staff": "職員",
    "desk": "窓口",
    "counter": "窓口番号",
    "service": "業務",
    "pool": "予約枠の組",
    "terminal": "発券機",
    "audit": "監査記録",
    "batch": "操作",
    "municipality": "自治体全体",
    "database": "データベース",
}
WHY: Final[Mapping[str, str]] = {
    "changed": "内容が書き換えられています。",
    "missing": "この番号の記録がありません。",
    "cut_off": "ここから後の記録が消されています。",
    "seal_broken": "このとき、データベースが直接書き換えられたことを検出しています。",
    "seal": "末尾の封印が合いません。記録が作り直されたか、サーバーの秘密の値が変わりました。",
}
_SPLIT: Final = re.compile(r"([a-z_]+):(.{1,50})")


def action(code: str) -> str:
    """What was done."""
    return ACTIONS.get(code, code)


def subject(code: str) -> str:
    """What it was done to."""
    found = _SPLIT.fullmatch(code)
    kind, number = (found[1], found[2]) if found else (code, "")
    return f"{KINDS.get(kind, kind)} {number}".strip()


def facts(values: Mapping[str, Any]) -> str:
    """The rest, as it was written down."""
    return "、".join(f"{name}: {_value(value)}" for name, value in values.items() if value is not None)


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
