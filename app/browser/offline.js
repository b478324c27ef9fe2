// On every page: says what the network lets this page be, and when a newer version waits.
// What has something to say is fetched when there is something to say; phones have kept it.
import { onNewVersion } from "./offline/versions.js";

const notices = () => import("./offline/notices.js");

if (document.documentElement.dataset.kept !== undefined) notices().then(({ sayKept }) => sayKept());
onNewVersion((take) => notices().then(({ offerVersion }) => offerVersion(take)));
