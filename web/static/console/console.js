/** What the pages of the console do by themselves: each part is a module of its own. */

import { followLive } from "./live.js";
import { announcePresence } from "./presence.js";
import { offerPassages } from "./composer.js";
import { offerFiles } from "./files.js";
import { offerInserting } from "./inserting.js";
import { listenForShortcuts } from "./shortcuts.js";
import { showOpenTab } from "./tabs.js";
import { showTimes } from "./times.js";
import { askTheModel } from "./written.js";

followLive();
showTimes(document);
showOpenTab();
announcePresence();
offerPassages();
offerInserting();
offerFiles();
listenForShortcuts();
askTheModel();
