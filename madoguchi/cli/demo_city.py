"""The demo city's offices: two municipalities, three desks, six services, and their people."""

from dataclasses import dataclass
from datetime import time
from typing import Final

from madoguchi.domain.languages import LANGUAGES
from madoguchi.domain.questions import Question, QuestionKind
from madoguchi.domain.roles import Role

PASSWORD: Final = "madoguchi-demo"  # noqa: S105  printed for everybody who tries the demo

# Open at any hour, so that a stranger can try the city whenever it is.
OPENS_AT: Final = time(0, 0)
CLOSES_AT: Final = time(23, 59, 59)


def names(*texts: str) -> dict[str, str]:
    """Texts in the order of `LANGUAGES`: ja, ja-easy, en, zh-Hans, ko, vi, pt."""
    return dict(zip(LANGUAGES, texts, strict=True))


@dataclass(frozen=True)
class DemoService:
    """A service with the minutes that a visit takes there."""

    code: str
    letter: str
    names: dict[str, str]
    items: dict[str, str]
    minutes: float
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class DemoDesk:
    """A desk of a municipality."""

    municipality: str
    code: str
    names: dict[str, str]
    places: dict[str, str]
    phone: str
    counters: tuple[str, ...]
    services: tuple[DemoService, ...]
    shared_places: bool = False
    """Whether its services share one pool of places."""
    guest_booking: bool = False


@dataclass(frozen=True)
class DemoStaff:
    """One who signs in with `PASSWORD`."""

    municipality: str
    login: str
    display_name: str
    role: Role


MUNICIPALITIES: Final = {
    "midori": names(
        "みどり市", "みどりし", "Midori City", "绿市", "미도리시", "Thành phố Midori", "Cidade de Midori"
    ),
    "aoba": names(
        "あおば町", "あおばまち", "Aoba Town", "青叶町", "아오바정", "Thị trấn Aoba", "Vila de Aoba"
    ),
}

_NEW_OR_AGAIN = Question(
    "kind",
    QuestionKind.CHOICE,
    names(
        "申込みの種類",
        "もうしこみの しゅるい",
        "Kind of application",
        "申请种类",
        "신청 종류",
        "Loại đơn đăng ký",
        "Tipo de inscrição",
    ),
    options={
        "新規": names("新規", "はじめて", "New", "新申请", "신규", "Đăng ký mới", "Nova"),
        "継続": names("継続", "つづけて", "Continuing", "继续", "계속", "Tiếp tục", "Continuação"),
    },
)
_NURSERY = DemoService(
    "nursery",
    "A",
    names(
        "保育所等利用申込",
        "ほいくえんの もうしこみ",
        "Nursery applications",
        "托儿所入园申请",
        "어린이집 이용 신청",
        "Đăng ký nhà trẻ",
        "Inscrição em creche",
    ),
    names(
        "本人確認書類、就労証明書",
        "みぶんしょうめいしょ、しごとの しょうめいしょ",
        "ID, certificate of employment",
        "身份证件、就业证明",
        "신분증, 재직 증명서",
        "Giấy tờ tùy thân, giấy xác nhận việc làm",
        "Documento de identidade, comprovante de trabalho",
    ),
    15,
    (_NEW_OR_AGAIN,),
)
_ALLOWANCE = DemoService(
    "allowance",
    "B",
    names(
        "児童手当",
        "こどもの おかね（じどうてあて）",
        "Child allowance",
        "儿童补贴",
        "아동수당",
        "Trợ cấp trẻ em",
        "Auxílio infantil",
    ),
    names(
        "本人確認書類、通帳",
        "みぶんしょうめいしょ、つうちょう",
        "ID, bank book",
        "身份证件、存折",
        "신분증, 통장",
        "Giấy tờ tùy thân, sổ ngân hàng",
        "Documento de identidade, caderneta bancária",
    ),
    8,
)
_MOVING = DemoService(
    "moving",
    "C",
    names(
        "転入・転出の届出",
        "ひっこしの とどけ",
        "Moving in or out",
        "迁入・迁出申报",
        "전입·전출 신고",
        "Khai báo chuyển đến / chuyển đi",
        "Mudança de endereço",
    ),
    names(
        "本人確認書類、マイナンバーカード",
        "みぶんしょうめいしょ、マイナンバーカード",
        "ID, My Number card",
        "身份证件、个人编号卡",
        "신분증, 마이넘버 카드",
        "Giấy tờ tùy thân, thẻ My Number",
        "Documento de identidade, cartão My Number",
    ),
    12,
)
_MYNUMBER = DemoService(
    "mynumber",
    "D",
    names(
        "マイナンバーカード",
        "マイナンバーカード",
        "My Number card",
        "个人编号卡",
        "마이넘버 카드",
        "Thẻ My Number",
        "Cartão My Number",
    ),
    names(
        "交付通知書、本人確認書類",
        "とどいた はがき、みぶんしょうめいしょ",
        "Notice of issue, ID",
        "交付通知书、身份证件",
        "교부 통지서, 신분증",
        "Giấy báo cấp thẻ, giấy tờ tùy thân",
        "Aviso de emissão, documento de identidade",
    ),
    10,
)
_TAX = DemoService(
    "tax",
    "A",
    names(
        "納税相談",
        "ぜいきんの そうだん",
        "Advice on tax payment",
        "纳税咨询",
        "납세 상담",
        "Tư vấn nộp thuế",
        "Consulta sobre impostos",
    ),
    names(
        "納税通知書、本人確認書類",
        "ぜいきんの てがみ、みぶんしょうめいしょ",
        "Tax notice, ID",
        "纳税通知书、身份证件",
        "납세 통지서, 신분증",
        "Giấy báo thuế, giấy tờ tùy thân",
        "Aviso de imposto, documento de identidade",
    ),
    14,
)
_CERTIFICATE = DemoService(
    "certificate",
    "B",
    names(
        "税の証明書",
        "ぜいきんの しょうめいしょ",
        "Tax certificates",
        "纳税证明",
        "세금 증명서",
        "Giấy chứng nhận thuế",
        "Certidões de imposto",
    ),
    names(
        "本人確認書類、手数料",
        "みぶんしょうめいしょ、おかね",
        "ID, fee",
        "身份证件、手续费",
        "신분증, 수수료",
        "Giấy tờ tùy thân, lệ phí",
        "Documento de identidade, taxa",
    ),
    5,
)

