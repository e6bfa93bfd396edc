/** Reasons of Events about a ScreenshotClass. */
export const classReasons = {
  ClassHeld: "This installation takes the jobs of the class.",
  ClassTaken: "Another installation holds the class, so this one takes no jobs.",
} as const;

export type ClassReason = keyof typeof classReasons;
