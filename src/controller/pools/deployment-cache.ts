import type { Reflector } from "../../platform/kube/reflector.ts";
import type { Deployment } from "../../platform/kube/resources.ts";
import type { DeploymentRecord } from "./deployment-record.ts";

/** The records of the pools' Deployments, kept up to date by a watch. */
export type DeploymentCache = Reflector<Deployment, DeploymentRecord>;