DESKS: Final = (
    DemoDesk(
        "midori",
        "childcare",
        names(
            "保育課",
            "ほいくか",
            "Childcare desk",
            "保育科",
            "보육과",
            "Phòng Nuôi dạy trẻ",
            "Setor de creches",
        ),
        names(
            "本庁舎2階",
            "ほんちょうしゃ 2かい",
            "Main building, 2nd floor",
            "本厅舍2楼",
            "본청사 2층",
            "Tòa nhà chính, tầng 2",
            "Prédio principal, 2º andar",
        ),
        "+81355501234",
        ("1", "2", "3"),
        (_NURSERY, _ALLOWANCE),
        guest_booking=True,
    ),
    DemoDesk(
        "midori",
        "citizen",
        names(
            "市民課", "しみんか", "Citizens' desk", "市民科", "시민과", "Phòng Thị dân", "Setor do cidadão"
        ),
        names(
            "本庁舎1階",
            "ほんちょうしゃ 1かい",
            "Main building, 1st floor",
            "本厅舍1楼",
            "본청사 1층",
            "Tòa nhà chính, tầng 1",
            "Prédio principal, térreo",
        ),
        "+81355501235",
        ("5", "6"),
        (_MOVING, _MYNUMBER),
        shared_places=True,
    ),
    DemoDesk(
        "aoba",
        "aoba-tax",
        names("税務課", "ぜいむか", "Tax desk", "税务科", "세무과", "Phòng Thuế", "Setor de impostos"),
        names(
            "役場1階",
            "やくば 1かい",
            "Town hall, 1st floor",
            "町公所1楼",
            "동사무소 1층",
            "Tòa thị chính, tầng 1",
            "Prefeitura, térreo",
        ),
        "+81455501236",
        ("1",),
        (_TAX, _CERTIFICATE),
    ),
)

STAFF: Final = (
    DemoStaff("midori", "clerk", "佐藤", Role.CLERK),
    DemoStaff("midori", "clerk2", "鈴木", Role.CLERK),
    DemoStaff("midori", "admin", "管理者", Role.ADMIN),
    DemoStaff("midori", "viewer", "閲覧者", Role.VIEWER),
    DemoStaff("midori", "auditor", "監査員", Role.AUDITOR),
    DemoStaff("aoba", "aoba", "高橋", Role.CLERK),
)
