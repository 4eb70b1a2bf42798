import { isRecord, itemsOf, membersOf } from "../outside/index.ts";
import { byName, defined, filled, type Members, mapped, picked, short, unless } from "./shape.ts";

/** What an Ingress is in the model beside its name, labels and annotations; undefined where maps of hosts and paths can't say it. */
export function liftIngress(spec: Members, service: string): Members | undefined {
  const hosts = liftHosts(spec.rules, service);
  const tls = byName(spec.tls, ({ secretName }) => secretName);
  if (hosts === undefined || tls === undefined) return undefined;
  return defined({
    class: spec.ingressClassName,
    hosts: filled(hosts),
    tls: mapped(tls, ({ hosts: served }) => itemsOf(served)),
    ...picked(spec, ["defaultBackend"]),
  });
}

function liftHosts(rules: unknown, service: string): Members | undefined {
  const entries = byName(rules, ({ host }) => unless(host, "") ?? "*");
  const hosts = [...(entries ?? [])].map(([host, { http }]) => [host, liftPaths(membersOf(http).paths, service)] as const);
  return entries === undefined || hosts.some(([, paths]) => paths === undefined) ? undefined : Object.fromEntries(hosts);
}

function liftPaths(paths: unknown, service: string): Members | undefined {
  const entries = byName(paths, ({ path }) => path);
  const targets = [...(entries ?? [])].map(([path, item]) => [path, targetOf(item, service)] as const);
  return entries === undefined || targets.some(([, target]) => target === undefined) ? undefined : Object.fromEntries(targets);
}

function targetOf({ pathType, backend }: Members, service: string): unknown {
  const reference = membersOf(backend).service;
  if (!isRecord(reference)) return undefined;
  const { name, number } = membersOf(reference.port);
  return short(defined({ pathType: unless(pathType, "Prefix"), service: unless(reference.name, service), port: name ?? number }), "port");
}
