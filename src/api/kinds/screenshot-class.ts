import type { KindDefinition } from "./kind-definition.ts";
import { ageColumn } from "./kind-definition.ts";
import { object, text, type Stored } from "./schema.ts";
import { dnsLabel } from "./shared-fields.ts";

const spec = object(
  "spec says who takes the jobs of the class.",
  {
    holder: object(
      "is the installation whose controllers take the jobs with this name in `spec.className`. It keeps the class until its namespace is gone, or this object is deleted.",
      {
        namespace: dnsLabel("is the namespace of the installation."),
        namespaceUID: text(
          "is the uid of that namespace: another one of the same name is not it.",
          {
            max: 64,
          },
        ),
      },
      { required: ["namespace", "namespaceUID"], atomic: true },
    ),
  },
  { required: ["holder"] },
);

export type ScreenshotClassSpec = Stored<typeof spec>;

/** What one of several installations in a cluster claims before it leads. It has no status: holding the class is all there is to it. */
export const screenshotClass: KindDefinition = {
  kind: "ScreenshotClass",
  scope: "Cluster",
  plural: "screenshotclasses",
  shortNames: [],
  text: "ScreenshotClass is the claim of one installation on the jobs of a class, so that no job is taken by two. Controllers make it; nobody else needs to.",
  spec,
  rules: [],
  columns: [
    {
      name: "Holder",
      type: "string",
      jsonPath: ".spec.holder.namespace",
      text: "Namespace of the installation that takes the jobs.",
    },
    ageColumn,
  ],
  selectableFields: [],
  conditions: [],
  sample: "screenshotclass.yaml",
};
