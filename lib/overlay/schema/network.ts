import { z } from "zod";
import { RouteGateway } from "./gateway.ts";
import { LabelSelector } from "./pod.ts";
import { gatewayRouteFields } from "./routing.ts";
import {
  annotations,
  cidr,
  dnsLabel,
  hostName,
  ipAddress,
  labels,
  nodePort,
  objectName,
  portName,
  portNumber,
  positive,
  qualifiedName,
  serviceName,
  verbatim,
} from "./scalar.ts";

const protocol = z.enum(["TCP", "UDP", "SCTP"]).optional().describe("Default: the container port's, or TCP.");

const ServicePort = z
  .strictObject({
    port: portNumber.describe("The port clients use."),
    targetPort: z.union([portName, portNumber]).optional().describe("Port of the container. Default: the one of the same name."),
    nodePort: nodePort.optional().describe("Port of every node. Default: one the cluster picks."),
    protocol,
    appProtocol: qualifiedName.optional().describe("As `kubernetes.io/h2c`."),
    named: z
      .literal(false)
      .optional()
      .describe("False leaves the name out of the manifest, which a Service with one port allows. Default: the port is named."),
  })
  .meta({ id: "ServicePort", description: "A port of a Service." });

const serviceFields = {
  type: z
    .enum(["ClusterIP", "NodePort", "LoadBalancer", "Headless"])
    .optional()
    .describe("Who can reach it. Default: ClusterIP. Headless has no address of its own."),
  selector: labels.optional().describe("Labels of the pods it leads to; empty for none. Default: those that select the app's pods."),
  ports: z
    .record(dnsLabel, z.union([portNumber, ServicePort]))
    .describe("Ports by name; each leads to the container port of the same name unless `targetPort` is set."),
  labels: labels.optional().describe("Further labels."),
  annotations: annotations.optional().describe("Annotations, as the ones a load balancer reads."),
  clusterIP: ipAddress.optional().describe("A fixed address. Immutable."),
  sessionAffinity: z.enum(["None", "ClientIP"]).optional().describe("Kubernetes' default: None."),
  sessionAffinityTimeoutSeconds: positive
    .max(86400)
    .optional()
    .describe("Seconds a client stays with its pod. Kubernetes' default: 10800."),
  externalTrafficPolicy: z.enum(["Cluster", "Local"]).optional().describe("Local keeps the client's address and the node's own pods."),
  internalTrafficPolicy: z.enum(["Cluster", "Local"]).optional().describe("Kubernetes' default: Cluster."),
  trafficDistribution: z.enum(["PreferClose", "PreferSameZone", "PreferSameNode"]).optional().describe("Which endpoints are preferred."),
  publishNotReadyAddresses: z.boolean().optional().describe("Whether pods that aren't ready are found."),
  ipFamilyPolicy: z.enum(["SingleStack", "PreferDualStack", "RequireDualStack"]).optional().describe("Kubernetes' default: SingleStack."),
  ipFamilies: z
    .array(z.enum(["IPv4", "IPv6"]))
    .min(1)
    .max(2)
    .optional()
    .describe("Address families, the primary first."),
  externalIPs: z.array(ipAddress).optional().describe("Addresses of nodes outside Kubernetes' care."),
  loadBalancerClass: qualifiedName.optional().describe("Who makes the load balancer. Immutable."),
  loadBalancerSourceRanges: z.array(cidr).optional().describe("Networks that may use the load balancer."),
  allocateLoadBalancerNodePorts: z.boolean().optional().describe("Kubernetes' default: true."),
  healthCheckNodePort: portNumber.optional().describe("Port for health checks of a Local load balancer."),
};
export const Service = z
  .strictObject({ name: serviceName.optional().describe("Default: the app's name."), ...serviceFields })
  .meta({ id: "Service", description: "One stable name for the app's pods." });
const FurtherService = z
  .strictObject({ name: serviceName.optional().describe("Default: the app's name, '-' and the Service's."), ...serviceFields })
  .meta({ id: "FurtherService", description: "Another name for the app's pods." });
export const services = z.record(dnsLabel, FurtherService);

