import Type from "typebox";
import { messageVersion } from "./message-version.ts";

/** Fields that more than one message has. */

export const version = Type.Literal(messageVersion);

export const text = Type.String();

export const nonEmptyText = Type.String({ minLength: 1 });

/** From 0, and exact as a JSON number. */
export const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** May be negative. */
export const wholeNumber = Type.Integer({
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
});

export const sha256Hex = Type.String({
  pattern: "^[0-9a-f]{64}$",
  allowed: "64 hexadecimal digits in lower case",
});

export const headers = Type.Record(Type.String(), Type.String());
