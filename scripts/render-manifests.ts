import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { serverSource } from "../src/local/servers/server-sources.ts";

/*
 * Writes deploy/stills.yaml, the chart with its default values for those without Helm. Needs helm on PATH. With --check it
 * writes nothing and fails where the file is not what the chart says.
 */

const path = "deploy/stills.yaml";
const namespace = "stills-system";
const accountsNamespace = "stills-accounts";

const head = `# Stills with the chart's default values, for kubectl: kubectl apply --server-side -f ${path}
# Written by scripts/render-manifests.ts. The Jobs make CRDs and Secrets; pods wait for those. Where an apply says that
# a kind is not known yet, repeat it: the CRDs were new.
apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
---
apiVersion: v1
kind: Namespace
metadata:
  name: ${accountsNamespace}
`;
const words = ["template", "stills", "charts/stills", "-n", namespace, "--include-crds"];
// Before what is in it; in the chart it is a hook.
words.push("--set", "accountsNamespace.create=false");
const version = serverSource("kube-apiserver").version;
const rendered = execFileSync("helm", [...words, "--skip-tests", "--kube-version", version], {
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
});
const text = `${head}${rendered.replaceAll(/[ \t]+$/gm, "")}`;

if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error(`${path} is not what the chart says: run 'node scripts/render-manifests.ts'`);
  process.exitCode = 1;
}
