"""The page that tells of security events lists the kinds as the catalogue has them."""

from audit.security.page import PAGE, page_with_kinds


def test_the_page_lists_the_kinds_as_they_are() -> None:
    page = PAGE.read_text()

    assert page == page_with_kinds(page), (
        "Write it anew: manage.py shell -c 'from audit.security.page import page_write; page_write()'"
    )
