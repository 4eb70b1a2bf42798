/**
 * A part of an object that the model spells as the API does, or takes as it is. Its type differs in being readonly, or says nothing of what is
 * inside; `slipway check` holds it against the API's schema.
 */
export const verbatim = <T>(value: object): T => value as T;
