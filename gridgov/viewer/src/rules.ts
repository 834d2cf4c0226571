// Findings bear the short name of a rule; people read these words. A rule without a line shows its own name.

import { getLanguage } from "./words";

const RULES: Record<string, [string, string]> = {
  "too-small": ["户数过少", "Too few households"],
  "too-large": ["户数过多", "Too many households"],
  "below-min": ["低于最少户数", "Below the minimum"],
  "above-max": ["高于最多户数", "Above the maximum"],
  "not-connected": ["不相连", "Not in one piece"],
  disconnected: ["不相连", "Not in one piece"],
  "barrier-crossed": ["跨越主要道路或河流", "Crosses a barrier"],
  "no-liaison": ["没有联系干部", "No liaison"],
  "no-community": ["不在任何社区内", "In no community"],
  "beyond-reach": ["超出避难场所服务范围", "Beyond the reach of a shelter"],
  overlap: ["楼栋重叠", "Overlapping buildings"],
  "duplicate-building": ["重复的楼栋", "Duplicate building"],
  "invalid-geometry": ["图形有误", "Invalid shape"],
  "section-size": ["片区楼组数不在 2–3", "Section outside 2 to 3 clusters"],
  "households-estimated": ["户数为估算", "Households estimated"],
};

export function nameRule(rule: string): string {
  const names = RULES[rule];
  return names ? names[getLanguage() === "zh" ? 0 : 1] : rule;
}
