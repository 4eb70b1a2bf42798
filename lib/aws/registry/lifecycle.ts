/**
 * What of a repository goes away with time: build caches, untagged images, and what was pushed long ago. Never what an environment pins:
 * an image is the business of the first rule that selects it, and the rule of a pinned tag, which selects one image, lets one be.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export function lifecyclePolicy({ pinned }: { readonly pinned: readonly string[] }, keepDays: number): string {
  const aged = (tagPatternList: readonly string[], countNumber: number) => ({
    selection: { tagStatus: "tagged", tagPatternList, countType: "sinceImagePushed", countUnit: "days", countNumber },
  });
  const rules = [
    ...pinned.map((tag) => ({
      description: `${tag} is pinned`,
      selection: { tagStatus: "tagged", tagPatternList: [tag], countType: "imageCountMoreThan", countNumber: 1 },
    })),
    { description: "Build caches", ...aged([`${cachePrefix}*`], cacheDays) },
    { description: "Long ago, and pinned nowhere", ...aged(["*"], keepDays) },
    {
      description: "What no tag names any more",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 1 },
    },
  ];
  return JSON.stringify({ rules: rules.map((rule, index) => ({ rulePriority: index + 1, ...rule, action: { type: "expire" } })) });
}

/** Tags of build caches, which alone may be written again. */
export const cachePrefix = "cache";
/** Days the layers of builds are kept. */
const cacheDays = 14;
/** Layers come under tags of their own, and are cheap to make again. */
export const cacheLifecyclePolicy = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      description: "Layers of builds",
      selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: cacheDays },
      action: { type: "expire" },
    },
  ],
});
export const defaultKeepDays = 365;
