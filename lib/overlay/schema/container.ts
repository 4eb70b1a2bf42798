import { z } from "zod";
import { oneOf } from "./one-of.ts";
import {
  absolutePath,
  dataKey,
  dnsLabel,
  envName,
  envPrefix,
  headerName,
  hostOrAddress,
  imageReference,
  ipAddress,
  nonNegative,
  objectName,
  portName,
  portNumber,
  positive,
  quantity,
  resourceName,
  subPath,
  sysctl,
} from "./scalar.ts";

const protocol = z.enum(["TCP", "UDP", "SCTP"]);
/** A port by its name in the container, or by number. */
const portReference = z.union([portName, portNumber]);

const ContainerPort = z
  .strictObject({
    port: portNumber.describe("The number the process listens on."),
    protocol: protocol.optional().describe("Transport protocol. Default: TCP."),
    hostPort: portNumber.optional().describe("Port of the node that leads here. Ties the pod to nodes where it is free."),
    hostIP: ipAddress.optional().describe("Address of the node that `hostPort` binds. Default: all."),
    named: z
      .literal(false)
      .optional()
      .describe("False leaves the name out of the manifest; what refers to the port then has its number. Default: the port is named."),
  })
  .meta({ id: "ContainerPort", description: "A port a container opens." });

const EnvSource = oneOf({
  config: z
    .strictObject({
      name: objectName.describe("The ConfigMap."),
      key: dataKey.describe("The key in it."),
      optional: z.boolean().optional().describe("Start without it. Default: false."),
    })
    .describe("A key of a ConfigMap."),
  secret: z
    .strictObject({
      name: objectName.describe("The Secret."),
      key: dataKey.describe("The key in it."),
      optional: z.boolean().optional().describe("Start without it. Default: false."),
    })
    .describe("A key of a Secret."),
  field: z.string().min(1).describe("A field of the pod, as `metadata.name` or `status.podIP`."),
  resource: z
    .strictObject({
      resource: z.string().min(1).describe("As `limits.memory` or `requests.cpu`."),
      container: dnsLabel.optional().describe("The container meant. Default: this one."),
      divisor: quantity.optional().describe("The unit of the value. Default: 1."),
    })
    .describe("A request or limit of a container."),
}).meta({ id: "EnvSource", description: "Where the value of an environment variable comes from." });

const EnvValue = z.union([z.string(), z.number(), z.boolean(), EnvSource]).meta({
  id: "EnvValue",
  description: "The value of an environment variable: a literal (numbers and booleans become text), or where it comes from.",
});

const EnvFrom = oneOf(
  {
    config: objectName.describe("The ConfigMap whose keys become variables."),
    secret: objectName.describe("The Secret whose keys become variables."),
  },
  {
    prefix: envPrefix.optional().describe("Put before each name."),
    optional: z.boolean().optional().describe("Start without it. Default: false."),
    order: z.int().optional().describe("Later ones win over earlier ones. Default: 0, then by name."),
  },
).meta({ id: "EnvFrom", description: "All keys of a ConfigMap or Secret as environment variables." });

const HttpAction = z
  .strictObject({
    path: z.string().startsWith("/", { error: "a path beginning with '/'" }).describe("Path and query of the request."),
    port: portReference.optional().describe("Default: the container's port `http`, or its only one."),
    scheme: z.enum(["HTTP", "HTTPS"]).optional().describe("Default: HTTP."),
    host: hostOrAddress.optional().describe("Host to connect to. Default: the pod's address."),
    headers: z.record(headerName, z.string()).optional().describe("Headers of the request."),
  })
  .meta({ id: "HttpAction", description: "An HTTP GET; a status from 200 to 399 is success." });
const TcpAction = z
  .strictObject({ port: portReference.describe("Port to open."), host: hostOrAddress.optional().describe("Default: the pod's address.") })
  .meta({ id: "TcpAction", description: "Opens a TCP connection." });
const GrpcAction = z
  .strictObject({
    port: portNumber.describe("Port by number."),
    service: z.string().optional().describe("The service asked for. Default: empty."),
  })
  .meta({ id: "GrpcAction", description: "Asks the gRPC health service." });
const http = z
  .union([z.string().startsWith("/", { error: "a path beginning with '/'" }), HttpAction])
  .describe("An HTTP GET, by its path or in full.");
const tcp = z.union([portReference, TcpAction]).describe("Opens a TCP connection.");
const exec = z.array(z.string()).min(1).describe("Runs a command in the container; exit status 0 is success.");

