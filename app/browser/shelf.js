// On the page for no network: what can be read all the same.
import { fill } from "./offline/shelf.js";

fill();
