/** A refusal that isn't the input's fault: status 1. */
export class Refused extends Error {}
