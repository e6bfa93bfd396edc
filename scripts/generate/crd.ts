import { readFileSync } from "node:fs";
import { stringify } from "yaml";

import type { Column, KindDefinition } from "../../src/api/kinds/kind-definition.ts";
import { annotations, group, version } from "../../src/api/settings/kubernetes-names.ts";

const { version: packageVersion } = JSON.parse(readFileSync("package.json", "utf8")) as {
  version: string;
};

/** `stills.dev_screenshotjobs.yaml` */
export function crdFileName(kind: KindDefinition): string {
  return `${group}_${kind.plural}.yaml`;
}

/** The CustomResourceDefinition of a kind, as YAML. */
export function crdText(kind: KindDefinition): string {
  const header = `# Generated from src/api by \`npm run generate\`. Do not edit.\n`;
  return (
    header +
    stringify(crdOf(kind), { lineWidth: 0, aliasDuplicateObjects: false, defaultKeyType: "PLAIN" })
  );
}

/** The CustomResourceDefinition of a kind, as Kubernetes reads it. */
export function crdOf(kind: KindDefinition): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${kind.plural}.${group}`,
      annotations: { [annotations.schemaVersion]: packageVersion },
    },
    spec: {
      group,
      scope: kind.scope ?? "Namespaced",
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.kind.toLowerCase(),
        ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
        categories: ["stills"],
      },
      versions: [versionOf(kind)],
    },
  };
}

function versionOf(kind: KindDefinition): object {
  return {
    name: version,
    served: true,
    storage: true,
    schema: {
      openAPIV3Schema: {
        description: kind.text,
        type: "object",
        required: ["spec"],
        properties: {
          apiVersion: { type: "string", description: "apiVersion is the version of this form." },
          kind: { type: "string", description: "kind names the kind of the object." },
          metadata: { type: "object" },
          spec: kind.spec,
          ...(kind.status === undefined ? {} : { status: kind.status }),
        },
        ...(kind.rules.length > 0 ? { "x-kubernetes-validations": kind.rules } : {}),
      },
    },
    additionalPrinterColumns: kind.columns.map(columnOf),
    ...(kind.selectableFields.length > 0
      ? { selectableFields: kind.selectableFields.map((jsonPath) => ({ jsonPath })) }
      : {}),
    ...(kind.status === undefined ? {} : { subresources: subresourcesOf(kind) }),
  };
}

function subresourcesOf(kind: KindDefinition): object {
  return {
    status: {},
    ...(kind.scale === undefined
      ? {}
      : {
          scale: {
            specReplicasPath: kind.scale.spec,
            statusReplicasPath: kind.scale.status,
            labelSelectorPath: kind.scale.selector,
          },
        }),
  };
}

function columnOf(column: Column): object {
  return {
    name: column.name,
    type: column.type,
    jsonPath: column.jsonPath,
    description: column.text,
    ...(column.wide === true ? { priority: 1 } : {}),
  };
}
