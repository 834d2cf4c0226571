// Why a group has no place in a shelter, in words.

import { getLanguage } from "./words";

const REASONS: Record<string, [string, string]> = {
  "beyond reach": ["超出服务半径", "beyond reach"],
  "no capacity left": ["容量不足", "no capacity left"],
};

export function nameReason(reason: string | null): string {
  const names = REASONS[reason ?? ""];
  return names ? names[getLanguage() === "zh" ? 0 : 1] : (reason ?? "");
}
