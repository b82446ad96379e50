"""Tables A, B and C of Part 117, typed from part117.yaml: hours by local time of the FDP start."""

TABLE_A = [
    ("00:00", "04:59", 8),
    ("05:00", "19:59", 9),
    ("20:00", "23:59", 8),
]
TABLE_B = [  # 1, 2, 3, 4, 5, 6, 7 or more segments
    ("00:00", "03:59", (9, 9, 9, 9, 9, 9, 9)),
    ("04:00", "04:59", (10, 10, 10, 10, 9, 9, 9)),
    ("05:00", "05:59", (12, 12, 12, 12, 11.5, 11, 10.5)),
    ("06:00", "06:59", (13, 13, 12, 12, 11.5, 11, 10.5)),
    ("07:00", "11:59", (14, 14, 13, 13, 12.5, 12, 11.5)),
    ("12:00", "12:59", (13, 13, 13, 13, 12.5, 12, 11.5)),
    ("13:00", "16:59", (12, 12, 12, 12, 11.5, 11, 10.5)),
    ("17:00", "21:59", (12, 12, 11, 11, 10, 9, 9)),
    ("22:00", "22:59", (11, 11, 10, 10, 9, 9, 9)),
    ("23:00", "23:59", (10, 10, 10, 9, 9, 9, 9)),
]
TABLE_C = [  # (facility class, pilots): hours
    ("00:00", "05:59", {(1, 3): 15, (1, 4): 17, (2, 3): 14, (2, 4): 15.5, (3, 3): 13, (3, 4): 13.5}),
    ("06:00", "06:59", {(1, 3): 16, (1, 4): 18.5, (2, 3): 15, (2, 4): 16.5, (3, 3): 14, (3, 4): 14.5}),
    ("07:00", "12:59", {(1, 3): 17, (1, 4): 19, (2, 3): 16.5, (2, 4): 18, (3, 3): 15, (3, 4): 15.5}),
    ("13:00", "16:59", {(1, 3): 16, (1, 4): 18.5, (2, 3): 15, (2, 4): 16.5, (3, 3): 14, (3, 4): 14.5}),
    ("17:00", "23:59", {(1, 3): 15, (1, 4): 17, (2, 3): 14, (2, 4): 15.5, (3, 3): 13, (3, 4): 13.5}),
]


def _time_of_day(minute_of_day: int) -> str:
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"


def table_a_minutes(minute_of_day: int) -> int:
    """Flight time with two pilots."""
    shown = _time_of_day(minute_of_day)
    return next(hours * 60 for first, last, hours in TABLE_A if first <= shown <= last)


def table_b_minutes(minute_of_day: int, segments: int) -> int:
    """FDP with two pilots; column 1 also without a segment, column 7 also with more."""
    shown = _time_of_day(minute_of_day)
    column = min(max(segments, 1), 7) - 1
    return next(int(hours[column] * 60) for first, last, hours in TABLE_B if first <= shown <= last)


def table_c_minutes(minute_of_day: int, facility: int, pilots: int) -> int:
    """FDP with three or four pilots."""
    shown = _time_of_day(minute_of_day)
    return next(int(hours[facility, pilots] * 60) for first, last, hours in TABLE_C if first <= shown <= last)
