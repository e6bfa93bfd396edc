import { fileURLToPath } from "node:url";

/** Where package.json, crds/ and src/ are. */
export const projectDirectory = fileURLToPath(new URL("../../", import.meta.url));
