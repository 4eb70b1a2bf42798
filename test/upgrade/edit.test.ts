import { editText } from "../../lib/upgrade/edit.ts";

const resourceOf = (apiVersion: string, kind: string, name: string, namespace = "shop") => ({ apiVersion, kind, namespace, name });
const ingress = resourceOf("networking.k8s.io/v1beta1", "Ingress", "web");
const edited = (text: string, resource = ingress) => {
  const found = editText(text, resource, "1.37");
  return "text" in found ? found.text : `left: ${found.reason}`;
};

const block = `# Ours.
apiVersion: networking.k8s.io/v1beta1   # old
kind: Ingress
metadata:
  name: web
  namespace: shop
spec:
  backend:
    serviceName: web
    servicePort: http
  rules:
    - host: shop.example # the shop
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              serviceName: "on"
              servicePort: 80
---
kind: ConfigMap
apiVersion: v1
metadata: {name: other}
`;

test("an Ingress is moved in its text, and all else stays to the byte", () => {
  expect(edited(block)).toBe(
    block
      .replace("networking.k8s.io/v1beta1", "networking.k8s.io/v1")
      .replace(
        "  backend:\n    serviceName: web\n    servicePort: http",
        "  defaultBackend:\n    service:\n      name: web\n      port:\n        name: http",
      )
      .replace(
        '              serviceName: "on"\n              servicePort: 80',
        '              service:\n                name: "on"\n                port:\n                  number: 80',
      ),
  );
});

test("line ends, braces and quotes stay in their style", () => {
  expect(edited(block.replaceAll("\n", "\r\n"))).toBe(edited(block).replaceAll("\n", "\r\n"));
  const flow =
    'apiVersion: "networking.k8s.io/v1beta1"\nkind: Ingress\nmetadata: { name: web }\nspec: { backend: { serviceName: web, servicePort: 80 } }\n';
  expect(edited(flow)).toBe(
    'apiVersion: "networking.k8s.io/v1"\nkind: Ingress\nmetadata: { name: web }\nspec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }\n',
  );
  const json = JSON.stringify({
    apiVersion: "networking.k8s.io/v1beta1",
    kind: "Ingress",
    metadata: { name: "web" },
    spec: { backend: { serviceName: "web", servicePort: 80 } },
  });
  expect(JSON.parse(edited(json))).toEqual({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web" },
    spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
  });
});

test("an item of a List, and an object whose name a kustomization completes, are found", () => {
  const budget = (name: string) =>
    `{ apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: { name: ${name} }, spec: { maxUnavailable: 1 } }`;
  const list = `apiVersion: v1\nkind: List\nitems:\n- ${budget("a")}\n- ${budget("b")}\n`;
  expect(edited(list, resourceOf("policy/v1beta1", "PodDisruptionBudget", "b"))).toBe(
    list.replace(budget("b"), budget("b").replace("v1beta1", "v1")),
  );
  expect(edited(budget("web"), resourceOf("policy/v1beta1", "PodDisruptionBudget", "prod-web"))).toBe(
    budget("web").replace("v1beta1", "v1"),
  );
});

test.each([
  ["another file's object", block.replace("name: web", "name: api"), "the file doesn't hold the object as it is applied"],
  ["the same object twice", `${block}---\n${block}`, "the file holds such an object twice"],
  ["a comment within what changes", block.replace("servicePort: http", "servicePort: http # by name"), "comments, anchors or aliases"],
  ["an anchor within what changes", block.replace("serviceName: web\n", "serviceName: &name web\n"), "comments, anchors or aliases"],
  [
    "an alias in the place of a backend",
    block.replace(/ {2}backend:\n.*\n.*\n/, "  backend: *b\n").replace("spec:", "x: &b { serviceName: web, servicePort: 80 }\nspec:"),
    "",
  ],
  ["a text that is no YAML", "a: [", "the file doesn't hold the object as it is applied"],
  ["a path without its type", block.replace("            pathType: Prefix\n", ""), "has no pathType"],
])("%s is left as it is, with the reason", (_what, text, reason) => {
  expect(edited(text)).toMatch(/^left: /);
  expect(edited(text)).toContain(reason);
});

test("aliases of aliases take no time", () => {
  const levels = Array.from({ length: 30 }, (_value, index) => `l${index + 1}: &l${index + 1} [*l${index}, *l${index}]`).join("\n");
  const bomb = `apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web, namespace: shop }\nspec: {}\nl0: &l0 [a, a]\n${levels}\n`;
  expect(() => edited(bomb, resourceOf("policy/v1beta1", "PodDisruptionBudget", "web"))).not.toThrow();
});
