import { own } from "../../outside/index.ts";
import { behaviourOf } from "./behaviour.ts";
import type { TemplateResource } from "./template.ts";

/**
 * What is lost with a resource that keeps something. The resource schemas mark some of these types; the others are known to keep what
 * nobody can make again from the template.
 */
const stored: Readonly<Record<string, string>> = {
  "AWS::AmazonMQ::Broker": "its messages",
  "AWS::Backup::BackupVault": "its backups",
  "AWS::Cassandra::Table": "its rows",
  "AWS::CodeCommit::Repository": "its commits",
  "AWS::Cognito::UserPool": "its users and their passwords",
  "AWS::DirectoryService::MicrosoftAD": "its directory",
  "AWS::DirectoryService::SimpleAD": "its directory",
  "AWS::DocDB::DBCluster": "its databases",
  "AWS::DocDB::DBInstance": "what it holds",
  "AWS::DynamoDB::GlobalTable": "its items",
  "AWS::DynamoDB::Table": "its items",
  "AWS::EC2::Instance": "what its own disks hold",
  "AWS::EC2::Volume": "its files",
  "AWS::ECR::Repository": "its images",
  "AWS::EFS::FileSystem": "its files",
  "AWS::EKS::Cluster": "all that runs in it",
  "AWS::ElastiCache::ServerlessCache": "what it caches",
  "AWS::FSx::FileSystem": "its files",
  "AWS::KMS::Key": "what only it can decrypt",
  "AWS::Kinesis::Stream": "its records",
  "AWS::Logs::LogGroup": "its log events",
  "AWS::MSK::Cluster": "its topics",
  "AWS::MemoryDB::Cluster": "what it holds",
  "AWS::Neptune::DBCluster": "its databases",
  "AWS::OpenSearchServerless::Collection": "its documents",
  "AWS::OpenSearchService::Domain": "its documents",
  "AWS::RDS::DBCluster": "its databases",
  "AWS::RDS::DBInstance": "its databases",
  "AWS::RDS::GlobalCluster": "its databases",
  "AWS::Redshift::Cluster": "its tables",
  "AWS::S3::Bucket": "its objects",
  "AWS::S3Express::DirectoryBucket": "its objects",
  "AWS::SQS::Queue": "its messages",
  "AWS::SecretsManager::Secret": "its value",
  "AWS::Serverless::SimpleTable": "its items",
  "AWS::Timestream::Table": "its records",
};

/** What is lost with a resource; undefined where that can be made again from its template. */
export function storedBy({ type, properties }: TemplateResource): string | undefined {
  // The data of Aurora are its cluster's.
  if (type === "AWS::RDS::DBInstance" && properties.DBClusterIdentifier !== undefined) return undefined;
  return own(stored, type) ?? (behaviourOf(type)?.isStateful ? "what it holds" : undefined);
}

/** What those outside of the stack know a resource by, and what becomes of them when that is another one. */
export const addresses: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::ApiKey": "the key's value changes, and callers with the old one are refused",
  "AWS::ApiGateway::DomainName": "its target changes: records that name the old one lead nowhere",
  "AWS::ApiGateway::RestApi": "its address changes: clients that call the old one get no answer when it is deleted",
  "AWS::ApiGatewayV2::Api": "its address changes: clients that call the old one get no answer when it is deleted",
  "AWS::ApiGatewayV2::DomainName": "its target changes: records that name the old one lead nowhere",
  "AWS::AppSync::GraphQLApi": "its address changes: clients that call the old one get no answer when it is deleted",
  "AWS::CloudFront::Distribution": "its domain name changes: records that name the old one lead nowhere",
  "AWS::Cognito::UserPoolClient": "its client id changes: apps that are configured with the old one can't sign in",
  "AWS::Cognito::UserPoolDomain": "its address changes: apps can't sign in by the old one",
  "AWS::EC2::EIP": "its IP address changes",
  "AWS::EC2::NatGateway": "what calls others through it comes from another IP address, unless its Elastic IP stays",
  "AWS::ElasticLoadBalancing::LoadBalancer": "its DNS name changes: records that name the old one lead nowhere",
  "AWS::ElasticLoadBalancingV2::LoadBalancer": "its DNS name changes: records that name the old one lead nowhere",
  "AWS::IAM::AccessKey": "the key changes, and callers with the old one are refused",
  "AWS::Lambda::Url": "its address changes: clients that call the old one get no answer when it is deleted",
  "AWS::Route53::RecordSet": "it is another record, and its old name leads nowhere",
  "AWS::Route53::HostedZone": "its name servers change: whoever delegates to the old ones finds nothing",
};

