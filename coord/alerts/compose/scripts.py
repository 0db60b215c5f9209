"""Which language a text is in, as far as its letters tell: a text in the wrong slot reaches nobody.

Simplified and traditional Chinese are told apart by characters that only one
of them has. The table is a list of the commonest such pairs, those of warnings
among them; characters that both use (里 台 后 …) say nothing and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LANGUAGES = ("zh-Hans", "zh-Hant", "pt", "en")
"""The four in which the district speaks to its people."""

_PAIRS = """
万萬专專业業东東丝絲丢丟两兩严嚴丧喪个個临臨为為丽麗举舉义義乌烏乐樂习習乡鄉书書买買乱亂争爭亏虧亚亞产產亩畝亲親亿億仅僅从從仓倉仪儀们們价價众眾优優会會伞傘伟偉传傳伤傷伦倫伪偽体體佣傭侠俠侣侶侦偵侧側侨僑俭儉债債倾傾储儲儿兒
兑兌党黨兰蘭关關兴興养養兽獸冈岡写寫军軍农農冯馮决決况況冻凍净淨凉涼减減凑湊凤鳳凭憑凯凱击擊凿鑿刘劉则則刚剛创創删刪剂劑剑劍剧劇劝勸办辦务務动動励勵劲勁劳勞势勢勋勳匀勻区區医醫华華协協单單卖賣卢盧卫衛却卻厂廠厅廳历歷厉厲压壓
厌厭厕廁厢廂县縣叁叄参參双雙发發变變叙敘叠疊叶葉号號叹嘆吓嚇吕呂吗嗎启啟吴吳呐吶员員呜嗚响響哑啞唤喚啬嗇喷噴团團园園围圍国國图圖圆圓圣聖场場坏壞块塊坚堅坛壇坝壩坞塢坟墳坠墜垄壟垒壘垦墾垫墊埘塒堕墮墙牆壮壯声聲壳殼处處备備够夠
头頭夹夾夺奪奋奮奖獎妇婦妈媽妆妝姗姍娄婁娱娛婴嬰孙孫学學宁寧宝寶实實宠寵审審宪憲宫宮宽寬宾賓寝寢对對寻尋导導寿壽将將尔爾尘塵尝嘗层層屉屜届屆属屬屡屢岁歲岂豈岗崗岛島岭嶺峡峽崭嶄巩鞏币幣帅帥师師帐帳帜幟带帶帧幀帮幫庄莊庆慶库庫
应應庙廟废廢开開异異弃棄张張弥彌弯彎弹彈强強归歸当當录錄彻徹径徑忆憶忧憂怀懷态態怜憐总總恋戀恒恆恳懇恶惡恼惱悬懸惊驚惧懼惨慘惩懲惯慣愤憤愿願慑懾戏戲战戰户戶扑撲执執扩擴扫掃扬揚扰擾抚撫抛拋抢搶护護报報担擔拟擬拥擁拦攔拨撥择擇
挂掛挤擠挥揮挡擋损損捡撿换換捣搗掷擲揽攬搁擱携攜摄攝摆擺摇搖撑撐敌敵数數斋齋断斷无無旧舊时時旷曠昼晝显顯晋晉晒曬晓曉晕暈暂暫术術机機杀殺杂雜权權条條来來杨楊杰傑极極构構枪槍柜櫃标標栈棧栋棟栏欄树樹样樣桥橋桩樁梦夢检檢楼樓榄欖
槛檻横橫欢歡欧歐歼殲残殘毁毀毕畢气氣汇匯汉漢汤湯沟溝没沒沥瀝沪滬泄洩泪淚泽澤洁潔洒灑浅淺浆漿浇澆浊濁测測济濟浏瀏浑渾浓濃涛濤涝澇润潤涨漲渊淵渐漸渔漁渗滲湾灣湿濕溃潰滚滾滞滯满滿滤濾滥濫滨濱滩灘潍濰潜潛澜瀾灭滅灯燈灵靈灾災炉爐
点點炼煉烁爍烂爛烛燭烦煩烧燒热熱爱愛爷爺牵牽状狀犹猶独獨狭狹狮獅猎獵猪豬献獻玛瑪环環现現珲琿电電画畫畅暢疗療疯瘋疮瘡痒癢监監盖蓋盘盤睁睜矿礦码碼砖磚础礎确確碍礙礼禮祸禍离離种種积積称稱稳穩穷窮窃竊窝窩竞競笔筆笼籠筛篩筹籌签簽
简簡类類粤粵粮糧紧緊纠糾红紅约約级級纪紀纤纖纬緯纯純纱紗纲綱纳納纵縱纷紛纸紙线線练練组組细細终終绍紹经經结結绕繞绘繪给給络絡绝絕统統继繼绩績绪緒续續绳繩维維综綜绿綠缆纜缓緩编編缘緣缝縫缩縮缴繳网網罗羅罚罰罢罷聋聾职職联聯肃肅
肠腸肤膚肾腎肿腫胁脅胶膠脉脈脏臟脑腦脚腳脱脫腾騰舰艦艺藝节節芜蕪苏蘇苹蘋荐薦荡蕩药藥莲蓮获獲萝蘿营營萧蕭蓝藍虏虜虑慮虽雖虾蝦蚀蝕蚂螞蛮蠻蜡蠟补補装裝袭襲见見观觀规規视視览覽觉覺触觸誉譽计計订訂认認讨討让讓训訓议議讯訊记記讲講
许許论論设設访訪证證评評识識诈詐诉訴词詞译譯试試诗詩诚誠话話询詢该該详詳语語误誤说說请請诸諸读讀课課谁誰调調谈談谋謀谓謂谢謝谨謹谱譜贝貝负負财財责責贤賢败敗货貨质質贪貪贫貧购購贯貫贴貼贵貴贷貸费費贺賀资資赌賭赏賞赔賠赖賴赛賽
赞贊赢贏赶趕趋趨跃躍踪蹤车車轨軌转轉轮輪软軟轰轟轻輕载載较較辅輔辆輛辈輩辉輝输輸边邊达達迁遷过過迈邁运運还還这這进進远遠违違连連迟遲适適选選递遞逻邏遗遺邓鄧邮郵邻鄰郑鄭酝醞酱醬释釋鉴鑒针針钉釘钓釣钟鐘钢鋼钥鑰钱錢钻鑽铁鐵铃鈴
铅鉛铜銅铝鋁银銀铺鋪链鏈销銷锁鎖锅鍋锋鋒锐銳错錯锡錫键鍵镇鎮镜鏡长長门門闪閃闭閉问問闯闖闲閑间間闷悶闸閘闹鬧闻聞阀閥阁閣阅閱阔闊队隊阳陽阴陰阵陣阶階际際陆陸陈陳险險随隨隐隱隶隸难難雏雛雾霧静靜韩韓页頁顶頂项項顺順须須顾顧顿頓
预預领領颁頒颈頸频頻题題颜顏额額风風飘飄飓颶飞飛饥飢饭飯饮飲饰飾饱飽饶饒馆館马馬驰馳驱驅驶駛驻駐驾駕验驗骑騎骗騙骚騷鱼魚鲁魯鲜鮮鸟鳥鸡雞鸣鳴鸭鴨鸿鴻鹅鵝鹤鶴鹰鷹麦麥黄黃齐齊龄齡龙龍龟龜闽閩听聽颗顆缔締赠贈颠顛绷繃
"""
_chars = "".join(_PAIRS.split())
SIMPLIFIED = frozenset(_chars[::2])
TRADITIONAL = frozenset(_chars[1::2]) | frozenset("颱後裡裏臺雲於衝復複髮鬆鬱灣")

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_]+")
_STOP = {
    "en": frozenset(str.split("the and of to in is are for with from at on be not or this that will your all by stay")),
    "pt": frozenset(
        str.split("de da do das dos e em no na nos nas para com por não os as um uma que se ao à às até pela está são")
    ),
}


def language_of(tag: str) -> str:
    """Return which of the four *tag* means, or *tag* itself in lower case.

    >>> [language_of(tag) for tag in ("zh-CN", "zh-MO", "zh-Hant-MO", "pt-PT", "en-GB", "fr")]
    ['zh-Hans', 'zh-Hant', 'zh-Hant', 'pt', 'en', 'fr']
    """
    parts = tag.lower().split("-")
    if parts[0] == "zh":
        traditional = {"hant", "tw", "hk", "mo"} & set(parts[1:])
        return "zh-Hant" if traditional and "hans" not in parts else "zh-Hans"
    return parts[0]


def has_han(text: str) -> bool:
    """Return whether *text* holds a Chinese character."""
    return _HAN.search(text) is not None


def foreign(text: str, language: str) -> Iterator[str]:
    """Yield, as sentences, why *text* is not in *language* (one of :data:`LANGUAGES`)."""
    if not text.strip():
        return
    if language.startswith("zh"):
        if not has_han(text):
            yield "holds no Chinese character"
        other, name = (TRADITIONAL, "traditional") if language == "zh-Hans" else (SIMPLIFIED, "simplified")
        strange = list(dict.fromkeys(one for one in text if one in other))
        if strange:
            yield f"holds {name} characters: {' '.join(strange[:12])}"
        return
    if len(_HAN.findall(text)) * 3 > len(_WORD.findall(text)):
        yield "is written in Chinese"
    if language in _STOP:
        words = [word.lower() for word in _WORD.findall(text)]
        other_one = "pt" if language == "en" else "en"
        own = sum(word in _STOP[language] for word in words)
        others = sum(word in _STOP[other_one] for word in words)
        if others >= 2 and others > 2 * own:
            yield f"reads like {'Portuguese' if other_one == 'pt' else 'English'}"
