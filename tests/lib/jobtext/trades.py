"""Clauses of trades that this project has no pack for, with what a careful reader takes from each.

Written before the grammar was tried on them. Each clause: text → the rules and targets it demands, in order; an empty
list where nothing is owed by a time.
"""

from __future__ import annotations

from typing import Any

Reading = list[dict[str, Any]]

HOSPITAL: list[tuple[str, Reading]] = [
    ("每班交接班前15分钟完成护理记录书写。", [{"every": "shift", "due": "shift_end", "before_minutes": 15}]),
    ("接到急诊会诊通知后10分钟内到达现场。", [{"kind": "elapsed", "minutes": 10}]),
    ("普通会诊48小时内完成。", [{"kind": "elapsed", "minutes": 2880}]),
    ("患者入院后8小时内完成首次病程记录，24小时内完成入院记录。",
     [{"kind": "elapsed", "minutes": 480}, {"kind": "elapsed", "minutes": 1440}]),
    ("每周二、周五上午9点参加科主任查房。", [{"every": "week", "due": "on", "weekdays": ["tue", "fri"], "at": "09:00"}]),
    ("每2小时巡视病房一次，并记录。", [{"every": "shift", "due": "shift_end", "count": 4, "assumed": True}]),
    ("出院病历应在患者出院后3个工作日内归档，病历保存不少于30年。", [{"kind": "working_days", "days": 3}]),
    ("每月最后一个工作日前完成毒麻药品盘点，填写《毒麻药品盘点表》。", [{"every": "month", "due": "by", "nth_working_day": -1}]),
    ("手消毒时间不少于2分钟。", []),
    ("发现医院感染暴发应于2小时内报告院感科。", [{"kind": "elapsed", "minutes": 120}]),
    ("每季度组织一次急救演练。", [{"every": "quarter", "due": "period_end"}]),
    ("具有护士执业资格证，2年以上三级医院护理工作经验。", []),
]  # fmt: skip
HOTEL: list[tuple[str, Reading]] = [
    ("每日14:00前完成预离房清扫，15:00前报前台可售房数。",
     [{"every": "day", "due": "by", "at": "14:00"}, {"every": "day", "due": "by", "at": "15:00"}]),
    ("客人退房后30分钟内完成查房。", [{"kind": "elapsed", "minutes": 30}]),
    ("电话铃响三声内（10秒内）接听。", [{"kind": "elapsed", "seconds": 10}]),
    ("VIP客人抵店前1小时检查房间布置。", [{"kind": "before", "minutes": 60}]),
    ("每月10日、20日对布草进行盘点。", [{"every": "month", "due": "on", "month_days": [10, 20]}]),
    ("夜审须于次日凌晨6点前完成当日账务审核并出具《夜审报表》。", [{"kind": "by", "days": 1, "at": "06:00"}]),
    ("遗留物品保管三个月，贵重物品保管一年。", []),
    ("每半年对客房进行一次计划卫生和保养。", [{"every": "half_year", "due": "period_end"}]),
    ("实行8小时工作制，每周休息一天。", []),
]  # fmt: skip
BANK: list[tuple[str, Reading]] = [
    ("每日营业终了前核对现金，做到账款相符。", [{"every": "day", "due": "shift_end"}]),
    ("次月5个工作日内上报反洗钱可疑交易月报。", [{"every": "month", "due": "period_end", "offset_working_days": 5}]),
    ("大额交易发生后5个工作日内通过系统提交大额交易报告。", [{"kind": "working_days", "days": 5}]),
    ("季度结束后10日内完成贷后检查报告。", [{"every": "quarter", "due": "period_end", "offset_days": 10}]),
    ("贷款到期前30天向客户发送《还款提示函》。", [{"kind": "before", "days": 30}]),
    ("定期存款、理财产品的营销与维护。", []),
    ("客户投诉应在当日登记，15个自然日内办结。", [{"kind": "day_end"}, {"kind": "days", "days": 15}]),
    ("每年1月、7月对重要空白凭证进行全面清查。", [{"every": "year", "due": "by", "months": [1, 7], "month_days": [-1]}]),
    ("单笔金额超过5万元的取款须提前1天预约登记。", [{"kind": "before", "days": 1}]),
    ("每月抽查不少于10%的柜面业务凭证。", [{"every": "month", "due": "period_end", "share_percent": 10}]),
]  # fmt: skip
LOGISTICS: list[tuple[str, Reading]] = [
    ("货物签收后24小时内上传回单。", [{"kind": "elapsed", "minutes": 1440}]),
    ("每天出车前检查车辆轮胎、刹车，收车后填写行车日志。", [{"every": "day", "due": "shift_end"}]),
    ("异常件须在1小时内上报调度，12小时内给出处理方案。",
     [{"kind": "elapsed", "minutes": 60}, {"kind": "elapsed", "minutes": 720}]),
    ("每隔三个月对叉车进行一次保养。", [{"every": "month", "due": "period_end", "interval": 4}]),
    ("每周一上午10:00前提交上周运输成本分析。", [{"every": "week", "due": "on", "weekdays": ["mon"], "at": "10:00"}]),
    ("连续驾驶不得超过4小时。", []),
    ("每月25日盘点库存，遇节假日顺延。",
     [{"every": "month", "due": "on", "month_days": [25], "on_free_day": "later"}]),
    ("驾驶证有效期届满前90天内办理换证。", [{"kind": "before"}]),
]  # fmt: skip
SCHOOL: list[tuple[str, Reading]] = [
    ("每学期家访不少于5户。", [{"every": "half_year", "due": "period_end", "count": 5, "assumed": True}]),
    ("每周听课两节以上并做好听课记录。", [{"every": "week", "due": "period_end", "count": 2}]),
    ("学生请假3天以内由班主任审批，3天以上报教务处审批。", []),
    ("考试结束后3日内完成阅卷和成绩录入。", [{"kind": "days", "days": 3}]),
    ("每天早上7:30前到校检查晨读。", [{"every": "day", "due": "by", "at": "07:30"}]),
    ("每周五放学前检查教室门窗。", [{"every": "week", "due": "on", "weekdays": ["fri"]}]),
    ("学生突发疾病应立即通知家长并报告校医。", [{"kind": "elapsed", "minutes": 30, "assumed": True}]),
    ("每年8月底前制定新学年工作计划。", [{"every": "year", "due": "by", "months": [8], "month_days": [-1]}]),
    ("隔周召开一次班会。", [{"every": "week", "due": "period_end", "interval": 2}]),
]  # fmt: skip
GOVERNMENT: list[tuple[str, Reading]] = [
    ("材料齐全的即时办结，需审核的5个工作日内办结。",
     [{"kind": "elapsed", "minutes": 30, "assumed": True}, {"kind": "working_days", "days": 5}]),
    ("每个工作日16:30前汇总当日办件量。", [{"every": "day", "due": "by", "at": "16:30", "workdays_only": True}]),
    ("信访件自收到之日起15日内受理告知，60日内办结。", [{"kind": "days", "days": 15}, {"kind": "days", "days": 60}]),
    ("12345热线工单2小时内签收。", [{"kind": "elapsed", "minutes": 120}]),
    ("每季度首月15日前公开上季度办件情况。",
     [{"every": "quarter", "due": "by", "months": [1, 4, 7, 10], "month_days": [15]}]),
    ("提供24小时自助服务，设立咨询热线。", []),
    ("年底前完成窗口人员年度考核。", [{"every": "year", "due": "period_end"}]),
    ("每月上旬召开窗口工作例会。", [{"every": "month", "due": "by", "month_days": [10]}]),
]  # fmt: skip
SHOP: list[tuple[str, Reading]] = [
    ("买家咨询30秒内响应，3分钟回复率不低于90%。", [{"kind": "elapsed", "seconds": 30}]),
    ("退款申请48小时内处理完毕。", [{"kind": "elapsed", "minutes": 2880}]),
    ("支持7天无理由退货，质保1年。", []),
    ("当天16点前的订单当天发货，16点后的订单次日发货。", [{"kind": "day_end"}, {"kind": "day_end", "days": 1}]),
    ("大促活动开始前3天完成页面上线检查。", [{"kind": "before", "days": 3}]),
    ("每日10:00、15:00、20:00各查看一次差评并回复。",
     [{"every": "day", "due": "on", "times": ["10:00", "15:00", "20:00"]}]),
    ("每两周更新一次产品知识库。", [{"every": "week", "due": "period_end", "interval": 2}]),
    ("活动结束后3个工作日内提交《活动复盘报告》。", [{"kind": "working_days", "days": 3}]),
]  # fmt: skip
RESTAURANT: list[tuple[str, Reading]] = [
    ("开餐前30分钟召开班前会。", [{"every": "shift", "due": "shift_start", "before_minutes": 30}]),
    ("菜品上桌时间不得超过20分钟。", [{"kind": "elapsed", "minutes": 20}]),
    ("食品留样48小时，每样不少于125克。", []),
    ("每日打烊后半小时内完成灶台清洁和燃气关闭检查。", [{"every": "day", "due": "shift_end", "after_minutes": 30}]),
    ("每月至少两次进行灭蝇灭鼠消杀。", [{"every": "month", "due": "period_end", "count": 2}]),
    ("供应商到货后立即验收，不合格品当场退回。", [{"kind": "elapsed", "minutes": 30, "assumed": True}]),
    ("健康证到期前一个月安排体检换证。", [{"kind": "before", "months": 1}]),
    ("餐具煮沸消毒15分钟以上。", []),
]  # fmt: skip
FACTORY: list[tuple[str, Reading]] = [
    ("设备故障停机超过30分钟须上报车间主任。", []),
    ("每班首件、中间、末件各检验一次并填写首检记录。", [{"every": "shift", "due": "shift_end"}]),
    ("每月1日至5日完成上月能耗统计。", [{"every": "month", "due": "by", "month_days": [5]}]),
    ("特种设备每年检验一次，安全阀每年校验一次。", [{"every": "year", "due": "period_end"}]),
    ("8D报告应在收到客诉后5天或3个工作日内回复客户。", [{"kind": "days", "days": 5}]),
    ("每週一、三、五對生產線進行5S檢查。", [{"every": "week", "due": "on", "weekdays": ["mon", "wed", "fri"]}]),
    ("熟悉ISO9001质量管理体系，能适应倒班。", []),
    ("上半年和下半年各组织一次消防演习。", [{"every": "year", "due": "by", "months": [6, 12], "month_days": [-1]}]),
]  # fmt: skip
OFFICE: list[tuple[str, Reading]] = [
    ("员工入职当天办理入职手续，一个月内签订劳动合同。", [{"kind": "day_end"}, {"kind": "months", "months": 1}]),
    ("每月15日发放上月工资，遇节假日提前。", [{"every": "month", "due": "on", "month_days": [15], "on_free_day": "earlier"}]),
    ("合同期满前三十日书面通知员工续签意向。", [{"kind": "before", "days": 30}]),
    ("员工享受年假5天，每年体检一次。", []),
    ("会议纪要于会后24小时内发出。", [{"kind": "elapsed", "minutes": 1440}]),
    ("每月第二个星期三下午组织消防安全培训，培训时间不少于2小时。",
     [{"every": "month", "due": "on", "nth_weekday": 2, "weekdays": ["wed"]}]),
    ("每年12月25日前编制下年度预算。", [{"every": "year", "due": "by", "months": [12], "month_days": [25]}]),
    ("印章使用需当场登记，金额超过1万元的合同用印须经总经理批准。", []),
]  # fmt: skip

