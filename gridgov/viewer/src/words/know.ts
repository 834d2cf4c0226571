// Words of what people know and judge by: facts, quality, comparing plans, the public page and the people's page.

export const KNOW_WORDS = {
} as const satisfies Record<string, readonly [string, string]>;
