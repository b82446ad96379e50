"""Handing out a copy."""

from typing import IO

from django.http import FileResponse


def copy_as_attachment(file: IO[bytes], export_name: str) -> FileResponse:
    """The ZIP as a file and nothing else, kept by no cache."""
    response = FileResponse(file, as_attachment=True, filename=export_name, content_type="application/zip")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response


def copy_name(export_id: object) -> str:
    """Under which it is saved: it names nobody."""
    return f"my-data-{str(export_id)[:8]}.zip"
