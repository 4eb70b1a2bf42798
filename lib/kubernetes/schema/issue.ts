/** Message about a field that an object must have. */
export const missingField = "is required but missing";

/** What is wrong at a path of an object, before it is known which rule reports it. */
export interface Issue {
  /** As `spec.ports[0].port`; empty for the object as a whole. */
  readonly path: string;
  readonly message: string;
  /** What to do about it, where that differs from what the rule says. */
  readonly fix?: string;
  /** Where it differs from the rule's own. */
  readonly severity?: "error" | "warning" | "info";
  /** Set where a field's value isn't of the type or form that its schema asks for: who reads the object can't rely on it. */
  readonly isMismatch?: boolean;
  /** Set where server-side apply refuses the object and client-side apply takes it. */
  readonly isServerSide?: boolean;
  /** Set where a field is missing that another manager may give by server-side apply, so that this object is only a part of one. */
  readonly isMaybeGiven?: boolean;
  /** Set where the schema has no field of that name. */
  readonly isUnknownField?: boolean;
  /** Where an unknown field was meant to stand, under which name. */
  readonly belongsAt?: string;
}