/** Where a name leads, by the property that says it. */
export const targetMoves: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "AWS::ApiGateway::BasePathMapping": { RestApiId: "the domain moves to another API", Stage: "the domain moves to another stage" },
  "AWS::ApiGatewayV2::ApiMapping": { ApiId: "the domain moves to another API", Stage: "the domain moves to another stage" },
  "AWS::Route53::RecordSet": { AliasTarget: "the name leads to another target", ResourceRecords: "the name leads to other targets" },
  "AWS::ApiGateway::Stage": { DeploymentId: "clients get the new deployment of the API" },
  "AWS::ApiGatewayV2::Stage": { DeploymentId: "clients get the new deployment of the API" },
};

/**
 * Properties whose update interrupts the resource, which its document calls "Some interruptions":
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
export const interrupting: Readonly<Record<string, readonly string[]>> = {
  "AWS::AmazonMQ::Broker": ["EngineVersion", "HostInstanceType"],
  "AWS::DocDB::DBInstance": ["DBInstanceClass"],
  "AWS::DocDB::DBCluster": ["EngineVersion"],
  "AWS::EC2::Instance": ["EbsOptimized", "InstanceType", "KernelId", "RamdiskId", "UserData"],
  "AWS::ElastiCache::CacheCluster": ["CacheNodeType", "EngineVersion"],
  "AWS::ElastiCache::ReplicationGroup": ["EngineVersion"],
  "AWS::Neptune::DBInstance": ["DBInstanceClass"],
  "AWS::Neptune::DBCluster": ["EngineVersion"],
  "AWS::RDS::DBCluster": ["DBClusterParameterGroupName", "EngineVersion"],
  "AWS::RDS::DBInstance": ["CACertificateIdentifier", "DBInstanceClass", "DBParameterGroupName", "EngineVersion", "StorageType"],
  "AWS::Redshift::Cluster": ["ClusterType", "NodeType", "NumberOfNodes"],
};

/** Properties whose update replaces what runs a few at a time, while the service stays up. */
export const rollingUpdates: Readonly<Record<string, readonly string[]>> = {
  "AWS::AutoScaling::AutoScalingGroup": ["LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy"],
  "AWS::ECS::Service": ["TaskDefinition", "NetworkConfiguration", "LoadBalancers"],
  "AWS::EKS::Nodegroup": ["LaunchTemplate", "ReleaseVersion", "Version"],
};

/** Whether an update of a property interrupts what runs, or replaces it. */
export const isNoticed = (type: string, property: string): boolean =>
  [interrupting, rollingUpdates].some((table) => own(table, type)?.includes(property));

/** Records of a state, of which there is a new one after each change and nobody asks for the old one. */
export const snapshotTypes: ReadonlySet<string> = new Set([
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGatewayV2::Deployment",
  "AWS::CDK::Metadata",
  "AWS::CloudFormation::WaitConditionHandle",
  "AWS::ECS::TaskDefinition",
  "AWS::Lambda::Version",
]);

/** Names that must be free although AWS identifies the resource by something else. */
const uniqueNames: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGateway::Authorizer": ["RestApiId", "Name"],
  "AWS::ApiGateway::GatewayResponse": ["RestApiId", "ResponseType"],
  "AWS::ApiGateway::Model": ["RestApiId", "Name"],
  "AWS::ApiGatewayV2::Route": ["ApiId", "RouteKey"],
  "AWS::EC2::Subnet": ["VpcId", "CidrBlock"],
  "AWS::ECS::Service": ["Cluster", "ServiceName"],
  "AWS::ElasticLoadBalancingV2::LoadBalancer": ["Name"],
  "AWS::ElasticLoadBalancingV2::TargetGroup": ["Name"],
  "AWS::Glue::Database": ["CatalogId", "DatabaseName"],
  "AWS::IAM::ManagedPolicy": ["ManagedPolicyName"],
  "AWS::SNS::Topic": ["TopicName"],
  "AWS::SQS::Queue": ["QueueName"],
  "AWS::SecretsManager::Secret": ["Name"],
  "AWS::StepFunctions::StateMachine": ["StateMachineName"],
  "AWS::WAFv2::IPSet": ["Name", "Scope"],
  "AWS::WAFv2::RuleGroup": ["Name", "Scope"],
  "AWS::WAFv2::WebACL": ["Name", "Scope"],
};

/** The properties by which no two resources may be alike; empty where AWS chooses what identifies them. */
export function uniqueBy(type: string): readonly string[] {
  const names = own(uniqueNames, type);
  if (names) return names;
  const behaviour = behaviourOf(type);
  const known = new Set([...(behaviour?.replaced ?? []), ...(behaviour?.mayReplace ?? []), ...(behaviour?.updated ?? [])]);
  const id = behaviour?.id ?? [];
  return id.every((property) => known.has(property)) ? id : [];
}
