"""The page's states as components use them: each attribute is a Var there, which types cannot tell."""

from typing import Any

from madoguchi.state.contact import ContactState
from madoguchi.state.own_data import OwnDataState
from madoguchi.state.reservation_form import ReservationForm
from madoguchi.state.reservations import ReservationsState
from madoguchi.state.signed_in import SignedIn

PAGE: Any = ReservationsState
FORM: Any = ReservationForm
WHO: Any = SignedIn
CONTACT: Any = ContactState
OWN: Any = OwnDataState