const Probe = oneOf(
  { http, tcp, exec, grpc: z.union([portNumber, GrpcAction]).describe("Asks the gRPC health service.") },
  {
    initialDelaySeconds: nonNegative.optional().describe("Seconds after start before the first probe. Kubernetes' default: 0."),
    periodSeconds: positive.optional().describe("Seconds between probes. Kubernetes' default: 10."),
    timeoutSeconds: positive.optional().describe("Seconds to wait for an answer. Kubernetes' default: 1."),
    successThreshold: positive.optional().describe("Successes in a row that count as one. Kubernetes' default: 1."),
    failureThreshold: positive.optional().describe("Failures in a row that count as one. Kubernetes' default: 3."),
    terminationGracePeriodSeconds: positive.optional().describe("Seconds to stop after this probe failed. Default: the pod's."),
  },
).meta({ id: "Probe", description: "How the kubelet asks a container whether it is well." });

const Probes = z
  .strictObject({
    startup: Probe.optional().describe("Until it succeeds no other probe runs."),
    readiness: Probe.optional().describe("While it fails the pod gets no traffic."),
    liveness: Probe.optional().describe("When it fails the container is restarted."),
  })
  .meta({ id: "Probes", description: "The probes of a container." });

const Handler = oneOf({ http, tcp, exec, sleep: positive.describe("Seconds to wait.") }).meta({
  id: "LifecycleHandler",
  description: "What to do at a moment of a container's life.",
});
const Lifecycle = z
  .strictObject({
    postStart: Handler.optional().describe("Right after start; the container isn't ready before it ends."),
    preStop: Handler.optional().describe("Before the process is asked to stop; counts into the grace period."),
    stopSignal: z
      .string()
      .regex(/^SIG[A-Z0-9+]+$/, { error: "the name of a signal, as SIGTERM" })
      .optional()
      .describe("Signal that asks the process to stop (Kubernetes 1.33 with its feature gate)."),
  })
  .meta({ id: "Lifecycle", description: "Hooks into a container's life." });

const amounts = z.record(resourceName, quantity);
const Resources = z
  .strictObject({
    requests: amounts.optional().describe("What the scheduler sets aside: `cpu`, `memory`, `ephemeral-storage` or an extended resource."),
    limits: amounts.optional().describe("What the container may not exceed."),
    claims: z
      .array(
        z.strictObject({
          name: dnsLabel.describe("Name of the pod's resource claim."),
          request: dnsLabel.optional().describe("One request of the claim."),
        }),
      )
      .optional()
      .describe("Claims of dynamic resource allocation."),
  })
  .meta({ id: "Resources", description: "Requests and limits of a container." });

export const PodResources = z
  .strictObject({
    requests: amounts.optional().describe("What the scheduler sets aside for the pod: `cpu`, `memory` or huge pages."),
    limits: amounts.optional().describe("What its containers may not exceed together."),
  })
  .meta({ id: "PodResources", description: "Requests and limits of a pod, which its containers share." });

const seccompProfile = oneOf({
  runtimeDefault: z.literal(true).describe("The container runtime's profile."),
  unconfined: z.literal(true).describe("No profile."),
  localhost: subPath.min(1).describe("A profile on the node, by its file."),
});
const SeccompProfile = seccompProfile.meta({ id: "SecurityProfile", description: "A seccomp or AppArmor profile." });
const selinux = z.strictObject({
  level: z.string().optional().describe("SELinux level."),
  role: z.string().optional().describe("SELinux role."),
  type: z.string().optional().describe("SELinux type."),
  user: z.string().optional().describe("SELinux user."),
});
const identity = {
  runAsUser: nonNegative.optional().describe("Numeric user."),
  runAsGroup: nonNegative.optional().describe("Numeric primary group."),
  runAsNonRoot: z.boolean().optional().describe("Refuse to start as root."),
  seccompProfile: SeccompProfile.optional().describe("Which system calls are allowed."),
  appArmorProfile: SeccompProfile.optional().describe("Which AppArmor profile confines it."),
  seLinuxOptions: selinux.optional().describe("SELinux context."),
  windowsOptions: z.record(z.string(), z.unknown()).optional().describe("Windows options, as the Kubernetes API has them."),
};
export const PodSecurity = z
  .strictObject({
    ...identity,
    fsGroup: nonNegative.optional().describe("Group that owns mounted volumes."),
    fsGroupChangePolicy: z
      .enum(["Always", "OnRootMismatch"])
      .optional()
      .describe("When ownership of volumes is changed. Kubernetes' default: Always."),
    supplementalGroups: z.array(nonNegative).optional().describe("Further groups of the first process."),
    supplementalGroupsPolicy: z
      .enum(["Merge", "Strict"])
      .optional()
      .describe("Whether the image's groups are added. Kubernetes' default: Merge."),
    sysctls: z.record(sysctl, z.string()).optional().describe("Namespaced kernel parameters."),
  })
  .meta({ id: "PodSecurity", description: "Security context of a pod, which its containers inherit." });
