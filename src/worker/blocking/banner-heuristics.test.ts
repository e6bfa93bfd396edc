import assert from "node:assert/strict";
import { test } from "node:test";
import { consentPhrases } from "./banner-heuristics.ts";

const phrases = consentPhrases.map((phrase) => new RegExp(phrase, "isu"));
const isConsent = (text: string): boolean => phrases.some((phrase) => phrase.test(text));

const banners = [
  "We use cookies to personalise content. Accept all",
  "This website stores cookies on your computer. OK",
  "Only necessary cookies",
  "By continuing you agree to our use of cookies",
  "Wir verwenden Cookies, um Ihnen das beste Erlebnis zu bieten",
  "Alle akzeptieren",
  "Nous et nos partenaires utilisons des cookies",
  "Continuer sans accepter",
  "Utilizamos cookies propias y de terceros",
  "Rifiuta tutti",
  "Wij gebruiken cookies om de site te verbeteren",
  "Używamy plików cookies",
];
for (const text of banners)
  test(`"${text}" asks for consent`, () => assert.equal(isConsent(text), true));

const others = [
  "Shop Girl Scout cookies OK",
  "Our newsletter: recipes for cookies every week. Sign up",
  "Accept the challenge",
  "Log in Search Menu OK",
  "Book now",
];
for (const text of others) test(`"${text}" does not`, () => assert.equal(isConsent(text), false));