const method = z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
export const Route = z
  .strictObject({
    path: z.string().startsWith("/", { error: "a path beginning with '/'" }).describe("Path that leads to the app."),
    pathType: z.enum(["Prefix", "Exact", "ImplementationSpecific"]).optional().describe("Default: Prefix."),
    methods: z
      .array(method)
      .min(1)
      .optional()
      .describe("Methods the API Gateway lets through, and a Gateway of the cluster; an Ingress can't distinguish them. Default: all."),
    port: portName.optional().describe("Port of the Service. Default: `http`, or its only one."),
    host: hostName.optional().describe("Default: the app's `ingress.host`."),
    gateway: RouteGateway.optional().describe("How the environment's API Gateway serves it, where there is one. Default: as a proxy."),
    ...gatewayRouteFields,
  })
  .meta({ id: "Route", description: "A path that leads from outside to the app: one source for Ingress, HTTPRoute and API Gateway." });
export const routes = z.record(dnsLabel, Route);

export const Ingress = z
  .strictObject({
    name: objectName.optional().describe("Default: the app's name."),
    labels: labels.optional().describe("Further labels."),
    class: objectName.optional().describe("Ingress class. Default: the environment's, or the cluster's."),
    host: hostName.optional().describe("Host; the environment's domain goes after it unless it has a dot. Default: the app's name."),
    annotations: annotations.optional().describe("Annotations, as the controller reads them."),
    tls: z
      .union([
        z.boolean(),
        z.strictObject({
          secret: objectName.optional().describe("Secret that holds the certificate. Default: the app's name and '-tls'."),
        }),
      ])
      .optional()
      .describe("Whether the hosts are served with TLS. Default: the environment's."),
    defaultBackend: verbatim.optional().describe("What serves the unmatched, as the Kubernetes API has it."),
  })
  .meta({ id: "Ingress", description: "How the routes are served by the cluster's ingress controller." });

const IngressPath = z
  .strictObject({
    pathType: z.enum(["Prefix", "Exact", "ImplementationSpecific"]).optional().describe("Default: Prefix."),
    service: serviceName.optional().describe("The Service it leads to. Default: the app's."),
    port: z.union([portName, portNumber]).describe("Port of the Service, by name or number."),
  })
  .meta({ id: "IngressPath", description: "Where a path of an Ingress leads." });
const everyHost = z.literal("*");

const OwnIngress = z
  .strictObject({
    name: objectName.optional().describe("Default: the app's name, '-' and the Ingress's."),
    labels: labels.optional().describe("Further labels."),
    annotations: annotations.optional().describe("Annotations, as the controller reads them."),
    class: objectName.optional().describe("Ingress class. Default: the cluster's."),
    hosts: z
      .record(
        z.union([hostName, everyHost]),
        z.record(z.string().startsWith("/", { error: "a path beginning with '/'" }), z.union([portName, portNumber, IngressPath])),
      )
      .optional()
      .describe("Paths by host, `*` for every host; each leads to a port of the app's Service unless it names another."),
    tls: z
      .record(objectName, z.array(z.union([hostName, everyHost])))
      .optional()
      .describe("Hosts that are served with the certificate of a Secret, by the Secret's name."),
    defaultBackend: verbatim.optional().describe("What serves the unmatched, as the Kubernetes API has it."),
  })
  .meta({ id: "OwnIngress", description: "An Ingress that is written out, apart from the app's routes." });
export const ingresses = z.record(dnsLabel, OwnIngress);

const usedPorts = z.record(portName, z.union([portNumber, z.strictObject({ port: portNumber.describe("Number."), protocol })]));
const Use = z
  .strictObject({
    app: dnsLabel.optional().describe("An app of this environment. Default: the use's own name, unless it has `cidr`."),
    cidr: z
      .union([cidr, z.array(cidr).min(1)])
      .optional()
      .describe("A network, or several, outside the cluster."),
    ports: usedPorts.optional().describe("Ports by name. Default: all the other app opens; for a network, all."),
  })
  .meta({ id: "Use", description: "Something the app talks to; becomes an allow where the environment denies by default." });
export const uses = z.record(dnsLabel, Use);

const Peer = z
  .strictObject({
    namespace: dnsLabel.optional().describe("Namespace of the pods. Default: the app's."),
    pods: LabelSelector.optional().describe("Pods by label. Default: all of the namespace."),
    ports: z
      .array(z.union([portName, portNumber]))
      .optional()
      .describe("Ports of the app. Default: all."),
  })
  .meta({ id: "Peer", description: "Pods that may talk to the app." });
export const accepts = z.record(dnsLabel, Peer);
