"""What every event says, in words: one sentence a type, in Chinese and English, for timelines and the pages about
events. A house check says that none is missing. The service's name and the version stand in the type alone."""

_WORDS = """
orders.round.opened | 批次开放申报 | The round opened
orders.round.closed | 批次截止申报 | The round closed
orders.round.decided | 批次名单已确定 | The selection of the round was finished
orders.round.started | 批次开始服务 | The round began to run
orders.round.assessed | 批次考核完成 | The round was assessed
orders.round.archived | 批次已归档 | The round was archived
orders.round.quotas_set | 分配各区县名额 | Quotas were given to districts
orders.action.planned | 计划一项活动 | An action was planned
orders.action.edited | 修改活动安排 | An action was changed
orders.action.started | 活动开始 | An action began
orders.action.finished | 活动结束 | An action was finished
orders.action.cancelled | 活动取消 | An action was cancelled
orders.order.submitted | 提交需求 | The order was submitted
orders.order.endorsed | 乡镇审核通过 | The town endorsed the order
orders.order.recommended | 区县推荐 | The district recommended the order
orders.order.returned | 退回修改 | The order was returned
orders.order.merged | 并入另一订单 | The order was merged into another
orders.order.published | 发布订单 | The order was published
orders.order.matched | 对接团队 | A team got the order
orders.order.started | 订单开始服务 | Service on the order began
orders.order.completed | 订单完成 | The order was completed
orders.order.unclaimed | 期满无人接单 | Nobody claimed the order in time
orders.order.extended | 延长接单时间 | The order stays open for longer
orders.order.republished | 重新发布 | The order was published again
orders.order.reopened | 重新开放接单 | The order is open to claims again
orders.order.withdrawn | 撤回订单 | The order was withdrawn
orders.order.cancelled | 取消订单 | The order was cancelled
orders.order.allowed_late | 准予逾期 | The order was let in late
orders.order.attachment_added | 添加订单附件 | A file was attached to the order
orders.order.attachment_removed | 删除订单附件 | A file was removed from the order
teams.person.registered | 登记专家 | An expert was registered
teams.person.edited | 修改专家信息 | An expert's record was changed
teams.person.merged | 合并重复的专家 | Two records of one expert were merged
teams.person.told_apart | 确认不是同一专家 | Two experts were told apart
teams.person.honour_verified | 核实荣誉称号 | An honour was verified
teams.person.unit_agreed | 单位同意专家参加 | The unit agreed to the expert's part
teams.person.unit_agreement_withdrawn | 单位撤回同意 | The unit took its agreement back
teams.person.attachment_added | 添加专家附件 | A file was attached to an expert's record
teams.person.attachment_removed | 删除专家附件 | A file was removed from an expert's record
teams.credential.claimed | 申报荣誉或职称 | An honour or title was claimed
teams.credential.verified | 荣誉或职称核实通过 | An honour or title was verified
teams.credential.refused | 荣誉或职称未通过核实 | An honour or title was refused
teams.credential.expired | 荣誉或职称到期 | An honour or title expired
teams.nomination.nominated | 单位推荐人选 | A unit nominated a person
teams.nomination.matched | 推荐人选自行对接 | A nominated person found a post
teams.nomination.placed | 统筹安排岗位 | A nominated person was placed
teams.nomination.unplaced | 撤销岗位安排 | A placement was undone
teams.nomination.released | 推荐人选恢复待安排 | A nominated person is free again
teams.nomination.withdrawn | 撤回推荐 | A nomination was withdrawn
teams.team.formed | 接单组队 | A claim was begun
teams.team.edited | 修改申报内容 | The claim was written on
teams.team.invited | 邀请成员 | Members were invited
teams.team.member_accepted | 成员接受邀请 | A member accepted
teams.team.member_declined | 成员谢绝邀请 | A member declined
teams.team.member_removed | 移除成员 | A member was removed
teams.team.member_asked_to_leave | 成员申请退出 | A member asked to leave
teams.team.member_replaced | 更换成员 | A member was replaced
teams.team.member_joined | 成员加入 | A member joined
teams.team.member_left | 成员退出 | A member left
teams.team.invitation_expired | 邀请过期 | An invitation expired
teams.team.unit_consented | 派出单位同意 | The unit consented
teams.team.lead_offered | 提出移交负责人 | The lead was offered to another
teams.team.lead_taken_over | 负责人移交完成 | Another took over the lead
teams.team.delegated | 授权他人代办 | A right was given to another
teams.team.delegate_removed | 收回授权 | A right was taken back
teams.team.submitted | 提交申报 | The claim was submitted
teams.team.recommended | 区县推荐申报 | The district recommended the claim
teams.team.shortlisted | 申报入围 | The claim was shortlisted
teams.team.rejected | 申报未入选 | The claim was rejected
teams.team.remarked | 评审留言 | A remark was made on the claim
teams.team.decided | 作出评审决定 | A decision on the claim was taken
teams.team.readmitted | 恢复申报资格 | The claim was let in again
teams.team.accepted | 受援单位接受 | The host accepted the claim
teams.team.declined | 受援单位未接受 | The host declined the claim
teams.team.placed | 统筹安排到岗位 | The bureau placed the lead on the order
teams.team.proposed | 拟入选并提出资助金额 | The bureau proposed an amount
teams.team.sent_back | 资金不足退回 | Sent back: the money could not be reserved
teams.team.put_on_notice | 进入公示 | The team was put on public notice
teams.team.confirmed | 公示期满确认入选 | The team was confirmed
teams.team.agreement_signed | 一方签署协议 | A party signed the agreement
teams.team.agreed | 三方协议生效 | The agreement took effect
teams.team.amendment_proposed | 提出协议变更 | A change of the agreement was proposed
teams.team.amendment_signed | 一方签署变更 | A party signed the change
teams.team.agreement_amended | 协议变更生效 | The agreement was changed
teams.team.amendment_expired | 协议变更过期 | A change of the agreement expired
teams.team.amendment_retracted | 撤回协议变更 | A change of the agreement was retracted
teams.team.trained | 完成岗前培训 | The training was done
teams.team.started | 团队开始服务 | The team began to serve
teams.team.concluded | 团队服务结束 | The team's service ended
teams.team.withdrawn | 团队退出 | The team withdrew
teams.team.dissolved | 团队解散 | The team was dissolved
teams.team.cleared | 解散依据消失 | The ground of the dissolution is gone
teams.team.reinstated | 恢复团队 | The team was reinstated
teams.team.lapsed | 协议逾期未签失效 | Lapsed: the agreement was not signed in time
teams.team.reopened | 异议成立退回入围 | An objection was upheld: shortlisted again
teams.team.continuation_granted | 获得继续资助资格 | The team may continue
teams.team.continuation_withdrawn | 取消继续资助资格 | The right to continue was withdrawn
teams.team.continuation_restored | 恢复继续资助资格 | The right to continue was restored
teams.team.continuation_applied | 申请继续服务 | The team applied to continue
teams.team.confirmation_link_sent | 向联络人发送确认链接 | A link was sent to the liaison
teams.team.attachment_added | 添加团队附件 | A file was attached to the team
teams.team.attachment_removed | 删除团队附件 | A file was removed from the team
teams.panel.named | 组建评审组 | A panel was named
teams.panel.closed | 评审结束 | The panel finished
teams.panel.reopened | 评审重新进行 | The panel was opened again
teams.review.assigned | 分配评审专家 | A reviewer was assigned
teams.review.declared | 评审专家声明利益关系 | A reviewer declared an interest
teams.review.scored | 评审打分 | A reviewer scored
teams.review.overdue | 评审逾期 | A review is overdue
teams.review.withdrawn | 撤回评审任务 | A review was withdrawn
teams.appeal.lodged | 提出申诉 | An appeal was lodged
teams.appeal.upheld | 申诉成立 | The appeal was upheld
teams.appeal.dismissed | 申诉不成立 | The appeal was dismissed
teams.appeal.withdrawn | 撤回申诉 | The appeal was withdrawn
teams.entry.recorded | 登记服务记录 | A service entry was recorded
teams.entry.confirmed | 受援单位确认服务记录 | The host confirmed a service entry
teams.entry.disputed | 受援单位对服务记录有异议 | The host disputed a service entry
teams.entry.attachment_added | 添加服务记录附件 | A file was attached to a service entry
teams.entry.attachment_removed | 删除服务记录附件 | A file was removed from a service entry
teams.entry.edited | 修改服务记录 | A service entry was changed
teams.entry.withdrawn | 撤回服务记录 | A service entry was withdrawn
teams.team.rated_by_host | 受援单位评价团队 | The host rated the team
teams.team.absence_reported | 受援单位反映团队未到 | The host said that the team did not come
teams.team.absence_answered | 团队说明未到情况 | The team answered about not coming
teams.team.absence_settled | 未到情况处理完毕 | The matter of not coming was settled
teams.indicator.reported | 报告指标进展 | An indicator was reported
teams.summary.opened | 小结到期待写 | A summary is due to be written
teams.summary.submitted | 提交小结 | A summary was handed in
teams.summary.accepted | 小结通过 | A summary was accepted
teams.summary.returned | 退回小结 | A summary was returned
teams.report.confirmed | 受援单位确认指标 | The host confirmed a reported value
teams.report.disputed | 受援单位对指标有异议 | The host disputed a reported value
teams.suspension.started | 暂停申报资格 | The right to apply was suspended
teams.suspension.ended | 恢复申报资格 | The suspension ended
teams.suspension.lifted | 撤销暂停 | The suspension was lifted
funding.appropriation.set | 下达预算 | The budget was set
funding.appropriation.carried_over | 年终结转 | What was left was carried over
funding.appropriation.lapsed | 结余收回 | What was left was taken back
funding.award.reserved | 预留资金 | Money was reserved
funding.award.refused | 资金不足 | The money could not be reserved
funding.award.committed | 资金落实 | The money was committed
funding.award.activated | 资助生效 | The award took effect
funding.award.settled | 资助结算 | The award was settled
funding.award.closed | 资助结清 | The award was closed
funding.award.released | 释放预留资金 | The reserved money was released
funding.award.revoked | 撤销资助 | The award was revoked
funding.award.recovered | 追回资金 | The money was recovered
funding.award.cleared | 撤销依据消失 | The ground of the revocation is gone
funding.award.reinstated | 恢复资助 | The award was reinstated
funding.award.attachment_added | 添加资助附件 | A file was attached to the award or what belongs to it
funding.award.attachment_removed | 删除资助附件 | A file was removed from the award or what belongs to it
funding.instalment.due | 达到拨付条件 | An instalment fell due
funding.instalment.requested | 申请拨付 | Payment was requested
funding.instalment.checked | 初次复核拨付 | Payment was checked
funding.instalment.approved | 批准拨付 | Payment was approved
funding.instalment.rejected | 拨付申请未批准 | Payment was not approved
funding.instalment.batched | 列入付款批次 | Payment was put into a batch
funding.instalment.unbatched | 批次撤销，退出批次 | Payment was taken out of a voided batch
funding.instalment.paid | 完成拨付 | An instalment was paid
funding.instalment.returned | 银行退回 | The bank returned a payment
funding.instalment.reissued | 重新拨付 | A payment was issued again
funding.instalment.unknown | 付款结果未知 | The outcome of a payment is unknown
funding.instalment.held | 暂缓拨付 | An instalment was held
funding.instalment.resumed | 恢复拨付 | An instalment was resumed
funding.instalment.reinstated | 恢复分期 | An instalment was reinstated
funding.instalment.cancelled | 取消拨付 | An instalment was cancelled
funding.award.hold_placed | 决定暂缓拨付 | Money was put on hold
funding.award.hold_lifted | 解除暂缓拨付 | A hold was lifted
funding.award.hold_expired | 暂缓拨付到期 | A hold came to its end
funding.instalment.proof_submitted | 提交拨付材料 | A proof was handed in
funding.instalment.proof_accepted | 拨付材料通过 | A proof was accepted
funding.instalment.proof_returned | 退回补正拨付材料 | A proof was sent back
funding.instalment.booked | 登记国库记账凭证 | The treasury's voucher was entered
funding.substitute.named | 指定代签人 | A substitute was named
funding.substitute.revoked | 撤销代签人 | A substitute was revoked
funding.substitute.ended | 代签到期 | A substitution ended
funding.batch.voided | 撤销付款批次 | A batch was voided
funding.batch.settled | 批次银行结果全部确定 | The bank settled a whole batch
funding.resolution.proposed | 提出结果认定 | It was proposed what became of an unknown payment
funding.resolution.confirmed | 认定银行结果 | What became of an unknown payment was confirmed
funding.resolution.rejected | 退回结果认定 | What was proposed of an unknown payment was rejected
funding.resolution.overtaken | 以银行答复为准 | The bank said itself what became of a payment
funding.item.opened | 出现未达账项 | Something is outstanding with the bank
funding.item.matched | 未达账项核对一致 | An outstanding item was matched
funding.item.explained | 说明未达账项原因 | An outstanding item was explained
funding.paying_account.registered | 登记付款账户 | A paying account was registered
funding.paying_account.confirmed | 启用付款账户 | A paying account was confirmed
funding.paying_account.replaced | 更换付款账户 | A paying account was replaced
funding.template.proposed | 提出银行文件模板 | A bank file template was proposed
funding.template.confirmed | 启用银行文件模板 | A bank file template was confirmed
funding.payee.closed | 停用收款账户 | A payee's account was closed
funding.payee.registered | 登记收款账户 | A payee was registered
funding.payee.replaced | 变更收款账户 | A payee's account was changed
funding.expense.drafted | 登记支出 | An expense was drafted
funding.expense.edited | 修改支出 | An expense was changed
funding.expense.submitted | 提交支出 | An expense was submitted
funding.expense.accepted | 认可支出 | An expense was accepted
funding.expense.returned | 退回支出 | An expense was sent back
funding.expense.withdrawn | 撤回支出 | An expense was withdrawn
funding.final_account.drafted | 编制决算 | A final account was drafted
funding.final_account.edited | 修改决算 | A final account was changed
funding.final_account.submitted | 提交决算 | A final account was submitted
funding.final_account.returned | 退回决算 | A final account was sent back
funding.final_account.accepted | 认可决算 | A final account was accepted
funding.final_account.reopened | 重新打开决算 | A final account was reopened
funding.recovery.opened | 应收回资金 | Money must come back
funding.recovery.planned | 约定分期缴回 | It may be paid back in instalments
funding.recovery.repaid | 部分收回 | A part of it came back
funding.recovery.completed | 全部收回 | All of it came back
funding.recovery.overdue | 应收回资金逾期 | Money that must come back is overdue
funding.recovery.write_off_proposed | 提出核销 | It was proposed to write it off
funding.recovery.written_off | 核销应收回资金 | What was left was written off
funding.recovery.reversed | 冲销应收回资金 | The claim was reversed
funding.recovery.forgiven | 免予收回 | What was owed was forgiven
funding.repayment.registered | 登记缴款 | A repayment was registered
funding.repayment.confirmed | 确认缴款到账 | A repayment was confirmed
funding.repayment.rejected | 退回缴款登记 | A repayment was rejected
funding.transfer.made | 预算调剂 | Money was moved between budget lines
funding.payee.verified | 核验收款账户 | A payee was verified
assessment.calendar.declared | 公布工作日安排 | Working days were declared
assessment.notice.posted | 开始公示 | The public notice was posted
assessment.notice.closed | 公示期满 | The public notice ended
assessment.notice.confirmed | 公示结果确认 | The notice was confirmed
assessment.notice.entry_confirmed | 公示无异议 | The entry on notice was confirmed
assessment.notice.entry_upheld | 对公示的异议成立 | An objection to the entry was upheld
assessment.notice.attachment_added | 添加公示附件 | A file was attached to the notice
assessment.notice.attachment_removed | 删除公示附件 | A file was removed from the notice
assessment.objection.raised | 提出异议 | An objection was raised
assessment.objection.extended | 延长异议答复 | The answer to an objection was put off
assessment.objection.answered | 答复异议 | An objection was answered
assessment.cycle.opened | 启动年度考核 | The year's assessment began
assessment.cycle.published | 年度考核结果发布 | The year's grades were published
assessment.assessment.enrolled | 列入年度考核 | The team was enrolled in the assessment
assessment.assessment.excluded | 不参加本年度考核 | The team was left out of the assessment
assessment.assessment.collecting | 收集考核材料 | The parts of the assessment are collected
assessment.cycle.reminded | 考核材料提交期限临近 | Parts of the assessment are due soon
assessment.cycle.assessors_named | 确定市级评审专家 | The assessors of the year were named
assessment.sheet.assigned | 分配评审任务 | An assessor was given a team
assessment.sheet.scored | 评审打分 | An assessor scored
assessment.sheet.declared | 评审专家申明回避 | An assessor declared a conflict of interest
assessment.sheet.withdrawn | 撤销评审任务 | A team was taken back from an assessor
assessment.assessment.points_added | 核定加分 | The bureau gave points for an item of the scorecard
assessment.assessment.part_submitted | 提交考核材料 | A part of the assessment was handed in
assessment.assessment.scored | 考核计分 | The assessment was scored
assessment.assessment.graded | 评定等次 | The team was graded
assessment.assessment.overridden | 调整等次 | The grade was changed by a person
assessment.assessment.put_on_notice | 考核结果公示 | The grade was put on notice
assessment.assessment.published | 发布考核等次 | The grade was published
assessment.assessment.reopened | 重新考核 | The assessment was opened again
assessment.correction.proposed | 提出更正考核结果 | A correction of a published rating was proposed
assessment.correction.confirmed | 确认更正考核结果 | A correction of a published rating was confirmed
assessment.correction.rejected | 退回更正考核结果 | A correction of a published rating was rejected
assessment.correction.withdrawn | 撤回更正考核结果 | A correction of a published rating was withdrawn
assessment.edition.published | 发布考核结果版本 | An edition of grades was published
assessment.rectification.opened | 限期整改 | Rectification was ordered
assessment.rectification.extended | 延长整改期限 | Rectification was extended
assessment.rectification.planned | 提交整改方案 | A plan of rectification was handed in
assessment.rectification.inspected | 现场复查 | Rectification was inspected
assessment.rectification.overdue | 整改逾期未处理 | Rectification is overdue
assessment.rectification.passed | 整改通过 | Rectification was passed
assessment.rectification.failed | 整改未通过 | Rectification failed
assessment.rectification.cancelled | 取消整改 | Rectification was cancelled
assessment.report.drafted | 起草年度报告 | A report of the year was begun
assessment.report.submitted | 报送年度报告 | A report of the year was handed in
assessment.report.returned | 退回年度报告 | A report of the year was returned
assessment.report.withdrawn | 撤销年度报告草稿 | A draft of the year's report was dropped
assessment.report.accepted | 采纳年度报告 | A report of the year was accepted
assessment.report.issued | 发布年度报告 | A report of the year was issued
assessment.case.handed_in | 报送典型案例 | An exemplary case was handed in
assessment.case.selected | 选用典型案例 | An exemplary case was selected
assessment.case.declined | 未选用典型案例 | An exemplary case was declined
assessment.case.withdrawn | 撤回典型案例 | An exemplary case was withdrawn
assessment.case.attachment_added | 添加案例附件 | A file was attached to a case
assessment.case.attachment_removed | 删除案例附件 | A file was removed from a case
assessment.commendation.entered | 登记表彰 | A commendation was entered
assessment.commendation.withdrawn | 撤销表彰 | A commendation was withdrawn
assessment.follow_up.opened | 回访到期 | A follow-up visit is due
assessment.follow_up.recorded | 登记回访 | A follow-up visit was recorded
assessment.benefit.granted | 给予政策待遇 | A benefit was granted
assessment.benefit.held | 暂缓政策待遇 | A benefit was held
assessment.benefit.released | 恢复政策待遇 | A benefit was released
assessment.benefit.restored | 恢复已使用的政策待遇 | A used benefit was restored
assessment.benefit.withdrawn | 取消政策待遇 | A benefit was withdrawn
assessment.benefit.used | 使用政策待遇 | A benefit was used
assessment.benefit.use_withdrawn | 撤回待遇使用登记 | A use of a benefit was withdrawn
assessment.benefit.freed | 政策待遇恢复可用 | A benefit may be used again
assessment.benefit.expired | 政策待遇到期 | A benefit expired
assessment.card.issued | 发放英才卡 | A benefit card was issued
assessment.card.used | 使用英才卡 | A benefit card was used
assessment.card.use_withdrawn | 撤回用卡登记 | A use of a benefit card was withdrawn
assessment.card.held | 暂停英才卡 | A benefit card was held
assessment.card.released | 恢复英才卡 | A benefit card was released
assessment.card.expired | 英才卡到期 | A benefit card expired
assessment.card.revoked | 注销英才卡 | A benefit card was revoked
assessment.subscription.created | 登记数据推送订阅 | A subscription was made
assessment.subscription.verified | 推送地址验证通过 | A subscription's receiver answered
assessment.subscription.edited | 修改推送订阅 | A subscription was changed
assessment.subscription.rotated | 更换推送密钥 | A subscription got a new secret
assessment.subscription.pinged | 测试推送 | A test message was asked for
assessment.subscription.paused | 暂停推送 | A subscription was paused
assessment.subscription.resumed | 恢复推送 | A subscription was resumed
assessment.subscription.ended | 终止推送订阅 | A subscription ended
assessment.delivery.given_up | 放弃推送 | A delivery was given up
assessment.delivery.replayed | 重新推送 | A delivery was sent again
assessment.certificate.issued | 签发证书 | A certificate was issued
assessment.certificate.superseded | 换发证书 | A certificate was replaced
assessment.certificate.revoked | 撤销证书 | A certificate was revoked
assessment.certificate.expired | 证书到期 | A certificate expired
"""

WORDS: dict[str, tuple[str, str]] = {
    kind: (zh, en) for kind, zh, en in (line.split(" | ") for line in _WORDS.strip().splitlines())
}
"""Chinese and English by type without its version: ``orders.order.submitted``."""


def words_of(kind: str) -> tuple[str, str]:
    """The sentence of an event type (``orders.order.submitted.v1``); of one that is not listed, the type itself."""
    name = kind.rpartition(".v")[0] or kind
    return WORDS.get(name, (name, name))
