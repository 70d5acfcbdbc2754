// Everything works without this; it makes the same pages smoother.
import htmx from "htmx.org";
import { start as startAutosave } from "./autosave.js";
import { start as startErrors } from "./errors.js";
import { start as startFilling } from "./filling.js";
import { start as startJudge } from "./judge.js";
import { start as startOnce } from "./once.js";
import { start as startOpened } from "./opened.js";
import { start as startPasskey } from "./passkey.js";
import { start as startPresence } from "./presence.js";
import { start as startRoving } from "./roving.js";
import { start as startCopy } from "./copy.js";
import { start as startSession } from "./session.js";

window.htmx = htmx;
startErrors();
startFilling();
const autosave = startAutosave(htmx);
startSession();
startPresence(autosave);
startOnce();
startOpened();
startRoving();
startCopy();
startJudge();
startPasskey();
