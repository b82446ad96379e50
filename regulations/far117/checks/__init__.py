"""Every calculation on a roster: one check a rule, in the order of the law."""

from functools import partial

from regulations.far117.checks import (
    cumulative,
    deadheads,
    duty_period,
    extensions,
    flight_time,
    nights,
    reserve,
    rest,
    returns,
)
from regulations.far117.checks.shape import Check, each_period

CHECKS: tuple[Check, ...] = (
    Check("FAR117_FLIGHT_TIME_UNAUGMENTED", flight_time, partial(each_period, flight_time.unaugmented)),
    Check("FAR117_FLIGHT_TIME_3_PILOT", flight_time, partial(each_period, flight_time.three_pilots)),
    Check("FAR117_FLIGHT_TIME_4_PILOT", flight_time, partial(each_period, flight_time.four_pilots)),
    Check("FAR117_FLIGHT_TIME_EXCEEDANCE", flight_time, partial(each_period, flight_time.exceedance)),
    Check("FAR117_FDP_UNAUGMENTED", duty_period, partial(each_period, duty_period.unaugmented)),
    Check("FAR117_SPLIT_DUTY", duty_period, partial(each_period, duty_period.split_duty)),
    Check("FAR117_FDP_AUGMENTED", duty_period, partial(each_period, duty_period.augmented)),
    Check("FAR117_AUGMENTED_LANDING_REST", duty_period, partial(each_period, duty_period.landing_rest)),
    Check("FAR117_AUGMENTED_MONITORING_REST", duty_period, partial(each_period, duty_period.monitoring_rest)),
    Check("FAR117_AUGMENTED_SEGMENTS", duty_period, partial(each_period, duty_period.augmented_segments)),
    Check("FAR117_EXTENSION_BEFORE_TAKEOFF", extensions, partial(each_period, extensions.before_takeoff)),
    Check("FAR117_EXTENSION_ONCE", extensions, extensions.once),
    Check("FAR117_EXTENSION_CUMULATIVE", extensions, partial(each_period, extensions.cumulative)),
    Check("FAR117_EXTENSION_REPORT", extensions, partial(each_period, extensions.report)),
    Check("FAR117_SHORT_CALL_RAP", reserve, reserve.availability_period),
    Check(rest.SHORT_CALL_REST, rest, partial(rest.rest_before, rest.SHORT_CALL_REST)),
    Check("FAR117_SHORT_CALL_UNAUGMENTED", reserve, partial(each_period, reserve.short_call_unaugmented)),
    Check("FAR117_SHORT_CALL_AUGMENTED", reserve, partial(each_period, reserve.short_call_augmented)),
    Check("FAR117_LONG_CALL_WOCL_NOTICE", reserve, partial(each_period, reserve.long_call_notice)),
    Check(rest.RESERVE_SHIFT, rest, partial(rest.rest_before, rest.RESERVE_SHIFT)),
    *(
        Check(limit.rule_id, cumulative, partial(each_period, partial(cumulative.within, limit)))
        for limit in cumulative.CUMULATIVE_LIMITS
    ),
    Check("FAR117_REST_30_IN_168", rest, rest.weekly_rest),
    Check("FAR117_REST_56H", returns, returns.return_rest),
    Check(rest.REST_10H, rest, partial(rest.rest_before, rest.REST_10H)),
    Check("FAR117_SLEEP_OPPORTUNITY", rest, rest.sleep_opportunity),
    Check("FAR117_REST_DEADHEAD", deadheads, deadheads.deadhead_rest),
    Check("FAR117_CONSECUTIVE_NIGHTS", nights, nights.consecutive_nights),
)
