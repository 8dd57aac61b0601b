"""What a published grade gives to people: policy benefits and benefit cards."""

from dataclasses import dataclass

from shared.contracts.policy.base import DEFAULT, NOTICE, parameter


@dataclass(frozen=True, slots=True)
class BenefitTerm:
    """How long a kind of benefit is valid from its first grant, and how often it may be used (0: any number)."""

    kind: str
    years: int
    uses: int


@dataclass(frozen=True, slots=True)
class BenefitPolicy:
    benefits: tuple[str, ...] = parameter(
        ("early_title_evaluation", "programme_priority"),
        unit="benefits",
        source=NOTICE,
        zh="政策待遇：提前一年申报职称、人才项目优先",
        en="benefits: title evaluation one year early, programme priority",
    )
    benefit_roles: tuple[str, ...] = parameter(
        ("lead", "member"), unit="roles", source=NOTICE, zh="享受政策待遇的人员", en="who is given benefits"
    )
    benefit_terms: tuple[BenefitTerm, ...] = parameter(
        (BenefitTerm("early_title_evaluation", 3, 1), BenefitTerm("programme_priority", 3, 0)),
        unit="years and uses of each benefit",
        source=DEFAULT,
        zh="政策待遇有效期和可用次数",
        en="validity and number of uses of each benefit",
    )
    card_years: int = parameter(3, unit="years", source=DEFAULT, zh="英才卡有效期", en="validity of a benefit card")
    card_services: tuple[str, ...] = parameter(
        ("医疗保健", "子女入学", "景区参观", "交通出行", "政务服务"),
        unit="names",
        source=DEFAULT,
        zh="英才卡服务事项",
        en="what a benefit card entitles to",
    )
