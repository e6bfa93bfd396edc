/**
 * Phrases of banners that ask for consent, in the languages most of the web is in. One word alone is never enough: a shop may sell
 * cookies, and a header may say "OK".
 */
export const consentPhrases: readonly string[] = [
  // English
  "\\b(accept|allow|reject|decline|refuse) (all|cookies|the cookies)\\b",
  "\\b(we|this (web)?site|our (web)?site|our partners|by continuing)\\b.{0,120}\\b(cookies|your consent|your privacy)\\b",
  "\\b(only|strictly) (necessary|essential) cookies\\b",
  "\\bcookies?\\b.{0,60}\\b(consent|preferences|similar technologies|policy)\\b",
  // German
  "\\b(wir|diese (web)?seite|unsere partner)\\b.{0,120}\\b(cookies|einwilligung)\\b",
  "\\b(alle|cookies) (akzeptieren|ablehnen|annehmen|zulassen)\\b",
  // French
  "\\b(nous|ce site|nos partenaires)\\b.{0,120}\\b(cookies|consentement|traceurs)\\b",
  "\\b(tout (accepter|refuser)|continuer sans accepter)\\b",
  // Spanish, Portuguese, Italian
  "\\b(utilizamos|usamos|este sitio|este site|nuestros socios)\\b.{0,120}\\bcookies\\b",
  "\\b(aceptar|rechazar|aceitar|recusar) (todas?|todos|cookies)\\b",
  "\\b(utilizziamo|usiamo|questo sito|i nostri partner)\\b.{0,120}\\b(cookie|consenso)\\b",
  "\\b(accetta|rifiuta) (tutti|tutto|i cookie)\\b",
  // Dutch, Polish, Scandinavian
  "\\b(wij|we|deze (web)?site)\\b.{0,60}\\bgebruik(en|t)?\\b.{0,60}\\bcookies\\b",
  "\\b(alles|cookies) (accepteren|weigeren|toestaan)\\b",
  "(używamy|wykorzystujemy|korzystamy).{0,80}(cookies?|ciasteczek)",
  "\\b(vi|denne (nett|web)?side)\\b.{0,60}\\b(använder|bruger|bruker)\\b.{0,60}\\b(cookies|kakor|informasjonskapsler)\\b",
];

/**
 * Source of `isBanner(element)` and what it needs: whether an element looks like a banner that asks for consent. It has the place
 * of one, the words of one and a button, and nothing that belongs to a page's own header, menu or dialog.
 */
export const bannerTests = `
  const phrases = ${JSON.stringify(consentPhrases)}.map((text) => new RegExp(text, "isu"));
  const textOf = (element) => {
    let text = element.innerText ?? "";
    for (const inner of element.querySelectorAll?.("*") ?? [])
      if (inner.shadowRoot) text += " " + [...inner.shadowRoot.children].map((child) => child.innerText ?? "").join(" ");
    return text.replaceAll(/\\s+/g, " ").trim();
  };
  const hasWords = (text) => text.length > 0 && text.length <= 1500 && phrases.some((phrase) => phrase.test(text));
  const buttons = "button, [role=button], input[type=button], input[type=submit], a[href='#'], a[class*=btn], a[class*=button]";
  const ownParts = "nav, [role=navigation], [role=search], input[type=search], h1, main, article";
  const isOwn = (element) => element.matches?.("header, main, article, nav") || element.querySelector(ownParts) !== null
    || element.querySelectorAll("a[href]").length > 12;
  const hasPlace = (element) => {
    const style = getComputedStyle(element);
    const isOver = style.position === "fixed" || style.position === "sticky"
      || element.matches("dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]");
    if (!isOver || style.visibility === "hidden") return false;
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    if (width < innerWidth * 0.25 || height < 20) return false;
    const atEdge = top <= 40 || bottom >= innerHeight - 40;
    const overMiddle = left <= innerWidth / 2 && right >= innerWidth / 2 && top <= innerHeight * 0.75 && bottom >= innerHeight * 0.25;
    return atEdge || overMiddle;
  };
  const coversAll = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width >= innerWidth * 0.97 && height >= innerHeight * 0.97;
  };
  const isBanner = (element) => {
    if (!hasPlace(element) || element.querySelector(buttons) === null || isOwn(element)) return false;
    const text = textOf(element);
    return hasWords(text) && !(coversAll(element) && text.length > 1100);
  };
  const isBackdrop = (element) => getComputedStyle(element).position === "fixed" && coversAll(element)
    && textOf(element) === "" && element.querySelector("img, video, canvas, iframe, svg") === null;
  const hide = (element) => element.style.setProperty("display", "none", "important");
`;
