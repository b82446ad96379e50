"""What part of a pilot's working life a rule is about."""

from enum import StrEnum


class Category(StrEnum):
    """One word for each subject; the value is what is stored and exchanged."""

    PAY_RATE = "pay_rate"
    PAY_GUARANTEE = "pay_guarantee"
    PAY_RIG = "pay_rig"
    PREMIUM_PAY = "premium_pay"
    RESERVE_PAY = "reserve_pay"
    TRAINING_PAY = "training_pay"
    DEADHEAD_PAY = "deadhead_pay"
    EXPENSES = "expenses"
    DUTY = "duty"
    FLIGHT_TIME = "flight_time"
    REST = "rest"
    DAYS_OFF = "days_off"
    RESERVE = "reserve"
    SCHEDULING = "scheduling"
    DEADHEAD = "deadhead"
    VACATION = "vacation"
    SICK_LEAVE = "sick_leave"
    LEAVE_OF_ABSENCE = "leave_of_absence"
    TRAINING = "training"
    SENIORITY = "seniority"
    VACANCIES = "vacancies"
    FURLOUGH = "furlough"
    PROBATION = "probation"
    GRIEVANCE = "grievance"
    DISCIPLINE = "discipline"
    INSURANCE = "insurance"
    RETIREMENT = "retirement"
    MOVING = "moving"
    LODGING = "lodging"
    UNIFORMS = "uniforms"
    UNION = "union"
    SCOPE = "scope"
    PHYSICAL_STANDARDS = "physical_standards"
    GENERAL = "general"

    @property
    def label(self) -> str:
        """The words a person reads, as in "Sick leave"."""
        return self.value.replace("_", " ").capitalize()
