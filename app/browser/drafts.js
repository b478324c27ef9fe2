// On an application's form: what is typed stays on the phone until the server has it.
import { keepTyped } from "./offline/drafts.js";

keepTyped(document.querySelector("form[data-form=application]"));
