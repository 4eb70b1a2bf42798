/** A refusal that isn't caused by bad input: exit status 1. */
export class Refused extends Error {}
