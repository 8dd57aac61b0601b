"""Official papers, pages and workbooks: what stands in them."""

from services.assessment.forms.certificate import ROLES, certificate_form, certificate_stamp
from services.assessment.forms.notice import FORMS, notice_form

__all__ = ["FORMS", "ROLES", "certificate_form", "certificate_stamp", "notice_form"]
