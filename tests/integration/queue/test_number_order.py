"""On PostgreSQL two people can be given numbers at once: the lower number is also called first."""

from pathlib import Path

from office_kit import City, clock_of, office_on, small_city

from madoguchi.domain.tickets import Channel
from madoguchi.services import issuing
from madoguchi.services.dashboard import dashboard
from madoguchi.services.issuing import Request
from madoguchi.services.office import Office
from madoguchi.store import desks


def test_who_began_earlier_but_got_the_higher_number_queues_behind(
    postgres_url_empty: str, tmp_path: Path
) -> None:
    office = office_on(postgres_url_empty, tmp_path)
    city = small_city(office)
    with office.change() as slow:
        clock_of(office).advance(seconds=5)
        assert _quick(office, city) == "A001"
        clock_of(office).advance(seconds=1)
        offer = desks.offer(slow.session, city.service_id)
        assert offer is not None
        request = Request(origin="slow", channel=Channel.STAFF, language="ja")
        assert issuing._issue(office, slow, offer, request).number == "A002"
    assert [row.number for row in dashboard(office, city.clerk, city.desk_id).waiting] == ["A001", "A002"]
    office.database.close()


def _quick(office: Office, city: City) -> str:
    return issuing.issue_at_desk(office, city.clerk, service_id=city.service_id, form="quick").number
