"""The page on row-level security lists the policies as they are declared."""

from config.database.row_security_page import PAGE, page_with_policies


def test_the_page_lists_the_policies_as_they_are() -> None:
    page = PAGE.read_text()

    assert page == page_with_policies(page), (
        "Write it anew: manage.py shell -c 'from config.database.row_security_page import page_write; page_write()'"
    )
