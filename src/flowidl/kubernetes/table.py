"""The pod API of Kubernetes as a table: every field, its type, and what holds for the field alone.

The table is that of Kubernetes 1.34, which the back end is built with: what a newer Kubernetes has besides is
dropped by the back end. (Source: the API's types; a test holds names and types against the published schema.)

One block for each structure, one line for each field: its name, its type, and what must hold.

* Types: `text`, `bool`, `int32`, `int64`, `quantity`, `port` (a number or a name), `time`, `any`, the name of
  a structure, `[T]` a list, `{T}` a map. `!` after a type: must be there and not be empty. `*`: empty and
  absent are two things, as for an optional scalar.
* `=A|B`: one of these; `1..9`: from, to; `unique=F`: no two entries have one `F`; `never`: must be absent;
  any other word is a form, a key of `forms.FORMS`, which every text in a list and every entry of a map must
  have. A `?` in front: not every version of Kubernetes asks for it.
* A line `one: A B` says that exactly one of these fields must be there, `most one: A B` at most one.

What concerns several fields at once stands in the modules of checks.
"""

from __future__ import annotations

_MODE = "int32* 0..511"
_ID = "int64* 0..2147483647"

TEXT = f"""
PodSpec
  activeDeadlineSeconds int64* 1..2147483647
  affinity Affinity
  automountServiceAccountToken bool
  containers [Container]!
  dnsConfig PodDNSConfig
  dnsPolicy text =ClusterFirst|ClusterFirstWithHostNet|Default|None
  enableServiceLinks bool
  ephemeralContainers [EphemeralContainer] never
  hostAliases [HostAlias]
  hostIPC bool
  hostNetwork bool
  hostPID bool
  hostUsers bool
  hostname text label
  hostnameOverride text
  imagePullSecrets [LocalObjectReference]
  initContainers [Container]
  nodeName text subdomain
  nodeSelector {{text}} labels
  os PodOS
  overhead {{quantity}}
  preemptionPolicy text* =PreemptLowerPriority|Never
  priority int32
  priorityClassName text subdomain
  readinessGates [PodReadinessGate]
  resourceClaims [PodResourceClaim] ?unique=name
  resources ResourceRequirements
  restartPolicy text =Always|OnFailure|Never
  runtimeClassName text* subdomain
  schedulerName text
  schedulingGates [PodSchedulingGate] unique=name
  securityContext PodSecurityContext
  serviceAccount text
  serviceAccountName text subdomain
  setHostnameAsFQDN bool
  shareProcessNamespace bool
  subdomain text label
  terminationGracePeriodSeconds int64
  tolerations [Toleration]
  topologySpreadConstraints [TopologySpreadConstraint]
  volumes [Volume] unique=name

PodMetadata
  annotations {{text}} annotations
  labels {{text}} labels

PodOS
  name text! =linux|windows

PodReadinessGate
  conditionType text! key

PodSchedulingGate
  name text! key

PodResourceClaim
  name text ?label
  resourceClaimName text* ?subdomain
  resourceClaimTemplateName text* ?subdomain

HostAlias
  hostnames [text] subdomain
  ip text! address

LocalObjectReference
  name text

SecretReference
  name text!

PodDNSConfig
  nameservers [text] address
  options [PodDNSConfigOption]
  searches [text] search

PodDNSConfigOption
  name text!
  value text

Toleration
  effect text =NoSchedule|PreferNoSchedule|NoExecute
  key text key
  operator text
  tolerationSeconds int64
  value text

TopologySpreadConstraint
  labelSelector LabelSelector
  matchLabelKeys [text] key
  maxSkew int32! 1..
  minDomains int32* 1..
  nodeAffinityPolicy text* =Honor|Ignore
  nodeTaintsPolicy text* =Honor|Ignore
  topologyKey text!
  whenUnsatisfiable text! =DoNotSchedule|ScheduleAnyway

LabelSelector
  matchExpressions [LabelSelectorRequirement]
  matchLabels {{text}} labels

LabelSelectorRequirement
  key text! key
  operator text! =In|NotIn|Exists|DoesNotExist
  values [text] value

Affinity
  nodeAffinity NodeAffinity
  podAffinity PodAffinity
  podAntiAffinity PodAffinity

NodeAffinity
  preferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm]
  requiredDuringSchedulingIgnoredDuringExecution NodeSelector

NodeSelector
  nodeSelectorTerms [NodeSelectorTerm]!

NodeSelectorTerm
  matchExpressions [NodeSelectorRequirement]
  matchFields [NodeFieldRequirement]

NodeSelectorRequirement
  key text! key
  operator text! =In|NotIn|Exists|DoesNotExist|Gt|Lt
  values [text]

NodeFieldRequirement
  key text! =metadata.name
  operator text! =In|NotIn
  values [text] subdomain

PreferredSchedulingTerm
  preference NodeSelectorTerm
  weight int32! 1..100

PodAffinity
  preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]
  requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]

PodAffinityTerm
  labelSelector LabelSelector
  matchLabelKeys [text] key
  mismatchLabelKeys [text] key
  namespaceSelector LabelSelector
  namespaces [text] label
  topologyKey text! key

WeightedPodAffinityTerm
  podAffinityTerm PodAffinityTerm!
  weight int32! 1..100

PodSecurityContext
  appArmorProfile AppArmorProfile
  fsGroup {_ID}
  fsGroupChangePolicy text* =OnRootMismatch|Always
  runAsGroup {_ID}
  runAsNonRoot bool
  runAsUser {_ID}
  seLinuxChangePolicy text* ?=MountOption|Recursive
  seLinuxOptions SELinuxOptions
  seccompProfile SeccompProfile
  supplementalGroups [int64] 0..2147483647
  supplementalGroupsPolicy text* ?=Merge|Strict
  sysctls [Sysctl] unique=name
  windowsOptions WindowsSecurityContextOptions

SecurityContext
  allowPrivilegeEscalation bool
  appArmorProfile AppArmorProfile
  capabilities Capabilities
  privileged bool
  procMount text* ?=Default|Unmasked
  readOnlyRootFilesystem bool
  runAsGroup {_ID}
  runAsNonRoot bool
  runAsUser {_ID}
  seLinuxOptions SELinuxOptions
  seccompProfile SeccompProfile
  windowsOptions WindowsSecurityContextOptions

AppArmorProfile
  localhostProfile text*
  type text! =Localhost|RuntimeDefault|Unconfined

SeccompProfile
  localhostProfile text*
  type text! =Localhost|RuntimeDefault|Unconfined

SELinuxOptions
  level text
  role text
  type text
  user text

Capabilities
  add [text]
  drop [text]

Sysctl
  name text! sysctl
  value text

WindowsSecurityContextOptions
  gmsaCredentialSpec text*
  gmsaCredentialSpecName text* subdomain
  hostProcess bool
  runAsUserName text* windows-user

Container
  args [text]
  command [text]
  env [EnvVar]
  envFrom [EnvFromSource]
  image text! trimmed
  imagePullPolicy text =Always|IfNotPresent|Never
  lifecycle Lifecycle
  livenessProbe Probe
  name text! label
  ports [ContainerPort] unique=name
  readinessProbe Probe
  resizePolicy [ContainerResizePolicy] ?unique=resourceName
  resources ResourceRequirements
  restartPolicy text* ?=Always|OnFailure|Never
  restartPolicyRules [ContainerRestartRule]
  securityContext SecurityContext
  startupProbe Probe
  stdin bool
  stdinOnce bool
  terminationMessagePath text
  terminationMessagePolicy text =File|FallbackToLogsOnError
  tty bool
  volumeDevices [VolumeDevice] unique=devicePath
  volumeMounts [VolumeMount] unique=mountPath
  workingDir text

ContainerPort
  containerPort int32! 1..65535
  hostIP text
  hostPort int32 1..65535
  name text port-name
  protocol text =TCP|UDP|SCTP

ContainerResizePolicy
  resourceName text ?=cpu|memory
  restartPolicy text ?=NotRequired|RestartContainer

ContainerRestartRule
  action text
  exitCodes ContainerRestartRuleOnExitCodes

ContainerRestartRuleOnExitCodes
  operator text
  values [int32]

EnvVar
  name text! variable ?old-variable
  value text
  valueFrom EnvVarSource

EnvVarSource
  configMapKeyRef KeySelector
  fieldRef ObjectFieldSelector
  fileKeyRef FileKeySelector
  resourceFieldRef ResourceFieldSelector
  secretKeyRef KeySelector
  one: fieldRef resourceFieldRef configMapKeyRef secretKeyRef fileKeyRef

KeySelector
  key text! config-key
  name text! subdomain
  optional bool

ObjectFieldSelector
  apiVersion text =v1
  fieldPath text!

ResourceFieldSelector
  containerName text
  divisor quantity
  resource text!

FileKeySelector
  key text
  optional bool
  path text
  volumeName text

EnvFromSource
  configMapRef EnvSource
  prefix text variable ?old-variable
  secretRef EnvSource
  one: configMapRef secretRef

EnvSource
  name text! subdomain
  optional bool

ResourceRequirements
  claims [ResourceClaim]
  limits {{quantity}}
  requests {{quantity}}

ResourceClaim
  name text ?label
  request text

VolumeMount
  mountPath text!
  mountPropagation text* =None|HostToContainer|Bidirectional
  name text!
  readOnly bool
  recursiveReadOnly text* =Disabled|IfPossible|Enabled
  subPath text inner-path
  subPathExpr text inner-path

VolumeDevice
  devicePath text! no-steps
  name text!

Lifecycle
  postStart LifecycleHandler
  preStop LifecycleHandler
  stopSignal text*

LifecycleHandler
  exec ExecAction
  httpGet HTTPGetAction
  sleep SleepAction
  tcpSocket TCPSocketAction
  one: exec httpGet tcpSocket sleep

Probe
  exec ExecAction
  failureThreshold int32 0..
  grpc GRPCAction
  httpGet HTTPGetAction
  initialDelaySeconds int32 0..
  periodSeconds int32 0..
  successThreshold int32 0..
  tcpSocket TCPSocketAction
  terminationGracePeriodSeconds int64*
  timeoutSeconds int32 0..
  one: exec httpGet tcpSocket grpc

ExecAction
  command [text]!

HTTPGetAction
  host text
  httpHeaders [HTTPHeader]
  path text
  port port! port
  scheme text =HTTP|HTTPS

HTTPHeader
  name text! header
  value text

TCPSocketAction
  host text
  port port! port

GRPCAction
  port int32! 1..65535
  service text

SleepAction
  seconds int64

Volume
  awsElasticBlockStore AWSElasticBlockStoreVolumeSource
  azureDisk AzureDiskVolumeSource
  azureFile AzureFileVolumeSource
  cephfs CephFSVolumeSource
  cinder CinderVolumeSource
  configMap ConfigMapVolumeSource
  csi CSIVolumeSource
  downwardAPI DownwardAPIVolumeSource
  emptyDir EmptyDirVolumeSource
  ephemeral EphemeralVolumeSource
  fc FCVolumeSource
  flexVolume FlexVolumeSource
  flocker FlockerVolumeSource
  gcePersistentDisk GCEPersistentDiskVolumeSource
  gitRepo GitRepoVolumeSource
  glusterfs GlusterfsVolumeSource
  hostPath HostPathVolumeSource
  image ImageVolumeSource
  iscsi ISCSIVolumeSource
  name text! label
  nfs NFSVolumeSource
  persistentVolumeClaim PersistentVolumeClaimVolumeSource
  photonPersistentDisk PhotonPersistentDiskVolumeSource
  portworxVolume PortworxVolumeSource
  projected ProjectedVolumeSource
  quobyte QuobyteVolumeSource
  rbd RBDVolumeSource
  scaleIO ScaleIOVolumeSource
  secret SecretVolumeSource
  storageos StorageOSVolumeSource
  vsphereVolume VsphereVirtualDiskVolumeSource
  most one: emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs \
    persistentVolumeClaim rbd flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap \
    vsphereVolume quobyte azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos csi \
    ephemeral image

AWSElasticBlockStoreVolumeSource
  fsType text
  partition int32 0..255
  readOnly bool
  volumeID text!

AzureDiskVolumeSource
  cachingMode text* =None|ReadOnly|ReadWrite
  diskName text!
  diskURI text!
  fsType text
  kind text* =Shared|Dedicated|Managed
  readOnly bool

AzureFileVolumeSource
  readOnly bool
  secretName text!
  shareName text!

CephFSVolumeSource
  monitors [text]!
  path text
  readOnly bool
  secretFile text
  secretRef LocalObjectReference
  user text

CinderVolumeSource
  fsType text
  readOnly bool
  secretRef SecretReference
  volumeID text!

ConfigMapVolumeSource
  defaultMode {_MODE}
  items [KeyToPath]
  name text!
  optional bool

SecretVolumeSource
  defaultMode {_MODE}
  items [KeyToPath]
  optional bool
  secretName text!

KeyToPath
  key text!
  mode {_MODE}
  path text! item-path

CSIVolumeSource
  driver text! csi-driver
  fsType text
  nodePublishSecretRef SecretReference
  readOnly bool
  volumeAttributes {{text}}

DownwardAPIVolumeSource
  defaultMode {_MODE}
  items [DownwardAPIVolumeFile]

DownwardAPIVolumeFile
  fieldRef ObjectFieldSelector
  mode {_MODE}
  path text! item-path
  resourceFieldRef ResourceFieldSelector
  one: fieldRef resourceFieldRef

EmptyDirVolumeSource
  medium text
  sizeLimit quantity

EphemeralVolumeSource
  volumeClaimTemplate PersistentVolumeClaimTemplate!

PersistentVolumeClaimTemplate
  metadata ClaimMetadata
  spec PersistentVolumeClaimSpec!

ClaimMetadata
  annotations {{text}} annotations
  creationTimestamp time never
  deletionGracePeriodSeconds int64* never
  deletionTimestamp time never
  finalizers [text] never
  generateName text never
  generation int64 never
  labels {{text}} labels
  managedFields [any]
  name text never
  namespace text never
  ownerReferences [any] never
  resourceVersion text never
  selfLink text never
  uid text never

PersistentVolumeClaimSpec
  accessModes [text]! =ReadWriteOnce|ReadOnlyMany|ReadWriteMany|ReadWriteOncePod
  dataSource DataSource
  dataSourceRef DataSource
  resources VolumeResourceRequirements
  selector LabelSelector
  storageClassName text subdomain
  volumeAttributesClassName text
  volumeMode text* =Block|Filesystem
  volumeName text

DataSource
  apiGroup text* group
  kind text!
  name text!
  namespace text*

VolumeResourceRequirements
  limits {{quantity}}
  requests {{quantity}}

FCVolumeSource
  fsType text
  lun int32* 0..255
  readOnly bool
  targetWWNs [text]
  wwids [text]
  one: targetWWNs wwids

FlexVolumeSource
  driver text!
  fsType text
  options {{text}}
  readOnly bool
  secretRef LocalObjectReference

FlockerVolumeSource
  datasetName text no-slash
  datasetUUID text
  one: datasetName datasetUUID

GCEPersistentDiskVolumeSource
  fsType text
  partition int32 0..255
  pdName text!
  readOnly bool

GitRepoVolumeSource
  directory text item-path
  repository text!
  revision text

GlusterfsVolumeSource
  endpoints text!
  path text!
  readOnly bool

HostPathVolumeSource
  path text! no-steps
  type text =DirectoryOrCreate|Directory|FileOrCreate|File|Socket|CharDevice|BlockDevice

ImageVolumeSource
  pullPolicy text ?=Always|Never|IfNotPresent
  reference text

ISCSIVolumeSource
  chapAuthDiscovery bool
  chapAuthSession bool
  fsType text
  initiatorName text* iqn
  iqn text! iqn
  iscsiInterface text
  lun int32 0..255
  portals [text]
  readOnly bool
  secretRef LocalObjectReference
  targetPortal text!

NFSVolumeSource
  path text! absolute
  readOnly bool
  server text!

PersistentVolumeClaimVolumeSource
  claimName text!
  readOnly bool

PhotonPersistentDiskVolumeSource
  fsType text
  pdID text!

PortworxVolumeSource
  fsType text
  readOnly bool
  volumeID text!

ProjectedVolumeSource
  defaultMode {_MODE}
  sources [VolumeProjection]

VolumeProjection
  clusterTrustBundle ClusterTrustBundleProjection
  configMap KeyProjection
  downwardAPI DownwardAPIProjection
  podCertificate PodCertificateProjection
  secret KeyProjection
  serviceAccountToken ServiceAccountTokenProjection
  most one: secret downwardAPI configMap serviceAccountToken clusterTrustBundle podCertificate

KeyProjection
  items [KeyToPath]
  name text!
  optional bool

DownwardAPIProjection
  items [DownwardAPIVolumeFile]

ServiceAccountTokenProjection
  audience text
  expirationSeconds int64* 600..4294967296
  path text! item-path

ClusterTrustBundleProjection
  labelSelector LabelSelector
  name text
  optional bool
  path text
  signerName text

PodCertificateProjection
  certificateChainPath text
  credentialBundlePath text
  keyPath text
  keyType text
  maxExpirationSeconds int32
  signerName text

QuobyteVolumeSource
  group text
  readOnly bool
  registry text! host-ports
  tenant text
  user text
  volume text!

RBDVolumeSource
  fsType text
  image text!
  keyring text
  monitors [text]!
  pool text
  readOnly bool
  secretRef LocalObjectReference
  user text

ScaleIOVolumeSource
  fsType text
  gateway text!
  protectionDomain text
  readOnly bool
  secretRef LocalObjectReference
  sslEnabled bool
  storageMode text
  storagePool text
  system text!
  volumeName text!

StorageOSVolumeSource
  fsType text
  readOnly bool
  secretRef SecretReference
  volumeName text! label
  volumeNamespace text label

VsphereVirtualDiskVolumeSource
  fsType text
  storagePolicyID text
  storagePolicyName text
  volumePath text!

EphemeralContainer
  args [text]
  command [text]
  env [EnvVar]
  envFrom [EnvFromSource]
  image text
  imagePullPolicy text
  lifecycle Lifecycle
  livenessProbe Probe
  name text
  ports [ContainerPort]
  readinessProbe Probe
  resizePolicy [ContainerResizePolicy]
  resources ResourceRequirements
  restartPolicy text
  restartPolicyRules [ContainerRestartRule]
  securityContext SecurityContext
  startupProbe Probe
  stdin bool
  stdinOnce bool
  targetContainerName text
  terminationMessagePath text
  terminationMessagePolicy text
  tty bool
  volumeDevices [VolumeDevice]
  volumeMounts [VolumeMount]
  workingDir text
"""
