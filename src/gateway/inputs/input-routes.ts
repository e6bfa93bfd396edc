import { largestInputBytes } from "../../api/options/text-rules.ts";
import { TakeError } from "../../core/take/take-error.ts";
import { disconnectSignalOf } from "../../platform/http/disconnect-signal.ts";
import type { HTTPApp } from "../../platform/http/http-app.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import { authenticateNative, nativeCallerOf } from "../accounts/native-authentication.ts";
import { Problem } from "../http/problem.ts";
import type { InputWriter } from "./input-writer.ts";

interface InputRouteDependencies {
  inputWriter: Pick<InputWriter, "put">;
  accountDirectory: AccountDirectory;
}

/**
 * `PUT /v1/inputs` stores the body, whatever its type, for jobs of the account's namespace, and answers with the digest that they name. Its
 * place follows from namespace and digest. Errors are problem documents.
 */
export function registerInputRoutes(
  app: HTTPApp,
  { inputWriter, accountDirectory }: InputRouteDependencies,
): void {
  // In a scope of its own: no other route takes bytes.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    scope.put("/v1/inputs", async (request, reply) => {
      const account = authenticateNative(nativeCallerOf(request), accountDirectory);
      const { body } = request;
      if (!Buffer.isBuffer(body) || body.length === 0)
        throw new Problem(400, "ContentMissing", "The body is empty: send the content as it is");
      if (body.length > largestInputBytes)
        throw new TakeError("request_body_too_large", {
          message: `The content has ${body.length} bytes, more than the ${largestInputBytes} that a job may refer to`,
        });
      const digest = await inputWriter.put(account.spec.namespace, body, disconnectSignalOf(reply));
      return reply.code(201).send({ digest, sizeBytes: body.length });
    });
  });
}
