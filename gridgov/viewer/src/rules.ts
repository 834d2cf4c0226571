// Findings bear the short name of a rule; people read these words. A rule without a line shows its own name.

import { getLanguage } from "./words";

const RULES: Record<string, [string, string]> = {
  "size-tight": ["户数超出允许范围，无法避免", "Size outside what is allowed, unavoidable"],
  "size-small": ["户数低于下限", "Below the least size"],
  "size-large": ["户数高于上限", "Above the most size"],
  "group-too-small": ["户数低于下限", "Too few households"],
  "group-too-large": ["户数高于上限", "Too many households"],
  "leftover-joined": ["零散部分并入邻组", "Leftovers joined to a neighbour"],
  "cut-off": ["被主要道路或河流隔开", "Cut off by a barrier"],
  "not-connected": ["不相连", "Not in one piece"],
  "crosses-hard-barrier": ["跨越主要道路、河流或铁路", "Crosses a hard barrier"],
  "crosses-community": ["跨越社区界线", "Crosses a community line"],
  "section-size": ["片区不是 2–3 个楼组", "Section outside 2 to 3 clusters"],
  "only-cluster": ["只有一个楼组的片区", "Section of one cluster"],
  "no-partner": ["没有可合并的相邻楼组", "No neighbour to make a section with"],
  "needless-split": ["楼栋被不必要地拆分", "A building split needlessly"],
  "without-section": ["楼组不属于任何片区", "Cluster in no section"],
  "no-liaison": ["没有联系干部", "No liaison"],
  "no-capacity": ["联系干部已满", "No liaison has room left"],
  "shelter-shortfall": ["避难场所容量不足", "Shelter places are short"],
  "sign-incomplete": ["避难场所标识不完整", "Shelter sign incomplete"],
  "letter-missing": ["未签安全责任书", "Responsibility letter missing"],
  "terminal-missing": ["应装未装自主申报终端", "Terminal due but missing"],
  "visit-overdue": ["逾期未走访", "Visit overdue"],
  "more-registered-than-tenants": ["登记人数多于租住人数", "More registered than tenants"],
  "storey-missing": ["缺楼层", "Storey missing"],
  "no-place": ["没有位置", "No place"],
  "unknown-building": ["楼栋不存在", "Unknown building"],
  "unknown-household": ["户不存在", "Unknown household"],
  "unknown-households": ["户数未知", "Households unknown"],
  "estimated-households": ["户数为估算", "Households are estimated"],
  "negative-households": ["户数为负", "Negative households"],
  "outside-community": ["在社区之外", "Outside its community"],
  "outside-communities": ["不在任何社区内", "In no community"],
  "no-cell": ["没有用地单元", "No cell"],
  "no-band": ["无法分层", "No band of storeys"],
  overlap: ["楼栋重叠", "Overlapping buildings"],
  overlapping: ["楼栋重叠", "Overlapping buildings"],
  "duplicate-geometry": ["图形重复", "Duplicate shape"],
  "duplicate-id": ["编码重复", "Duplicate code"],
  "duplicate-key": ["编码重复", "Duplicate code"],
  "invalid-geometry": ["图形有误", "Invalid shape"],
  "zero-area": ["面积为零", "No area"],
  gap: ["空隙", "Gap"],
};

export function nameRule(rule: string): string {
  const names = RULES[rule];
  return names ? names[getLanguage() === "zh" ? 0 : 1] : rule;
}

const REASONS: Record<string, [string, string]> = {
  "beyond reach": ["超出服务半径", "beyond reach"],
  "no capacity left": ["容量不足", "no capacity left"],
};

export function nameReason(reason: string | null): string {
  const names = REASONS[reason ?? ""];
  return names ? names[getLanguage() === "zh" ? 0 : 1] : (reason ?? "");
}
