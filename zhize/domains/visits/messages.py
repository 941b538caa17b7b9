"""What customers are asked by mail, and what departments are told of opinions."""

from __future__ import annotations

from zhize.kernel import notices

notices.template(
    "visits.survey",
    zh=(
        "{tag} 请评价我们的服务：{title}",
        "您好，您反映的“{title}”（编号 {number}）已经答复。请花一分钟告诉我们您是否满意：\n{link}\n\n"
        "链接 14 天内有效，只能填写一次。\n\n{unit}",
    ),
    en=(
        "{tag} How did we do: {title}",
        "We have answered your matter “{title}” (number {number}). Please take a minute to tell us whether you are"
        " satisfied:\n{link}\n\nThe link works once and for 14 days.\n\n{unit}",
    ),
    names={
        "tag": "编号与回信标记",
        "title": "事由",
        "number": "编号",
        "unit": "部门",
        "link": "满意度链接",
    },
    to_customer=True,
)
notices.template(
    "opinion.sent",
    zh=("请签收意见：{text}", "{actor}把一条客户意见转给{unit}，请签收并答复：\n{text}"),
    en=(
        "Opinion to receive: {text}",
        "{actor} passed a customer's opinion on to {unit}. Please receive and answer it:\n{text}",
    ),
    names={"text": "意见内容", "unit": "部门", "actor": "转办人"},
)
notices.template(
    "opinion.answered",
    zh=("意见已答复：{text}", "{actor}答复了您登记的意见：\n{text}\n\n答复：{answer}"),
    en=(
        "Opinion answered: {text}",
        "{actor} answered the opinion you registered:\n{text}\n\nAnswer: {answer}",
    ),
    names={"text": "意见内容", "answer": "答复内容", "actor": "答复人"},
)
