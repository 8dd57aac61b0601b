"""How many orders each district may recommend in a round: the bureau's number for the county, else the policy's."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from services.orders.rules.policy import Policy
from shared.errors import Reason

USED = ("recommended", "published", "unclaimed", "matched", "in_service", "completed")
"""Statuses that take a place of the quota; a returned, merged, withdrawn or cancelled order gives it back."""
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Quota:
    """``limit`` None: there is none."""

    limit: int | None = None
    used: int = 0

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


def limit_of(quotas: Mapping[str, int], county: str, policy: Policy) -> int | None:
    """The county's own number (0: none at all), else the policy's (0: no limit)."""
    return quotas.get(county, policy.district_quota or None)


def quota_obstacles(quota: Quota) -> Iterator[Reason]:
    """Recommending one more than the quota is refused, with the numbers."""
    if quota.left == 0:
        limit, used = quota.limit, quota.used
        zh, en = (
            f"本区县推荐名额{limit}个，已用{used}个",
            f"The district may recommend {limit} and has recommended {used}",
        )
        yield Reason("order.quota", zh, en, "/quota")


def quota_faults(quotas: Mapping[str, int], counties: Collection[str]) -> Iterator[Reason]:
    """Quotas are for counties of the round's own division."""
    for code in quotas:
        if code not in counties:
            yield Reason(
                "quota.county",
                f"{code}不是本批次辖区内的区县代码",
                f"{code} is no county of the round",
                f"/quotas/{code}",
            )
