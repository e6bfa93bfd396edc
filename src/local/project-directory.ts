import { fileURLToPath } from "node:url";

/** The folder of package.json, crds/ and src/. */
export const projectDirectory = fileURLToPath(new URL("../../", import.meta.url));
