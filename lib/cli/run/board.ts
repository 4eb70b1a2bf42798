import { isAbsolute, join } from "node:path";
import { boardOf, boardPage, pinTimes } from "../../board/index.ts";
import { replaceFile } from "../../dist/index.ts";
import { resolve } from "../../overlay/index.ts";
import { loadEnvironments, projectAt } from "../../project/index.ts";
import { LedgerFile } from "../../release/index.ts";
import { readTree } from "../../review/index.ts";
import { foreignLevels } from "../../synth/index.ts";
import { print, progress } from "../output.ts";

/** `slipway board`: writes the page and prints its path. */
export async function boardCommand({ out }: { readonly out: string }): Promise<void> {
  const { root, read } = projectAt();
  const environments = await loadEnvironments(root);
  const manifests = [...readTree(join(root, "dist"), "dist").values()].flatMap((file) => file.manifests);
  const pinnedAt = await Promise.all(environments.map(({ name }) => pinTimes(root, `overlays/${name}/kustomization.yaml`)));
  const sources = environments
    .map((environment) => resolve(environment, root))
    .map(({ name, settings }, index) => ({
      name,
      promotesFrom: settings.promotesFrom,
      kubernetes: settings.kubernetes,
      podSecurity: settings.podSecurity ?? ("restricted" as const),
      foreignLevels: foreignLevels(settings),
      manifests: manifests.filter(({ environment }) => environment === name),
      pinnedAt: pinnedAt[index] ?? new Map<string, string>(),
      holds: new Map(Object.entries(new LedgerFile(read(`overlays/${name}/releases.yaml`), `overlays/${name}/releases.yaml`).holds)),
    }));
  const board = boardOf(sources, new Date().toISOString().slice(0, 10), progress("checking"));
  replaceFile(isAbsolute(out) ? out : join(process.cwd(), out), boardPage(board));
  print(`${out}: ${board.apps.length} apps in ${board.environments.length} environments\n`);
}
