"""The assessment service, put together."""

from services.assessment.api import routers
from services.assessment.handlers import on
from services.assessment.jobs import courier, jobs
from services.assessment.models import Attachment, Base
from services.assessment.schemas import MESSAGES
from shared.service import Service

service = Service(
    name="assessment",
    title="assessment",
    metadata=Base.metadata,
    routers=routers,
    listens_to=("orders", "teams", "funding"),
    handlers=on,
    jobs=jobs,
    courier=courier,
    messages=MESSAGES,
    attachments=Attachment,
    signs=True,
)
