"""Everything that can happen to a customer, as the history says it.

Phone and ID numbers enter history masked only, so masking on erasure concerns names and texts.
"""

from __future__ import annotations

from zhize.kernel.history import verb

CREATED = verb(
    "customer.created", zh="{actor}建立了客户档案", en="{actor} created the customer record", privacy="mask"
)
UPDATED = verb(
    "customer.updated", zh="{actor}修改了客户资料", en="{actor} changed customer data", privacy="drop"
)
COMPANY_UPDATED = verb(
    "customer.company_updated", zh="{actor}修改了企业资料", en="{actor} changed company data", privacy="drop"
)
IMPORTED = verb(
    "customer.imported",
    zh="{actor}从《{file}》导入客户",
    en="{actor} imported customers from {file}",
    privacy="keep",
)
PHONE_ADDED = verb(
    "customer.phone_added", zh="{actor}登记了电话 {phone}", en="{actor} added phone {phone}", privacy="drop"
)
PHONE_REMOVED = verb(
    "customer.phone_removed",
    zh="{actor}删去了电话 {phone}",
    en="{actor} removed phone {phone}",
    privacy="drop",
)
PHONE_PREFERRED = verb(
    "customer.phone_preferred",
    zh="{actor}把 {phone} 设为首选电话",
    en="{actor} made {phone} the first number",
    privacy="drop",
)
EMAIL_ADDED = verb(
    "customer.email_added", zh="{actor}登记了邮箱 {email}", en="{actor} added address {email}", privacy="drop"
)
EMAIL_REMOVED = verb(
    "customer.email_removed",
    zh="{actor}删去了邮箱 {email}",
    en="{actor} removed address {email}",
    privacy="drop",
)
CONTACT_ADDED = verb(
    "customer.contact_added",
    zh="{actor}登记了联系人{name}",
    en="{actor} added contact {name}",
    privacy="drop",
)
CONTACT_CHANGED = verb(
    "customer.contact_changed",
    zh="{actor}修改了联系人{name}",
    en="{actor} changed contact {name}",
    privacy="drop",
)
ROLE_GRANTED = verb(
    "customer.contact_authorised",
    zh="{actor}登记{name}负责“{purpose}”（{sign}）",
    en="{actor} noted {name} for {purpose} ({sign})",
    privacy="drop",
)
ROLE_ENDED = verb(
    "customer.contact_role_ended",
    zh="{actor}结束了{name}的“{purpose}”授权",
    en="{actor} ended {name}'s role for {purpose}",
    privacy="drop",
)
SIGNED = verb(
    "customer.confirmation_signed",
    zh="{name}签字确认“{title}”，由{actor}登记",
    en="{name} signed “{title}”, recorded by {actor}",
    privacy="drop",
)
MEMBER_ADDED = verb(
    "customer.member_added",
    zh="{actor}把{name}登记为家庭成员",
    en="{actor} added {name} to the household",
    privacy="drop",
)
MEMBER_REMOVED = verb(
    "customer.member_removed",
    zh="{actor}把{name}移出家庭",
    en="{actor} removed {name} from the household",
    privacy="drop",
)
OCCUPIED = verb(
    "customer.occupied",
    zh="{actor}登记{customer}为{premises}的{role}",
    en="{actor} recorded {customer} at {premises} as {role}",
    privacy="mask",
)
VACATED = verb(
    "customer.vacated",
    zh="{actor}登记{customer}自 {day} 起不再是{premises}的{role}",
    en="{actor} recorded that {customer} is no longer {role} of {premises} after {day}",
    privacy="mask",
)
LIVING_CHANGED = verb(
    "customer.living_changed",
    zh="{actor}更新了业主是否自住",
    en="{actor} noted whether the owner lives there",
    privacy="keep",
)
NOTE_PINNED = verb(
    "customer.note_pinned", zh="{actor}调整了置顶备注", en="{actor} changed the pinned note", privacy="keep"
)
CONFIRMED = verb(
    "customer.data_confirmed",
    zh="{actor}与客户确认了资料",
    en="{actor} confirmed the data with the customer",
    privacy="keep",
)
GRADED = verb(
    "customer.graded",
    zh="{actor}把客户等级定为{grade}",
    en="{actor} graded the customer {grade}",
    privacy="keep",
)
ARREARS_REPORTED = verb(
    "customer.arrears_reported",
    zh="{actor}登记截至 {day} 欠费 {amount}",
    en="{actor} reported arrears of {amount} as of {day}",
    privacy="drop",
)
UNMASKED = verb(
    "customer.unmasked",
    zh="{actor}查看了{fields}",
    en="{actor} opened {fields}",
    privacy="keep",
)
READ_IN_FULL = verb(
    "customer.read_in_full",
    zh="{actor}查看了完整电话号码",
    en="{actor} looked at the full phone numbers",
    privacy="keep",
)
RULES_PROPOSED = verb(
    "customer.rules_proposed",
    zh="{actor}对档案保管、使用和保密提出建议",
    en="{actor} proposed how to keep the archives better",
    privacy="keep",
)
CLOSED = verb(
    "customer.closed",
    zh="{actor}为客户销户",
    en="{actor} closed the customer",
    privacy="drop",
)
REOPENED = verb(
    "customer.reopened",
    zh="{actor}恢复了客户档案",
    en="{actor} reopened the customer",
    privacy="drop",
)
MERGED = verb(
    "customer.merged",
    zh="{actor}把{loser}并入{winner}",
    en="{actor} merged {loser} into {winner}",
    privacy="mask",
)
MERGED_AWAY = verb(
    "customer.merged_away",
    zh="这份档案并入了另一位客户",
    en="This record was merged into another customer",
    privacy="keep",
)
PARTED = verb(
    "customer.parted", zh="这份档案从合并中恢复", en="This record was restored from a merge", privacy="keep"
)
UNMERGED = verb(
    "customer.unmerged",
    zh="{actor}撤销了{loser}并入{winner}",
    en="{actor} undid the merge of {loser} into {winner}",
    privacy="mask",
)
DUPLICATE_PROPOSED = verb(
    "customer.duplicate_proposed",
    zh="发现可能重复：{first}与{second}（{likeness}）",
    en="Possible duplicate: {first} and {second} ({likeness})",
    privacy="mask",
)
DUPLICATE_DISMISSED = verb(
    "customer.duplicate_dismissed",
    zh="{actor}认定{first}与{second}不是同一客户",
    en="{actor} found that {first} and {second} are different customers",
    privacy="mask",
)
MATTER_RECORDED = verb(
    "customer.matter_recorded",
    zh="{actor}记录了重要事项“{title}”",
    en="{actor} recorded the matter “{title}”",
    privacy="drop",
)
MATTER_SUPPLEMENTED = verb(
    "customer.matter_supplemented",
    zh="{actor}补充了重要事项“{title}”",
    en="{actor} supplemented the matter “{title}”",
    privacy="drop",
)
WATCHED = verb(
    "customer.watched",
    zh="{actor}把客户列为重点关注：{reason}",
    en="{actor} put the customer on the watch list: {reason}",
    privacy="drop",
)
WATCH_MEASURE_ADDED = verb(
    "customer.watch_measure_added",
    zh="{actor}增加措施“{measure}”",
    en="{actor} added measure “{measure}”",
    privacy="drop",
)
WATCH_MEASURE_DONE = verb(
    "customer.watch_measure_done",
    zh="{actor}完成措施“{measure}”",
    en="{actor} carried out “{measure}”",
    privacy="drop",
)
WATCH_REVIEWED = verb(
    "customer.watch_reviewed",
    zh="{actor}复核重点关注：{verdict}",
    en="{actor} reviewed the watch-list customer: {verdict}",
    privacy="drop",
)
WATCH_ENDED = verb(
    "customer.watch_ended",
    zh="{actor}解除重点关注",
    en="{actor} took the customer off the watch list",
    privacy="drop",
)
NEED_RECORDED = verb(
    "customer.need_recorded",
    zh="{actor}记录了需求（{product}）",
    en="{actor} recorded a need ({product})",
    privacy="drop",
)
NEED_PURSUED = verb(
    "need.pursue", zh="{actor}开始跟进需求", en="{actor} is pursuing the need", privacy="keep"
)
NEED_MET = verb("need.meet", zh="{actor}确认需求已满足", en="{actor} noted the need as met", privacy="keep")
NEED_DECLINED = verb("need.decline", zh="{actor}结束需求", en="{actor} ended the need", privacy="keep")
NEED_REOPENED = verb("need.reopen", zh="{actor}重新打开需求", en="{actor} reopened the need", privacy="keep")
TOUCHED = verb(
    "customer.touched",
    zh="{actor}联系了客户（{channel}）",
    en="{actor} was in touch ({channel})",
    privacy="drop",
)
NOTED = verb("customer.noted", zh="{actor}写了备注", en="{actor} wrote a note", privacy="drop")
ASSET_RECORDED = verb(
    "customer.asset_recorded",
    zh="{actor}登记了产品 {asset}",
    en="{actor} recorded product {asset}",
    privacy="keep",
)
ASSET_REMOVED = verb(
    "customer.asset_removed",
    zh="{actor}登记产品 {asset} 已拆除",
    en="{actor} recorded the removal of {asset}",
    privacy="keep",
)
QUALITY_RECORDED = verb(
    "customer.quality_recorded",
    zh="{actor}为 {asset} 记录了{kind}",
    en="{actor} recorded a {kind} of {asset}",
    privacy="drop",
)
VISIT_PLANNED = verb(
    "customer.visit_planned",
    zh="按客户等级安排走访，期限 {day}",
    en="A visit was planned by grade, due {day}",
    privacy="keep",
)
VISITS_ENDED = verb(
    "customer.visits_ended",
    zh="客户等级不再要求走访",
    en="The grade no longer asks for visits",
    privacy="keep",
)
PREMISES_CREATED = verb(
    "premises.created",
    zh="{actor}建立了房产 {subject}",
    en="{actor} added premises {subject}",
    privacy="keep",
)
PREMISES_UPDATED = verb(
    "premises.updated", zh="{actor}修改了房产资料", en="{actor} changed the premises", privacy="keep"
)
PREMISES_ASSIGNED = verb(
    "premises.area_set",
    zh="{actor}把责任区域定为{area}",
    en="{actor} set the area of responsibility to {area}",
    privacy="keep",
)
PARKING_RECORDED = verb(
    "premises.parking_recorded",
    zh="{actor}登记了车位 {space}",
    en="{actor} recorded parking space {space}",
    privacy="keep",
)
COPIED = verb(
    "customer.copied",
    zh="{actor}导出了该客户的全部资料",
    en="{actor} handed out all data of the customer",
    privacy="keep",
)
ERASED = verb(
    "customer.erased",
    zh="{actor}抹去了该客户的个人信息",
    en="{actor} erased the customer's personal data",
    privacy="keep",
)
ERASURE_ASKED = verb(
    "customer.erasure_asked",
    zh="{actor}申请抹去该客户的个人信息，依据：{note}",
    en="{actor} asked to erase the customer's personal data: {note}",
    privacy="keep",
)
ERASURE_REFUSED = verb(
    "customer.erasure_refused",
    zh="{actor}不同意抹去该客户的个人信息：{note}",
    en="{actor} refused to erase the customer's personal data: {note}",
    privacy="keep",
)
ERASURE_WITHDRAWN = verb(
    "customer.erasure_withdrawn",
    zh="{actor}撤回了抹去个人信息的申请",
    en="{actor} withdrew the request to erase the customer's personal data",
    privacy="keep",
)
