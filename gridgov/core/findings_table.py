"""The words of every rule: its name, the shapes of what it saw, and the actions, each with its Chinese wording."""

from __future__ import annotations

from types import MappingProxyType

NAMES = MappingProxyType(
    {
        "size-tight": ("户数超出允许范围，无法避免", "Size outside what is allowed, unavoidable"),
        "size-island": ("被阻隔的小片居民", "Too few households behind barriers"),
        "size-indivisible": ("单体过大，无法拆分", "One piece too large to divide"),
        "size-no-band": ("总户数凑不成整组", "Households that make no whole clusters"),
        "group-too-small": ("户数低于下限", "Too few households"),
        "group-too-large": ("户数高于上限", "Too many households"),
        "disconnected": ("不相连", "Not in one piece"),
        "crosses-hard-barrier": ("跨越主要道路、河流或铁路", "Crosses a hard barrier"),
        "crosses-community": ("跨越社区界线", "Crosses a community line"),
        "unassigned": ("未划入楼组", "In no cluster"),
        "needless-split": ("楼栋被不必要地拆分", "A building split needlessly"),
        "section-size": ("片区不是 2–3 个楼组", "Section outside 2 to 3 clusters"),
        "no-liaison": ("没有联系干部", "No liaison"),
        "no-shelter": ("没有避难场所", "No shelter"),
        "without-section": ("联系干部没有分到片区", "Liaison without a section"),
        "no-position": ("没有坐标", "No position"),
        "no-capacity": ("容量不明", "Capacity unknown"),
        "shelter-shortfall": ("避难场所不足", "Shelter places are short"),
        "sign-incomplete": ("避难场所标识不完整", "Shelter sign incomplete"),
        "letter-missing": ("未签安全责任书", "Responsibility letter missing"),
        "terminal-missing": ("应装未装自主申报终端", "Terminal due but missing"),
        "visit-overdue": ("逾期未走访", "Visit overdue"),
        "more-registered-than-tenants": ("登记人数多于租住人数", "More registered than tenants"),
        "storey-missing": ("缺单元或楼层", "Unit or storey missing"),
        "no-place": ("无法定位", "No place"),
        "nearest": ("归入最近的区域", "Given to the nearest"),
        "unknown-building": ("楼栋不存在", "Unknown building"),
        "unknown-household": ("户不存在", "Unknown household"),
        "unknown-households": ("户数未知", "Households unknown"),
        "estimated-households": ("户数为估算", "Households are estimated"),
        "negative-households": ("户数为负", "Negative households"),
        "impossible-households": ("户数不可能", "Impossible households"),
        "fraction": ("不是整数", "Not a whole number"),
        "outside": ("在范围之外", "Outside"),
        "outside-community": ("超出社区界线", "Outside its community"),
        "outside-communities": ("不在任何社区内", "In no community"),
        "straddle": ("跨越社区或街区界线", "Straddles a line"),
        "no-cell": ("没有用地单元", "No cell"),
        "no-geometry": ("缺少图形", "No shape"),
        "no-area": ("没有面积", "No area"),
        "sliver": ("面积过小", "Very small"),
        "multipart": ("由多个部分组成", "Of several parts"),
        "overlap": ("重叠", "Overlap"),
        "overlaps-another": ("与其他楼栋重叠", "Overlaps another"),
        "gap": ("空隙", "Gap"),
        "duplicate-geometry": ("图形重复", "Duplicate shape"),
        "duplicate-id": ("编码重复", "Duplicate code"),
        "has-duplicate": ("有重复记录", "Has a duplicate"),
        "invalid-geometry": ("图形自相交", "Shape crosses itself"),
        "seed-unknown": ("种子楼栋不存在", "Unknown seed building"),
        "seeds-together": ("两个优先种子在同一组", "Two preferred seeds in one group"),
        "no-seed": ("没有可用的种子", "No seed allowed"),
        "count-missed": ("组数未达到要求", "Another number of groups than asked for"),
        "size-count": ("因指定组数而超出范围", "Size outside what is allowed, for the number asked for"),
        "datum-shift": ("坐标可能有偏移", "Coordinates may be shifted"),
    }
)
"""Rule: its name in Chinese and English."""

