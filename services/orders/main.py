"""The orders service, put together."""

from services.orders.api import routers
from services.orders.handlers import on
from services.orders.jobs import jobs
from services.orders.models import Attachment, Base
from services.orders.usecases import division
from shared.service import Service

service = Service(
    name="orders",
    title="orders",
    metadata=Base.metadata,
    routers=routers,
    listens_to=("teams", "funding", "assessment"),
    handlers=on,
    jobs=jobs,
    attachments=Attachment,
    fill=division.load,
)
