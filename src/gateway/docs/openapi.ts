import { blockingListsPackage } from "../../api/settings/blocking-lists.ts";
import { accountPaths, device, usage } from "./openapi-account.ts";
import { bulkPaths, bulkRequest, bulkResponse } from "./openapi-bulk.ts";
import type { Document } from "./openapi-document.ts";
import { filePaths, slices } from "./openapi-files.ts";
import { job, jobPaths, problem } from "./openapi-jobs.ts";
import { takeError, takeOptions, takePaths } from "./openapi-take.ts";

/** The OpenAPI 3.1 document of the gateway. Options and error codes come from the catalogues. */
export function createOpenAPI(publicURL: string): Document {
  return {
    openapi: "3.1.0",
    info: {
      title: "Stills",
      version: "v1",
      description: "Screenshots over HTTP, compatible with ScreenshotOne.",
      license: { name: "Apache-2.0" },
      "x-stills-blocking-lists": {
        source: blockingListsPackage.name,
        version: blockingListsPackage.version,
      },
    },
    servers: [{ url: publicURL }],
    security: [{ accessKeyHeader: [] }, { accessKeyQuery: [] }],
    paths: { ...takePaths(), ...bulkPaths(), ...accountPaths(), ...jobPaths(), ...filePaths() },
    components: {
      securitySchemes: {
        accessKeyHeader: { type: "apiKey", in: "header", name: "X-Access-Key" },
        accessKeyQuery: { type: "apiKey", in: "query", name: "access_key" },
        secretKey: {
          type: "http",
          scheme: "bearer",
          description: "The account's secret key; for native routes.",
        },
      },
      schemas: {
        TakeOptions: takeOptions("take"),
        AnimateOptions: takeOptions("animate"),
        TakeError: takeError,
        BulkRequest: bulkRequest,
        BulkResponse: bulkResponse,
        Usage: usage,
        Device: device,
        Slices: slices,
        Job: job,
        Problem: problem,
      },
    },
  };
}
