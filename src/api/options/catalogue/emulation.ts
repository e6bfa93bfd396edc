import type { CaptureOption } from "../capture-option.ts";
import { visibleASCII } from "../text-rules.ts";

/** The user's preferences and position, as the page sees them. */
export const emulationOptions: readonly CaptureOption[] = [
  {
    path: "media",
    text: "is the CSS media type. Screen for pictures and Print for PDF unless given.",
    value: { type: "word", words: ["Screen", "Print"] },
    http: {
      name: "media_type",
      type: "string",
      words: { screen: "Screen", print: "Print" },
      folded: true,
      text: "is the CSS media type. `screen` for pictures and `print` for PDF unless given.",
    },
  },
  {
    path: "reducedMotion",
    text: "is the user's preference for reduced motion, as the page sees it. The browser's default unless given.",
    value: { type: "word", words: ["Reduce", "NoPreference"] },
    http: {
      name: "reduced_motion",
      type: "boolean",
      words: { true: "Reduce", false: "NoPreference" },
      text: "tells the page that the user prefers less motion (true) or has no preference (false).",
    },
  },
  {
    path: "animations",
    text: "says how what moves is captured: finite animations and transitions at their end, infinite ones held still and no caret (AtRest), or the moment as it is (AsIs). AtRest unless given.",
    value: { type: "word", words: ["AtRest", "AsIs"] },
    http: {
      name: "stills_animations",
      type: "string",
      endpoint: "take",
      words: { at_rest: "AtRest", as_is: "AsIs" },
      text: "says how what moves is captured: finite animations and transitions at their end, infinite ones held still and no caret (`at_rest`), or the moment as it is (`as_is`). `at_rest` unless given.",
    },
  },
  {
    path: "timeZone",
    text: "is the IANA name of the page's time zone. The worker's unless given, which is UTC in a container.",
    value: {
      type: "string",
      minLength: 1,
      maxLength: 64,
      rules: [
        {
          must: "match",
          pattern: "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
          message: "must be the IANA name of a time zone, such as 'Europe/Berlin'",
        },
      ],
    },
    http: { name: "time_zone", type: "string", syntax: "timeZone" },
  },
  {
    path: "locale",
    text: "is the user's language and region, such as de-DE, in scripts and in Accept-Language.",
    value: {
      type: "string",
      minLength: 2,
      maxLength: 35,
      rules: [
        {
          must: "match",
          pattern: "^[A-Za-z][A-Za-z]+(-[A-Za-z0-9]+)*$",
          message: "must be a language tag, such as 'de' or 'de-DE'",
        },
      ],
    },
  },
  {
    path: "userAgent",
    text: "is the User-Agent header, which scripts see as well. The browser's own unless given.",
    value: {
      type: "string",
      minLength: 1,
      maxLength: 512,
      rules: [visibleASCII],
    },
    http: { name: "user_agent", type: "string" },
  },
  {
    path: "geolocation.latitudeMicrodegrees",
    text: "is the latitude, north of the equator positive, in millionths of a degree.",
    required: true,
    value: { type: "integer", minimum: -90_000_000, maximum: 90_000_000 },
    http: {
      name: "geolocation_latitude",
      type: "number",
      multiplyBy: 1_000_000,
      text: "is the latitude in degrees, north of the equator positive.",
    },
  },
  {
    path: "geolocation.longitudeMicrodegrees",
    text: "is the longitude, east of Greenwich positive, in millionths of a degree.",
    required: true,
    value: { type: "integer", minimum: -180_000_000, maximum: 180_000_000 },
    http: {
      name: "geolocation_longitude",
      type: "number",
      multiplyBy: 1_000_000,
      text: "is the longitude in degrees, east of Greenwich positive.",
    },
  },
  {
    path: "geolocation.accuracyMeters",
    text: "is the accuracy of the position, in metres.",
    value: { type: "integer", minimum: 1, maximum: 1_000_000, default: 1 },
    http: { name: "geolocation_accuracy", type: "integer" },
  },
];
