import { setIdentity } from "./page-identity.ts";
import type { PageSession } from "./page-session.ts";

/** What a page can read about its user. An omitted field keeps the browser's value. */
export interface Preferences {
  media?: "Screen" | "Print";
  colorScheme?: "Light" | "Dark";
  reducedMotion?: "Reduce" | "NoPreference";
  /** IANA name. */
  timeZone?: string;
  /** BCP 47, such as de-DE. */
  locale?: string;
  userAgent?: string;
  /** Degrees and metres. The page needs no permission. */
  geolocation?: { latitude: number; longitude: number; accuracy: number };
}

const motionNames = { Reduce: "reduce", NoPreference: "no-preference" } as const;

/**
 * Sets the preferences before the page is opened. This does not need the network domain.
 * @throws Failure(OptionInvalid) for a time zone or locale that the browser does not know
 */
export async function setPreferences(
  page: PageSession,
  preferences: Preferences,
  signal: AbortSignal,
): Promise<void> {
  const { timeZone, locale, geolocation } = preferences;
  const calls = [setMedia(page, preferences, signal), setLanguage(page, preferences, signal)];
  if (timeZone !== undefined)
    calls.push(page.call("Emulation.setTimezoneOverride", { timezoneId: timeZone }, signal));
  if (locale !== undefined)
    calls.push(page.call("Emulation.setLocaleOverride", { locale }, signal));
  if (geolocation !== undefined) {
    calls.push(page.allowGeolocation(signal));
    calls.push(page.call("Emulation.setGeolocationOverride", geolocation, signal));
  }
  await Promise.all(calls);
}

async function setMedia(
  page: PageSession,
  { media, colorScheme, reducedMotion }: Preferences,
  signal: AbortSignal,
): Promise<void> {
  const features = [
    ...(colorScheme === undefined
      ? []
      : [{ name: "prefers-color-scheme", value: colorScheme.toLowerCase() }]),
    ...(reducedMotion === undefined
      ? []
      : [{ name: "prefers-reduced-motion", value: motionNames[reducedMotion] }]),
  ];
  if (features.length === 0 && media === undefined) return;
  const type = media === undefined ? {} : { media: media.toLowerCase() };
  await page.call("Emulation.setEmulatedMedia", { ...type, features }, signal);
}

/** Accept-Language can only be set together with a user agent. */
async function setLanguage(
  page: PageSession,
  { locale, userAgent }: Preferences,
  signal: AbortSignal,
): Promise<void> {
  if (locale === undefined && userAgent === undefined) return;
  const language = locale === undefined ? {} : { acceptLanguage: languagesOf(locale) };
  await setIdentity(page, { ...(userAgent !== undefined && { userAgent }), ...language }, signal);
}

/** `de-DE,de`: the browser adds the weights. */
function languagesOf(locale: string): string {
  const [language = locale] = locale.split("-");
  return language === locale ? locale : `${locale},${language}`;
}

/** Removes the white background behind the page. */
export async function makeBackgroundTransparent(
  page: PageSession,
  signal: AbortSignal,
): Promise<void> {
  const color = { r: 0, g: 0, b: 0, a: 0 };
  await page.call("Emulation.setDefaultBackgroundColorOverride", { color }, signal);
}

/** Disables the content security policies of later documents. */
export async function bypassContentSecurityPolicy(
  page: PageSession,
  signal: AbortSignal,
): Promise<void> {
  await page.call("Page.setBypassCSP", { enabled: true }, signal);
}
