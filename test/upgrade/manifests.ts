/** Manifests for which each kind of difference shows between some two versions. */
export const ofEveryKind = `
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { name: all, namespace: shop }
spec: { maxUnavailable: 1, selector: {} }
---
apiVersion: storage.k8s.io/v1beta1
kind: VolumeAttributesClass
metadata: { name: fast }
driverName: driver.example
parameters: { iops: "100" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      hostnameOverride: web
      containers:
        - name: web
          image: registry.example/web:1
          volumeMounts: [{ name: data, mountPath: /data }]
      volumes: [{ name: data, image: { reference: registry.example/data:1, pullPolicy: IfNotPresent } }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: registry.example/db:1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, trafficDistribution: PreferClose, ports: [{ port: 80 }] }
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: { name: driver.example }
spec: { serviceAccountTokenInSecrets: true, tokenRequests: [{ audience: a }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  minReplicas: 0
  maxReplicas: 3
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  metrics: [{ type: External, external: { metric: { name: queue }, target: { type: Value, value: "1" } } }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: { name: labels }
spec:
  matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }] }
  reinvocationPolicy: Never
  mutations: [{ patchType: ApplyConfiguration, applyConfiguration: { expression: "Object{}" } }]
`;
