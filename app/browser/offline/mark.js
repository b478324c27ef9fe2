/** Whether anything may wait on this phone to be sent, answered without opening the database; and its names there. */
const MARK = "loket-menunggu";

export const mayWait = () => localStorage.getItem(MARK) !== null;

/** Something waits now; the worker, which sends it perhaps, cannot take this back. */
export const mark = () => localStorage.setItem(MARK, "1");

export const unmark = () => localStorage.removeItem(MARK);

export const parcelId = (account, place) => `form ${account} ${place}`;
export const fileId = (account, place, requirement) => `file ${account} ${place} ${requirement}`;

/** When a page of this session was last asked for, in whichever tab: by this phone's clock, compared with itself only. */
export const USED = "loket-used";
