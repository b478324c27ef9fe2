// Files under way, kept on the phone until the server has them: they outlive a closed page.
import { mark } from "../offline/mark.js";
import { dropOthersFiles, filesAt, forgetFile, keepFile, noteFile } from "../offline/outbox.js";

export { forgetFile as forget, noteFile as note };

const put = async (kept) => {
  await keepFile(kept);
  mark();
};

/**
 * Keep a file and where it stands.
 *
 * @param {import("../offline/outbox.js").Kept} kept
 * @returns {Promise<"whole"|"name"|"">} its bytes too; all but its bytes, where there is no room
 *   for them; or nothing, on a phone that keeps nothing: such a file is sent all the same
 */
export const keep = (kept) => put(kept).then(() => "whole",
  () => put({ ...kept, file: null }).then(() => "name", () => ""));

/**
 * Return what one account has not finished at one place. Another account's files are forgotten:
 * who signs in on a lent phone must not find them, nor may they stay.
 */
export const unfinished = async (account, place) => {
  await dropOthersFiles(account);
  return filesAt(account, place);
};