KINDERGARTEN: list[tuple[str, Reading]] = [
    ("每日晨检在8:00—8:30进行，发现异常立即隔离并报告园长。",
     [{"every": "day", "due": "by", "not_before": "08:00", "at": "08:30"}, {"kind": "elapsed", "minutes": 30, "assumed": True}]),
    ("每月末向家长发放《幼儿成长记录》。", [{"every": "month", "due": "period_end"}]),
    ("每天午睡期间每15分钟巡视一次。", [{"every": "shift", "due": "shift_end", "count": 32, "assumed": True}]),
    ("玩具每周消毒两次，被褥每半月晾晒一次。",
     [{"every": "week", "due": "period_end", "count": 2}, {"every": "half_month", "due": "period_end"}]),
    ("离园前10分钟清点人数。", [{"kind": "before", "minutes": 10}]),
    ("食谱每周五下班前公布下周内容。", [{"every": "week", "due": "on", "weekdays": ["fri"]}]),
]  # fmt: skip
PHARMACY: list[tuple[str, Reading]] = [
    ("近效期药品（有效期不足6个月）每月填报《近效期药品催销表》。", [{"every": "month", "due": "period_end"}]),
    ("每天上午、下午各记录一次温湿度。", [{"every": "day", "due": "shift_end", "count": 2}]),
    ("处方保存2年，麻醉药品处方保存3年备查。", []),
    ("冷藏药品到货后30分钟内入库。", [{"kind": "elapsed", "minutes": 30}]),
    ("质量可疑药品应于当日上报质管员，不得隔夜。", [{"kind": "day_end"}]),
    ("每季末对在库药品循环养护一次。", [{"every": "quarter", "due": "period_end"}]),
    ("执业药师注册证有效期三年，到期前六个月申请延续。", [{"kind": "before", "months": 6}]),
]  # fmt: skip
BUILDING: list[tuple[str, Reading]] = [
    ("每旬组织一次安全大检查，查出的隐患限3日内整改完毕。",
     [{"every": "ten_days", "due": "period_end"}, {"kind": "days", "days": 3}]),
    ("发生安全事故后1小时内上报项目部，24小时内提交书面报告。",
     [{"kind": "elapsed", "minutes": 60}, {"kind": "elapsed", "minutes": 1440}]),
    ("混凝土养护时间不少于7天。", []),
    ("隐蔽工程验收前48小时通知监理。", [{"kind": "before", "minutes": 2880}]),
    ("每周例会后次日发出会议纪要。", [{"kind": "day_end", "days": 1}]),
    ("施工日志当天记录，竣工后15天内移交档案室。", [{"kind": "day_end"}, {"kind": "days", "days": 15}]),
    ("单项变更金额10万元以上须报公司批准。", []),
    ("工程进度月报于每月28日报送业主。", [{"every": "month", "due": "on", "month_days": [28]}]),
]  # fmt: skip
ACCOUNTS: list[tuple[str, Reading]] = [
    ("每月15日前完成增值税申报，遇节假日顺延。",
     [{"every": "month", "due": "by", "month_days": [15], "on_free_day": "later"}]),
    ("每年5月31日前完成企业所得税汇算清缴。", [{"every": "year", "due": "by", "months": [5], "month_days": [31]}]),
    ("会计凭证保管期限30年，月报保存10年。", []),
    ("每月终了后8日内出具财务报表。", [{"every": "month", "due": "period_end", "offset_days": 8}]),
    ("报销单据收到后三个工作日内审核完毕，每周二、四付款。",
     [{"kind": "working_days", "days": 3}, {"every": "week", "due": "on", "weekdays": ["tue", "thu"]}]),
    ("库存现金不得超过5000元，每日盘点并编制现金日报表。", [{"every": "day", "due": "shift_end"}]),
    ("应收账款逾期30天以上的，每周催收一次。", [{"every": "week", "due": "period_end"}]),
    ("年终结账后一个月内完成决算报告。", [{"kind": "months", "months": 1}]),
]  # fmt: skip
LIFTS: list[tuple[str, Reading]] = [
    ("电梯每15天进行一次清洁、润滑、调整和检查。", [{"every": "day", "due": "shift_end", "interval": 15}]),
    ("接到困人报告后30分钟内抵达现场实施救援。", [{"kind": "elapsed", "minutes": 30}]),
    ("每年度进行一次自行检查，检验合格有效期届满前1个月申报定期检验。",
     [{"every": "year", "due": "period_end"}, {"kind": "before", "months": 1}]),
    ("維保記錄應於當日下班前交主管簽字確認。", [{"kind": "day_end"}]),
    ("二十四小時內未修復的故障須上報經理。", []),
    ("每班至少巡查機房三次。", [{"every": "shift", "due": "shift_end", "count": 3}]),
]  # fmt: skip
MEDIA: list[tuple[str, Reading]] = [
    ("每周更新公众号3篇，每月10号前提交上月运营数据分析报告。",
     [{"every": "week", "due": "period_end", "count": 3}, {"every": "month", "due": "by", "month_days": [10]}]),
    ("重大舆情第一时间上报，半小时内提出应对口径。",
     [{"kind": "elapsed", "minutes": 15, "assumed": True}, {"kind": "elapsed", "minutes": 30}]),
    ("工作日9:00-18:00在线，后台留言2小时内回复，节假日不超过6小时回复。",
     [{"kind": "elapsed", "minutes": 120}, {"kind": "elapsed", "minutes": 360}]),
    ("直播开始前一天发布预告，结束后当晚复盘。", [{"kind": "before", "days": 1}, {"kind": "day_end"}]),
    ("每季度末前完成下季度选题规划。", [{"every": "quarter", "due": "period_end"}]),
    ("粉丝年增长率不低于20%，24小时回复率达到95%。", []),
]  # fmt: skip
# Gym, library, laboratory, courier, cinema, court, server room.
MIXED: list[tuple[str, Reading]] = [
    ("前台每日核对押金单，交班时与下一班核对现金，做到账款相符。", [{"every": "day", "due": "shift_end"}]),
    ("健身器材每两周保养一次，发现故障2小时内挂牌停用并报修。", [{"every": "week", "interval": 2, "due": "period_end"}, {"kind": "elapsed", "minutes": 120}]),
    ("会员卡到期前15日、7日、1日分别电话提醒续费。", [{"kind": "before", "days": 15}, {"kind": "before", "days": 7}, {"kind": "before", "days": 1}]),
    ("图书逾期超过30天未还的，每月集中催还一次。", [{"every": "month", "due": "period_end"}]),
    ("实验室危险废物贮存不得超过90天。", []),
    ("样品须在采集后4小时内送检，检测报告5个工作日内出具。", [{"kind": "elapsed", "minutes": 240}, {"kind": "working_days", "days": 5}]),
    ("每年3月、9月各组织一次全员体检。", [{"every": "year", "due": "by", "months": [3, 9], "month_days": [-1]}]),
    ("车辆每行驶5000公里或每三个月保养一次。", [{"every": "month", "interval": 3, "due": "period_end"}]),
    ("每周日晚20:00前在工作群发布下周排班表。", [{"every": "week", "due": "on", "weekdays": ["sun"], "at": "20:00"}]),
    ("快件到站后当日完成派送，超过18:00到站的次日12:00前派送完毕。", [{"kind": "day_end"}, {"kind": "by", "days": 1, "at": "12:00"}]),
    ("无法联系收件人的，每天至少拨打两次电话，连续三天仍无法联系的退回。", [{"every": "day", "due": "shift_end", "count": 2}]),
    ("生鲜每日早晚各巡检一次，临期商品提前3天下架。", [{"every": "day", "due": "shift_end", "count": 2}, {"kind": "before", "days": 3}]),
    ("收银员交接班时应在10分钟内完成清点。", [{"kind": "elapsed", "minutes": 10}]),
    ("负责员工考勤，每月2日前将上月考勤表报人事部，节假日顺延。", [{"every": "month", "due": "by", "month_days": [2], "on_free_day": "later"}]),
    ("试用期员工满3个月前10天提交转正评估。", [{"kind": "before", "days": 10}]),
    ("离职员工须提前30日书面提出，交接期不少于7天。", [{"kind": "before", "days": 30}]),
    ("新品上市前一个月完成培训资料编写。", [{"kind": "before", "months": 1}]),
    ("每天三次测量冷库温度（8:00、14:00、20:00），记录在《冷库温度记录表》。", [{"every": "day", "due": "on", "times": ["08:00", "14:00", "20:00"], "count": 3}]),
    ("演出结束后一小时内清场完毕。", [{"kind": "elapsed", "minutes": 60}]),
    ("每场放映前20分钟检查设备。", [{"kind": "before", "minutes": 20}]),
    ("案件受理后七日内作出是否立案的决定。", [{"kind": "days", "days": 7}]),
    ("每半年至少开展一次应急疏散演练，每年修订一次应急预案。", [{"every": "half_year", "due": "period_end"}, {"every": "year", "due": "period_end"}]),
    ("收到整改通知书后，应于15个自然日内提交整改报告。", [{"kind": "days", "days": 15}]),
    ("每季度第一个月的10日前完成上季度绩效面谈。", [{"every": "quarter", "due": "by", "month_days": [10], "months": [1, 4, 7, 10]}]),
    ("每逢单周周五下午检查宿舍。", [{"every": "week", "interval": 2, "due": "on", "weekdays": ["fri"]}]),
    ("负责办公用品采购，单次采购金额2000元以内由行政主管审批。", []),
    ("每月至少走访客户10家，其中新客户不少于3家。", [{"every": "month", "due": "period_end", "count": 10}]),
    ("信息系统故障一级事件15分钟内响应、2小时内恢复，二级事件30分钟内响应、4小时内恢复。", [{"kind": "elapsed", "minutes": 15}, {"kind": "elapsed", "minutes": 120}, {"kind": "elapsed", "minutes": 30}, {"kind": "elapsed", "minutes": 240}]),
    ("服务器数据每日凌晨2点自动备份，备份保留30天，每月恢复演练一次。", [{"every": "day", "due": "on", "at": "02:00"}, {"every": "month", "due": "period_end"}]),
    ("投诉回访在结案后第3个工作日进行。", [{"kind": "working_days", "days": 3}]),
]  # fmt: skip

TRADES = {
    "hospital": HOSPITAL, "hotel": HOTEL, "bank": BANK, "logistics": LOGISTICS, "school": SCHOOL,
    "government": GOVERNMENT, "shop": SHOP, "restaurant": RESTAURANT, "factory": FACTORY, "office": OFFICE,
    "kindergarten": KINDERGARTEN, "pharmacy": PHARMACY, "building": BUILDING, "accounts": ACCOUNTS, "lifts": LIFTS,
    "media": MEDIA, "mixed": MIXED,
}  # fmt: skip
