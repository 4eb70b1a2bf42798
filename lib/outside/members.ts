import { isRecord } from "./is-record.ts";

type Members = Readonly<Record<string, unknown>>;

/** Members of what should be an object; none where it is anything else. Kinds without schema may hold anything anywhere. */
export const membersOf = (value: unknown): Members => (isRecord(value) ? value : {});

/** Items of what should be a list; none where it is anything else. */
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The objects in what should be a list of them. */
export const recordsOf = (value: unknown): readonly Members[] => itemsOf(value).filter(isRecord);

/** What should be a text; empty where it is anything else. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