DETAILS = MappingProxyType(
    {
        # sizes; those of schemes count households, rooms or buildings
        **{
            shape.replace("{what}", what): wording.replace("{what}", unit)
            for what, unit in (("households", "户"), ("rooms", "间"), ("buildings", "栋"))
            for shape, wording in (
                (
                    "{n} {what}; {n} groups were asked for, and {n} to {n} {what} are wanted in one",
                    "{0} {what}；要求分为 {1} 组，而每组应为 {2}–{3} {what}",
                ),
                (
                    "{n} {what}, of which {n} are in one piece that is not divided; at most {n} are wanted",
                    "{0} {what}，其中 {1} {what}在不拆分的单体内；上限为 {2} {what}",
                ),
                (
                    "{n} {what}; the ground they can reach without crossing a hard barrier or the community line "
                    "holds only {n}",
                    "{0} {what}；不跨越主要道路、河流、铁路或社区界线可到达的范围内只有 {1} {what}",
                ),
                (
                    "{n} {what}; {n} on this ground cannot be made into whole groups of {n} to {n}",
                    "{0} {what}；此处共 {1} {what}，无法分成每组 {2}–{3} {what}的组",
                ),
                (
                    "{n} {what}; no exchange with neighbouring groups found that brings all into {n} to {n}",
                    "{0} {what}；与相邻组调整后仍无法全部达到 {1}–{2} {what}",
                ),
            )
        },
        "{n} households; behind barriers and the community line there are only {n}": (
            "{0} 户；被阻隔的范围内只有 {1} 户"
        ),
        "{n} households; the least is {n}": "{0} 户；下限为 {1} 户",
        "{n} households; the most is {n}": "{0} 户；上限为 {1} 户",
        "{n} households; one part of a building alone holds {n}": "{0} 户；单栋的一个部分就有 {1} 户",
        "{n} households belong to no cluster": "{0} 户不属于任何楼组",
        "{n} households lie in no group": "{0} 户不在任何分组内",
        "{n} households in {n} clusters": "{0} 户分在 {1} 个楼组",
        "{n} households without a liaison": "{0} 户没有联系干部",
        "{n} households without a shelter": "{0} 户没有避难场所",
        "{n} households": "{0} 户",
        "{n} clusters; wanted are {n} to {n}": "{0} 个楼组；应为 {1}–{2} 个",
        # shapes
        "{n} pieces on both sides of a hard barrier": "{0} 个部分，分处主要道路、河流或铁路两侧",
        "{n} pieces that do not touch": "{0} 个互不相邻的部分",
        "{n} pieces": "{0} 个部分",
        "lies in communities {text}": "位于多个社区：{0}",
        "lies in two groups": "位于两个分组内",
        "the cell has no atom": "用地单元内没有住户记录",
        "{n} m² outside its community": "{0} 平方米在本社区之外",
        "{n} m of a hard barrier inside": "内部有 {0} 米的主要道路、河流或铁路",
        "{n} m² shared with other groups": "{0} 平方米与其他分组重叠",
        "{n} m² in no group": "{0} 平方米不在任何分组内",
        "{n} m² lie in {text} too": "{0} 平方米同时位于 {1}",
        "{n} m2 also lie in {text}": "{0} 平方米同时位于 {1}",
        "{n} m²": "{0} 平方米",
        "border crosses itself": "边界自相交",
        "all its ground lies in other communities": "其范围全部位于其他社区内",
        "community has no area": "社区没有面积",
        "another row has the same community_id": "另一行的社区编码相同",
        # buildings
        "footprint is below 4 m2": "轮廓不足 4 平方米",
        "footprint has several parts": "轮廓由多个部分组成",
        "footprint crosses itself": "轮廓自相交",
        "footprint is missing, empty or has no finite coordinates (households: {text})": (
            "轮廓缺失、为空或坐标无效（户数：{0}）"
        ),
        "footprint encloses no area (households: {text})": "轮廓没有面积（户数：{0}）",
        "another building has the same footprint (households: {text}); kept is {text}": (
            "与另一栋的轮廓相同（户数：{0}）；保留 {1}"
        ),
        "another row has the same building_id (households: {text}); kept is {text}": (
            "另一行的楼栋编码相同（户数：{0}）；保留 {1}"
        ),
        "{text} overlaps it by {n} m2": "与 {0} 重叠 {1} 平方米",
        "{text} lies within it by {n} m2": "{0} 在其内部，占 {1} 平方米",
        "households is {n}; no building holds more than {n}": "户数为 {0}；没有楼栋超过 {1} 户",
        "households is {n}; taken as {n}": "户数为 {0}；按 {1} 户计",
        "households is {n}": "户数为 {0}",
        "no terminal: {text}": "未装终端：{0}",
        "{text} is taken for the same building": "{0} 视为同一栋",
        "it shares ground with {text}": "与 {0} 占地重叠",
        "households is not given": "未给出户数",
        "all {n} rows lie outside the communities, around {text}": "全部 {0} 行都在社区之外，位于 {1} 附近",
        "the building lies in no community": "楼栋不在任何社区内",
        "no community holds this building (households: {text})": "没有社区包含此楼栋（户数：{0}）",
        "{share} of it lies in its block of {text}": "{0} 的面积位于 {1} 的街区内",
        "no ground is left for a cell of its own (households: {text})": "没有余下的用地单元（户数：{0}）",
        "{n} of {n} households ({share}) are estimated, in {n} buildings": (
            "{1} 户中有 {0} 户（{2}）为估算，涉及 {3} 栋"
        ),
        "no such building": "没有这栋楼",
        "in one group with another preferred seed": "与另一个优先种子在同一组",
        "every building of the group is forbidden as a seed": "组内所有楼栋都不允许作种子",
        "{n} groups were asked for, {n} were made: the ground falls into parts that no border joins": (
            "要求 {0} 组，实际 {1} 组：范围被分隔成互不相邻的部分"
        ),
        "{n} groups were asked for, {n} were made: what is not cut is too large for so many groups": (
            "要求 {0} 组，实际 {1} 组：不可拆分的部分过大，无法分成这么多组"
        ),
        # people, liaisons, shelters
        "{n} residents name a household that is not there": "{0} 名居民所属的户不存在",
        "{n} households name a building that is not in the plan": "{0} 户所属的楼栋不在方案内",
        "{n} rental houses name a building that is not in the plan": "{0} 个出租屋所属的楼栋不在方案内",
        "{n} households have no unit or storey that the plan divides by": "{0} 户缺少方案划分所需的单元或楼层",
        "{n} rental houses have no unit or storey that the plan divides by": (
            "{0} 个出租屋缺少方案划分所需的单元或楼层"
        ),
        "neither a known building nor a point inside the plan": "楼栋不明，坐标也不在方案范围内",
        "building {text} is not in the plan": "楼栋 {0} 不在方案内",
        "lies outside every cell, within the tolerance": "在用地单元之外，但在容差以内",
        "lies outside every polygon, within the tolerance": "在所有区域之外，但在容差以内",
        "lies in no polygon": "不在任何区域内",
        "the row has no position": "没有坐标",
        "no liaison has room for this section": "没有联系干部还能承担此片区",
        "nobody answers for it": "尚无人负责",
        "answers for no section": "没有负责的片区",
        "the workplace has no position": "工作地点没有坐标",
        "the shelter has no position": "避难场所没有坐标",
        "neither capacity nor area is known": "容量和面积均不明",
        "the sign lacks name, detailed address or telephone": "标识缺少名称、详细地址或电话",
        "more people than places within reach; how many is not told": "避难位置不足；人数不公布",
        "{n} of {n} people: the shelters within {text} are full": "{1} 人中有 {0} 人：{2} 内的避难场所已满",
        "{n} of {n} people: there is no usable shelter at all": "{1} 人中有 {0} 人：没有可用的避难场所",
        "{n} of {n} people beyond {text}: the nearest shelter is {text} off": (
            "{1} 人中有 {0} 人在 {2} 之外：最近的避难场所距离 {3}"
        ),
        "{n} of {n} people: no shelter within {text} has a known capacity": (
            "{1} 人中有 {0} 人：{2} 内没有容量明确的避难场所"
        ),
        # rental houses
        "the responsibility letter is not signed": "未签安全责任书",
        "more tenants are registered than live there": "登记人数多于租住人数",
        "the visit is {n} days overdue": "走访逾期 {0} 天",
    }
)
"""Shape of what was seen: its Chinese wording, the facts numbered in the order of the shape."""

