"""The funding service, put together."""

from services.funding.api import routers
from services.funding.handlers import on
from services.funding.jobs import jobs
from services.funding.models import Attachment, Base
from services.funding.usecases.verification import audit
from shared.service import Service

service = Service(
    name="funding",
    title="funding",
    metadata=Base.metadata,
    routers=routers,
    listens_to=("orders", "teams", "assessment"),
    handlers=on,
    audit=audit,
    jobs=jobs,
    attachments=Attachment,
)
