// Words of what people look at and find by: layers, indicators, measuring, printing, the ground map, places.

export const LOOK_WORDS = {
} as const satisfies Record<string, readonly [string, string]>;