ACTIONS = MappingProxyType(
    {
        "kept at the size nearest to the target": "按最接近目标的户数保留",
        "kept; move a building by hand or run with more effort": "保留；可手工调整楼栋，或用更高强度重新划分",
        "divide again, or put it into a neighbouring cluster": "重新划分，或并入相邻楼组",
        "join it to a neighbour, or accept it": "并入相邻楼组，或予以保留",
        "split it, or accept it": "拆分，或予以保留",
        "join it": "并入相邻楼组",
        "split it": "拆分",
        "repair the plan: give the smaller pieces to their neighbours": "修正方案：把较小的部分划给相邻组",
        "repair the plan": "修正方案",
        "divide each community on its own": "按社区分别划分",
        "put the building into one cluster": "把整栋划入一个楼组",
        "accept it where nothing adjoins, else join or split": "没有相邻楼组时保留，否则合并或拆分",
        "assign a liaison": "安排联系干部",
        "assign a shelter": "安排避难场所",
        "name a liaison": "安排联系干部",
        "draw a group around it": "补画分组范围",
        "draw the line around it": "调整界线绕开楼栋",
        "give it to a group": "划入一个分组",
        "cut it at the community line": "沿社区界线裁切",
        "divide it at the barrier": "在阻隔处分开",
        "cut the groups apart": "消除分组之间的重叠",
        "cut the cells apart": "消除用地单元之间的重叠",
        "give the ground to a neighbouring cell": "把空隙划给相邻用地单元",
        "cut the cells at the community line": "沿社区界线裁切用地单元",
        "raise a capacity or name another liaison": "提高承担上限，或增加联系干部",
        "given no section; send its coordinates": "未分配片区；请补充坐标",
        "there are more liaisons than sections here": "此处联系干部多于片区",
        "add capacity within reach or name another shelter": "在服务半径内增加容量或场所",
        "counted as 0 people; send one of them": "按 0 人计；请补充容量或面积",
        "nobody was sent there; send its coordinates": "未安排人员前往；请补充坐标",
        "complete the sign": "补全标识",
        "left without a cluster; send the household first": "未划入楼组；请先补充户的资料",
        "left without a cluster; give the building or check the position": "未划入楼组；请补充楼栋或核对坐标",
        "left without a cluster; send the building or correct its code": "未划入楼组；请补充楼栋或更正编码",
        "spread over the building's parts by the room left; give unit and storey": (
            "已按余量分到楼内各部分；请补充单元和楼层"
        ),
        "given to the nearest one": "已归入最近的一个",
        "placed by its point instead": "已按坐标定位",
        "give coordinates or a building": "请补充坐标或楼栋",
        "check the position or its datum": "请核对位置或坐标系",
        "Count them in the field; imported counts replace estimates.": "请实地核实；导入的户数会替换估算值",
        "left out; check the file and its coordinate system": "未使用；请核对文件及其坐标系",
        "left out of the division; check its place or the communities": "未参与划分；请核对位置或社区界线",
        "given to the community, then the block, with most of it": "归入占比最大的社区和街区",
        "left out of the division; check the drawing": "未参与划分；请核对图形",
        "It was accepted, but no plan will hold it; check its place and the boundaries.": (
            "已接收，但不会进入任何方案；请核对位置和界线"
        ),
        "kept; check the drawing": "保留；请核对图形",
        "kept as one building": "按一栋保留",
        "kept": "保留",
        "repaired; check the drawing": "已修复；请核对图形",
        "repaired": "已修复",
        "refused; draw the footprint": "已退回；请补画轮廓",
        "refused; draw its border": "已退回；请补画边界",
        "refused": "已退回",
        "merged; households of the kept row count": "已合并；以保留行的户数为准",
        "taken as unknown": "按未知处理",
        "counted up, so that nobody is lost; correct it": "已进位取整，以免遗漏；请更正",
        "left to be estimated": "将进行估算",
        "the common ground was cut out of this footprint": "已从此轮廓中裁去重叠部分",
        "kept whole; the other was cut": "完整保留；裁切了另一栋",
        "the ground was given to the first by id; correct the borders": "重叠部分归编码在前的社区；请更正界线",
        "left without ground, so in no plan; correct the borders": "没有自己的范围，不进入方案；请更正界线",
        "Correct the id.": "请更正编码",
        "They lie too close for groups of their own.": "相距太近，无法各自成组",
        "Allow one of them.": "请允许其中一栋",
        "Ask for another number.": "请改变要求的组数",
        "kept; ask for another number of groups": "保留；请改变要求的组数",
        "kept; it is divided inside where floors and units are given and the scheme may cut buildings": (
            "保留；补充楼层和单元、且划分类型允许拆分楼栋时，可在楼内划分"
        ),
        "kept as a small group; joining it to another across the barrier is for a person to decide": (
            "保留为小组；是否跨越阻隔并入其他组由人工决定"
        ),
        "have it signed": "尽快签订",
        "install the terminal": "安装终端",
        "correct the counts": "更正人数",
        "visit the house": "安排走访",
        "Ask the sender for the datum and import again with --crs gcj02 or --crs bd09.": (
            "请向报送单位确认坐标系，并以 --crs gcj02 或 --crs bd09 重新导入"
        ),
    }
)
"""What was done or should be: its Chinese wording."""
