import { emulateDevice, type DeviceToEmulate } from "../../browser/devtools/page-emulation.ts";
import {
  bypassContentSecurityPolicy,
  makeBackgroundTransparent,
  setPreferences,
  type Preferences,
} from "../../browser/devtools/page-preferences.ts";
import { identityOf } from "../../browser/identity/user-agent-policy.ts";
import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Sets up the device, the preferences of its user, and the background. */
export const emulateDeviceStep: CaptureStep = {
  activity: "setting up the viewport",
  stage: "navigate",
  appliesTo: () => true,
  run: async ({ page, capture, deadline: { signal } }) => {
    const calls = [
      emulateDevice(page, deviceOf(capture), signal),
      setPreferences(page, preferencesOf(capture), signal),
    ];
    if (capture.background === "Transparent") calls.push(makeBackgroundTransparent(page, signal));
    if (capture.contentSecurityPolicy === "Bypass")
      calls.push(bypassContentSecurityPolicy(page, signal));
    await Promise.all(calls);
  },
};

/** The device that a capture asks for. */
export function deviceOf(capture: CaptureSpec): DeviceToEmulate {
  const { mobile = false, landscape = false, ...size } = capture.viewport;
  return { ...size, mobile, landscape, touch: hasTouchScreen(capture) };
}

/** Phones and tablets have one, by the window or the user agent asked for. */
function hasTouchScreen({ viewport, userAgent }: CaptureSpec): boolean {
  return viewport.touch ?? (viewport.mobile === true || identityOf(userAgent ?? "").isHandheld);
}

function preferencesOf(capture: CaptureSpec): Preferences {
  const { media, colorScheme, reducedMotion, timeZone, locale, userAgent } = capture;
  return {
    ...(media && { media }),
    ...(colorScheme && { colorScheme }),
    ...(reducedMotion && { reducedMotion }),
    ...(timeZone && { timeZone }),
    ...(locale && { locale }),
    ...(userAgent && { userAgent }),
    ...(capture.geolocation && { geolocation: positionOf(capture.geolocation) }),
  };
}

function positionOf(position: NonNullable<CaptureSpec["geolocation"]>) {
  return {
    latitude: position.latitudeMicrodegrees / 1_000_000,
    longitude: position.longitudeMicrodegrees / 1_000_000,
    accuracy: position.accuracyMeters,
  };
}
