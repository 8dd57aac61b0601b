"""REST of the assessment service."""

from services.assessment.api.attachments import attachments
from services.assessment.api.benefits import benefits
from services.assessment.api.cards import cards
from services.assessment.api.certificate_checks import certificate_checks
from services.assessment.api.certificates import certificates
from services.assessment.api.corrections import corrections
from services.assessment.api.cycles import assessments, cycles
from services.assessment.api.duties import duties
from services.assessment.api.handed_in import cases, commendations, follow_ups
from services.assessment.api.log import log
from services.assessment.api.notices import calendars, notices, objections
from services.assessment.api.objection_page import objection_pages
from services.assessment.api.open_data import open_data
from services.assessment.api.pages import pages
from services.assessment.api.public import public
from services.assessment.api.public_reports import public_reports
from services.assessment.api.rectifications import rectifications
from services.assessment.api.reports import reports
from services.assessment.api.reviews import reviews
from services.assessment.api.subscriptions import deliveries, subscriptions

routers = (
    calendars,
    notices,
    attachments,
    objections,
    cycles,
    corrections,
    duties,
    reviews,
    assessments,
    rectifications,
    benefits,
    cards,
    certificates,
    certificate_checks,
    subscriptions,
    deliveries,
    reports,
    cases,
    commendations,
    follow_ups,
    open_data,
    pages,
    objection_pages,
    public,
    public_reports,
    log,
)

__all__ = ["routers"]
