"""The notice of what must come back (资金收回通知书): how much, why, by when, to which account, under which number."""

from services.funding.forms.payments import bureau
from services.funding.queries import Notice
from services.funding.rules.recovery import GROUNDS
from shared.amounts import figures, yuan
from shared.documents import Document, Fields, Heading, Opinions, Table, Text, written

NOTICE = ("recovery_notice",)


def recovery_notice(notice: Notice) -> Document:
    """The account is the office's own, into which is paid: it stands there whole."""
    one, award, account = notice.recovery, notice.award, notice.account
    parts = [(part.due_on, part.amount_fen) for part in one.plan] or [(one.due_on, one.amount_fen)]
    return Document(
        title=f"{notice.round.name}\n资金收回通知书",
        number=one.number,
        blocks=(
            Fields(
                (
                    ("收款单位", award.payee_unit_name or "", "统一社会\n信用代码", award.payee_unit_code or ""),
                    ("专家服务团", award.team_name, "订单编号", award.order_number),
                    ("应收回金额", yuan(one.amount_fen)),
                    ("收回事由", GROUNDS.get(one.ground, one.ground)),
                )
            ),
            Heading("一、缴款期限"),
            Table(("期限", "金额（元）"), (60, 60), tuple((written(on), figures(fen)) for on, fen in parts)),
            Heading("二、缴入账户"),
            Fields(
                (
                    ("户名", account.holder if account else "", "开户银行", account.bank_name if account else ""),
                    ("联行号", account.bank_code if account else "", "账号", account.account if account else ""),
                )
            ),
            Text(f"请在转账附言中原样填写缴款编号：{one.number}。附言无此编号或金额不符的，须由财务人员逐笔核对。"),
            Opinions((("财务审核\n意见", ""), ("市级审核\n意见", bureau(notice.round)))),
        ),
    )
