import Type, { type Static } from "typebox";
import { settingsParserOf } from "../schema/settings-file.ts";
import { dnsLabel } from "./settings-fields.ts";

const maxItems = 100;
const hostPattern = /^(\*\.)?[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

const dnsLabels = Type.Array(dnsLabel, { maxItems, default: [] });

const hostOrAddress = Type.Refine(
  Type.String({ allowed: "a host name or an IP address" }),
  (text) => hostPattern.test(text) || URL.parse(`http://[${text}]`) !== null,
);

const setupSettings = Type.Object(
  {
    /** Of the Secrets, but for those of accounts. */
    namespace: dnsLabel,
    /** Of the accounts and their Secrets. */
    accountsNamespace: dnsLabel,
    /** What their names begin with, `<fullname>-`. */
    fullname: dnsLabel,
    /** Labels of every Secret. */
    labels: Type.Record(Type.String(), Type.String(), { default: {} }),
    /** Each gets `<fullname>-nats-<user>`, and all together `<fullname>-nats-callout`; empty where NATS is not installed by the chart. */
    natsUsers: dnsLabels,
    /** Names and addresses of the NATS server; empty: no `<fullname>-nats-tls`. */
    natsHosts: Type.Array(hostOrAddress, { maxItems, default: [] }),
    /** Accounts that get `<fullname>-account-<name>`. */
    accounts: dnsLabels,
    /** How long a gateway that is to stop still accepts calls. */
    gatewayLeaveSeconds: Type.Integer({ minimum: 0, maximum: 120, default: 5 }),
    /** Whether the chart installs an object store, which needs `<fullname>-store` and `<fullname>-store-reader`. */
    store: Type.Boolean({ default: false }),
    /** Of the certificate; an upgrade renews it when a third of this is left. */
    certificateLifetimeDays: Type.Integer({ minimum: 1, maximum: 3650, default: 1825 }),
  },
  { additionalProperties: false },
);

/** What `stills setup` creates and moves: the content of the YAML file that STILLS_SETUP_FILE names. */
export type SetupSettings = Static<typeof setupSettings>;

/** @throws SettingsFileInvalid naming every wrong field and what is allowed */
export const parseSetupSettings = settingsParserOf(setupSettings);