const ContainerSecurity = z
  .strictObject({
    ...identity,
    allowPrivilegeEscalation: z.boolean().optional().describe("Whether a process may gain more than its parent has."),
    readOnlyRootFilesystem: z.boolean().optional().describe("Whether the image's own files are read-only."),
    privileged: z.boolean().optional().describe("Whether it runs as root of the node."),
    procMount: z.enum(["Default", "Unmasked"]).optional().describe("How /proc is mounted. Kubernetes' default: Default."),
    capabilities: z
      .strictObject({
        add: z.array(z.string()).optional().describe("Capabilities to add."),
        drop: z.array(z.string()).optional().describe("Capabilities to drop."),
      })
      .optional()
      .describe("Linux capabilities."),
  })
  .meta({ id: "ContainerSecurity", description: "Security context of a container; it wins over the pod's." });

const Mount = z
  .strictObject({
    volume: dnsLabel.describe("Name of a volume of the app."),
    subPath: subPath.optional().describe("Path inside the volume. Files mounted so are not updated while the pod runs."),
    subPathExpr: subPath.optional().describe("As `subPath`, with $(NAME) of the environment."),
    readOnly: z.boolean().optional().describe("Default: false; true for config and secret volumes."),
    recursiveReadOnly: z.enum(["Disabled", "IfPossible", "Enabled"]).optional().describe("Whether mounts below are read-only too."),
    propagation: z.enum(["None", "HostToContainer", "Bidirectional"]).optional().describe("How mounts travel between node and container."),
  })
  .meta({ id: "Mount", description: "A volume at a path of a container." });

const shape = {
  image: imageReference.describe(
    "Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest.",
  ),
  imagePullPolicy: z
    .enum(["Always", "IfNotPresent", "Never"])
    .optional()
    .describe("When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`."),
  command: z.array(z.string()).optional().describe("Replaces the image's entrypoint."),
  args: z.array(z.string()).optional().describe("Replaces the image's command."),
  workingDir: z.string().optional().describe("Default: the image's."),
  ports: z
    .record(portName, z.union([portNumber, ContainerPort]))
    .optional()
    .describe("Ports by name."),
  env: z
    .record(envName, EnvValue)
    .optional()
    .describe("Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`."),
  envFrom: z.record(dnsLabel, EnvFrom).optional().describe("ConfigMaps and Secrets whose keys become variables, by a name of your choice."),
  resources: Resources.optional().describe("Requests and limits."),
  probes: Probes.optional().describe("Startup, readiness and liveness."),
  lifecycle: Lifecycle.optional().describe("Hooks after start and before stop."),
  mounts: z
    .record(absolutePath, z.union([dnsLabel, Mount]))
    .optional()
    .describe("Volumes by the path they appear at."),
  envOrder: z
    .array(envName)
    .optional()
    .describe(
      "Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`.",
    ),
  envFromOrder: z
    .array(dnsLabel)
    .optional()
    .describe(
      "Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`.",
    ),
  portOrder: z
    .array(portName)
    .optional()
    .describe("Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`."),
  mountOrder: z
    .array(absolutePath)
    .optional()
    .describe("Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`."),
  devices: z.record(absolutePath, dnsLabel).optional().describe("Block volumes by device path."),
  security: ContainerSecurity.optional().describe("Security context; wins over the pod's."),
  resizePolicy: z
    .partialRecord(z.enum(["cpu", "memory"]), z.enum(["NotRequired", "RestartContainer"]))
    .meta({ tsType: 'Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>>' })
    .optional()
    .describe("Whether a resize restarts the container, by resource."),
  terminationMessagePath: absolutePath.optional().describe("Kubernetes' default: /dev/termination-log."),
  terminationMessagePolicy: z.enum(["File", "FallbackToLogsOnError"]).optional().describe("Kubernetes' default: File."),
  stdin: z.boolean().optional().describe("Keep standard input open."),
  stdinOnce: z.boolean().optional().describe("Close it after the first client."),
  tty: z.boolean().optional().describe("Allocate a terminal."),
};
export const Container = z.strictObject(shape).meta({ id: "Container", description: "A container: an image and how it runs." });
const order = z
  .int()
  .optional()
  .describe("Init containers run from the lowest to the highest, native sidecars among them. Default: 0, then by name.");
export const Sidecar = z
  .strictObject({
    ...shape,
    native: z
      .boolean()
      .optional()
      .describe("A native sidecar: starts before the main container, stops after it, and doesn't keep a Job alive. Default: false."),
    order,
  })
  .meta({ id: "Sidecar", description: "A container beside the main one." });
export const InitContainer = z
  .strictObject({ ...shape, order })
  .meta({ id: "InitContainer", description: "A container that runs to its end before the others start." });
/** A container whose image is the app's unless it has its own. */
export const JobContainer = z.strictObject({ ...shape, image: shape.image.optional() }).meta({
  id: "JobContainer",
  description: "The container of a job; image, environment, resources and security are the app's by default.",
});
