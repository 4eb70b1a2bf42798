/** A refusal that isn't the input's issue: status 1. */
export class Refused extends Error {}
