import { blockingListsPackage } from "../../src/api/settings/blocking-lists.ts";
import type { RuleList } from "./list-sources.ts";

/** What is shipped beside the lists: their authors, versions and licences. */
export function sourcesText(lists: readonly RuleList[]): string {
  const { name, version } = blockingListsPackage;
  return `# Lists for blocking ads, trackers, chats, social widgets, annoyances and cookie banners

The files of this folder are data, made from the following lists as ${name} ${version} carries them, in a form that is quick to read
(\`*.engine\`, \`*.hosts.json\`). Nothing but the form was changed; a few rules of Stills were added.
The lists are under the GNU General Public License, version 3 (LICENSE.GPL-3.0.txt); the rules of EasyList in them also under
Creative Commons Attribution-ShareAlike 3.0 (https://easylist.to/pages/licence.html).
Stills itself, which reads them, is under its own licence.

${lists.map((list) => `- ${list.title}, version ${list.version}: ${list.homepage} (licence: ${list.licence})`).join("\n")}
`;
}
