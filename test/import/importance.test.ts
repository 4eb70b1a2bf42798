import { importance } from "../../lib/import/importance.ts";

test.each([
  [0, ["dev", "dev1", "test2", "non-prod", "eu-test"]],
  [1, ["staging", "pre-prod", "stg2", "eu-west", "blue"]],
  [2, ["prod", "prod1", "production2", "prod-eu", "live"]],
])("importance %i is that of %j", (wanted, names) => {
  expect(names.map(importance)).toEqual(names.map(() => wanted));
});
