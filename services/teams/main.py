"""The teams service, put together."""

from services.teams.api import routers
from services.teams.handlers import on
from services.teams.jobs import jobs
from services.teams.models import Attachment, Base
from services.teams.usecases import indexing
from shared.service import Service

service = Service(
    name="teams",
    title="teams",
    metadata=Base.metadata,
    routers=routers,
    listens_to=("orders", "funding", "assessment"),
    handlers=on,
    jobs=jobs,
    attachments=Attachment,
    fill=indexing.index_people,
)
