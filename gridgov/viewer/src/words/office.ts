export const OFFICE_WORDS = {} as const satisfies Record<string, readonly [string, string]>;
